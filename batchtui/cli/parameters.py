"""Parameters that several commands share."""

import difflib
import math
from collections.abc import Callable
from typing import Any, TypeVar

import click

from batchtui.domain.requests import Code
from batchtui.domain.settings import MAX_BODY_BYTES, MAX_CHUNK_REQUESTS

Decorated = TypeVar("Decorated", bound=Callable[..., Any])


class Whole(click.IntRange):
    """A whole number whose limits are told in words: `1 to 100,000`, `1 or more`."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        number = click.INT.convert(value, param, ctx)
        if not _is_within(self, number):
            self.fail(f"must be {_limits(self)}, not {number:,}", param, ctx)
        return int(number)

    def _describe_range(self) -> str:
        return _limits(self)


class OneOf(click.Choice[str]):
    """One of many names: a wrong one is answered with the nearest, not with all of them."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if value not in self.choices:
            near = difflib.get_close_matches(str(value), self.choices, n=2, cutoff=0.0)
            self.fail(f"{value!r} is none; the nearest are {' and '.join(near)}", param, ctx)
        return str(value)


class Real(click.FloatRange):
    """A plain number whose limits are told in words; `nan` and `inf` are none."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        number = click.FLOAT.convert(value, param, ctx)
        if not math.isfinite(number) or not _is_within(self, number):
            self.fail(f"must be {_limits(self)}, not {value}", param, ctx)
        return float(number)

    def _describe_range(self) -> str:
        return _limits(self)


def _is_within(kind: click.IntRange | click.FloatRange, number: float) -> bool:
    is_low = kind.min is not None and (number < kind.min or (kind.min_open and number == kind.min))
    return not is_low and (kind.max is None or number <= kind.max)


def _limits(kind: click.IntRange | click.FloatRange) -> str:
    if kind.min_open:
        return f"more than {kind.min:,}" + (f", at most {kind.max:,}" if kind.max is not None else "")
    return f"{kind.min:,} or more" if kind.max is None else f"{kind.min:,} to {kind.max:,}"


def files_argument(*, required: bool = True) -> Callable[[Decorated], Decorated]:
    """`FILE…`"""
    metavar = "FILE..." if required else "[FILE...]"
    return click.argument("files", metavar=metavar, nargs=-1, required=required)


def allow_option() -> Callable[[Decorated], Decorated]:
    """`--allow CODE`, repeatable."""
    codes = OneOf([str(code) for code in Code])
    return click.option(
        "--allow", type=codes, multiple=True, metavar="CODE", help="Make this problem a warning; repeatable."
    )


def chunk_requests_option() -> Callable[[Decorated], Decorated]:
    """`--chunk-requests N`; over the service's limit it is a usage error."""
    return click.option(
        "--chunk-requests", type=Whole(1, MAX_CHUNK_REQUESTS), metavar="N", help="Requests in one batch."
    )


def chunk_bytes_option() -> Callable[[Decorated], Decorated]:
    """`--chunk-bytes B`"""
    return click.option("--chunk-bytes", type=Whole(1, MAX_BODY_BYTES), metavar="B", help="Bytes in one batch.")


MOST_DAYS = 36_500
"""A hundred years; what is put aside for longer is put aside for good."""


def days() -> Real:
    """So many days, from now on."""
    return Real(0, MOST_DAYS, min_open=True)


def priority() -> Whole:
    """Runs of a higher one are sent first; none needs more steps than these."""
    return Whole(-1000, 1000)
