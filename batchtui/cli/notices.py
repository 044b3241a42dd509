"""What happens while a command waits, told as it happens."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Final

from msgspec.structs import replace

from batchtui.cli import diagnostics, output
from batchtui.cli.shapes import Shape, utc
from batchtui.engine.engine import Engine
from batchtui.engine.live import Notice
from batchtui.present import formats

EVENTS: Final = frozenset(
    {
        "polled",
        "chunk_sent",
        "chunk_held",
        "chunk_refused",
        "chunk_unknown",
        "batch_ended",
        "collected",
        "retry_planned",
        "alert",
        "run_settled",
        "connection",
    }
)
"""What scripts may rely on (docs/json, `watch`); other notices are for the log alone."""


def as_told(notice: Notice) -> Notice:
    """A download that failed needs somebody if it goes on: to a script it is an alert."""
    return replace(notice, event="alert") if notice.event == "collect_failed" else notice


Teller = Callable[[Notice], None]


def notice_shape(notice: Notice) -> Shape:
    """One line of `watch --json`."""
    return {
        "event": notice.event,
        "at": utc(notice.at),
        "text": notice.text,
        "run": notice.run,
        "chunk": notice.chunk,
        "batch_id": notice.batch_id,
        "requests": notice.requests,
        "details": notice.details,
    }


_SPOKEN: Final = {
    "connection": "link", "alert": "alert", "chunk_unknown": "unsure", "chunk_held": "held", "chunk_refused": "refused",
}  # fmt: skip


def spoken(notice: Notice) -> str:
    """In words alone, what kind of thing it is first where its text does not say so."""
    word = _SPOKEN.get(notice.event)
    return f"{word}: {notice.text}" if word else notice.text


def notice_line(notice: Notice) -> str:
    """The same for people."""
    return f"{formats.second(notice.at)}  {notice.text}"


def tell_as_json(notice: Notice) -> None:
    """To stdout, one object a line."""
    notice = as_told(notice)
    if notice.event in EVENTS:
        output.write_json("watch", notice_shape(notice))


def tell_as_talk(notice: Notice) -> None:
    """To stderr; polls are no news."""
    if notice.event in EVENTS - {"polled"}:
        diagnostics.say(notice_line(notice))


class Telling:
    """Tells every notice of this process once and in order."""

    def __init__(self, engine: Engine, tell: Teller) -> None:
        self._core = engine.core
        self._tell = tell
        self._told = 0

    def catch_up(self) -> None:
        """Tell what has not been told yet."""
        for notice in self._core.notices_since(self._told):
            self._told = notice.seq
            self._tell(notice)

    def tell(self, notice: Notice) -> None:
        """Tell something that the engine does not announce, after all that came before it."""
        self.catch_up()
        self._tell(notice)

    async def follow(self) -> None:
        """Tell notices as they come, until canceled."""
        while True:
            self.catch_up()
            await self._core.changed()


@asynccontextmanager
async def telling(engine: Engine, tell: Teller) -> AsyncIterator[Telling]:
    """Tell every notice while the body of this runs; the last ones before it returns.

    Raises:
        output.ReaderLeft: nobody reads what is told; the body is canceled.
    """
    told = Telling(engine, tell)
    body = asyncio.current_task()
    assert body is not None
    follower = asyncio.create_task(told.follow())
    follower.add_done_callback(lambda task: None if task.cancelled() else body.cancel())
    try:
        yield told
    finally:
        follower.cancel()
        with suppress(asyncio.CancelledError):
            await follower
        told.catch_up()
