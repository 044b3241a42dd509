"""Parameters that several commands share."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from batchtui.domain.requests import Code
from batchtui.domain.settings import MAX_BODY_BYTES, MAX_CHUNK_REQUESTS

Decorated = TypeVar("Decorated", bound=Callable[..., Any])


def files_argument(*, required: bool = True) -> Callable[[Decorated], Decorated]:
    """`FILE…`"""
    metavar = "FILE..." if required else "[FILE...]"
    return click.argument("files", metavar=metavar, nargs=-1, required=required)


def allow_option() -> Callable[[Decorated], Decorated]:
    """`--allow CODE`, repeatable."""
    codes = click.Choice([str(code) for code in Code])
    return click.option(
        "--allow", type=codes, multiple=True, metavar="CODE", help="Make this problem a warning; repeatable."
    )


def chunk_requests_option() -> Callable[[Decorated], Decorated]:
    """`--chunk-requests N`; over the service's limit it is a usage error."""
    return click.option(
        "--chunk-requests", type=click.IntRange(1, MAX_CHUNK_REQUESTS), metavar="N", help="Requests in one batch."
    )


def chunk_bytes_option() -> Callable[[Decorated], Decorated]:
    """`--chunk-bytes B`"""
    return click.option(
        "--chunk-bytes", type=click.IntRange(1, MAX_BODY_BYTES), metavar="B", help="Bytes in one batch."
    )
