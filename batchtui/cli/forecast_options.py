"""Options that say how a planned job is done: what is left out is as the settings say."""

from collections.abc import Callable
from typing import Any, TypeVar

import click
import msgspec

from batchtui.cli.parameters import Real, Whole
from batchtui.domain.forecasting.job import Backoff, Job, job_from
from batchtui.domain.settings import Settings

Decorated = TypeVar("Decorated", bound=Callable[..., Any])


class Manner(msgspec.Struct, frozen=True, kw_only=True):
    """What was said about how; None is left to the settings."""

    chunk_requests: int | None = None
    concurrency: int | None = None
    failure_rate: float | None = None
    attempts: int | None = None
    backoff: str | None = None
    delay: float | None = None
    queue_limit: int | None = None
    poll: float | None = None

    def job(self, settings: Settings, *, requests: int, portions: tuple[int, ...] = ()) -> Job:
        """The job as it would be done."""
        said = {
            "batch_requests": self.chunk_requests,
            "open_batches": self.concurrency,
            "failure_rate": self.failure_rate,
            "max_attempts": self.attempts,
            "backoff": Backoff(self.backoff) if self.backoff is not None else None,
            "delay_seconds": self.delay,
            "queue_limit": self.queue_limit,
            "poll_seconds": self.poll,
            "portions": portions,
        }
        changes: dict[str, Any] = {name: value for name, value in said.items() if value is not None}
        return msgspec.structs.replace(job_from(settings, requests=requests), **changes)


class Share(click.ParamType[float]):
    """`2%` or `0.02`."""

    name = "share"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        if isinstance(value, float):
            return value
        text = str(value).strip()
        try:
            share = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
        except ValueError:
            self.fail(f"{text!r} is no share; write 2% or 0.02", param, ctx)
        if not 0 <= share <= 1:
            self.fail(f"{text} is not between 0 % and 100 %", param, ctx)
        return share


_OPTIONS = (
    click.option("--concurrency", type=Whole(1), metavar="N", help="Batches open at the same time."),
    click.option("--failure-rate", type=Share(), metavar="P", help="Share that fails in an attempt: 2% or 0.02."),
    click.option("--attempts", type=Whole(1, 20), metavar="N", help="Times a request is sent at most."),
    click.option(
        "--backoff", type=click.Choice([str(kind) for kind in Backoff]), help="How waits before attempts grow."
    ),
    click.option("--delay", type=Real(0), metavar="SECONDS", help="Wait before the second attempt."),
    click.option(
        "--queue-limit",
        type=Whole(1),
        metavar="N",
        help="Requests the service queues: 200000, 300000 or 500000 by tier.",
    ),
    click.option("--poll", type=Real(0.1), metavar="SECONDS", help="Time between looks at the service."),
)


def manner_options() -> Callable[[Decorated], Decorated]:
    """All of them; a command takes them as keyword arguments and makes a `Manner` of them."""

    def decorate(command: Decorated) -> Decorated:
        for option in reversed(_OPTIONS):
            command = option(command)
        return command

    return decorate
