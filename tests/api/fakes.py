"""The engine's side of a submission: a body, and a record of what was released and sent."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

SMALL = 1_000
"""All last block: nothing goes out before Releasing."""

LARGE = 24_000_000
"""More than the buffers of two sockets hold, so that a server that stops reading stops the sender."""


@dataclass
class FakeBody:
    """So many bytes, in blocks of one size; `told` is what it says of its size."""

    size: int
    block: int = 65_536
    told: int | None = None
    size_bytes: int = field(init=False)
    times_read: int = 0
    is_closed: bool = False

    def __post_init__(self) -> None:
        self.size_bytes = self.size if self.told is None else self.told

    async def blocks(self) -> AsyncIterator[bytes]:
        self.times_read += 1
        self.is_closed = False
        full = b"x" * self.block
        try:
            for start in range(0, self.size, self.block):
                yield full[: self.size - start]
        finally:
            self.is_closed = True


@dataclass
class Recorder:
    """What the engine would have written down."""

    is_released: bool = False
    fails: Exception | None = None
    events: list[str] = field(default_factory=list)
    sent_bytes: list[int] = field(default_factory=list)
    has_sent: asyncio.Event = field(default_factory=asyncio.Event)

    async def release(self) -> None:
        self.events.append("release")
        if self.fails is not None:
            raise self.fails
        self.is_released = True

    def sent(self, total: int) -> None:
        self.events.append("sent")
        self.sent_bytes.append(total)
        self.has_sent.set()
