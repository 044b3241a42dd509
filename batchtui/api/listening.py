"""Hears an answer that comes while a body is still being written: a 413 of an edge, a 401, a 529.

httpcore reads nothing before the body is sent, and a write that then fails throws away what had arrived
(measured: an early 413 with a close was never readable). So the answer is read beside the writing.
"""

import asyncio
import contextlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import h11
    import httpcore2
    import httpx2

_READ_BYTES = 64 * 1024
_LONGEST_BODY = 64 * 1024


class AnsweredEarly(Exception):
    """Raised out of a body that is not sent to its end, since its answer is already there."""


class Listener:
    """One POST's ear. `trace` learns the connection; between `start` and `stop` it reads what comes.

    It must be stopped before httpcore reads: two readers of one stream are an error.
    """

    def __init__(self) -> None:
        self._stream: httpcore2.AsyncNetworkStream | None = None
        self._task: asyncio.Task[None] | None = None
        self._has_read = False
        self._answer: h11.Response | None = None
        self._body = bytearray()
        self._is_whole = False

    async def trace(self, event: str, info: Mapping[str, Any]) -> None:
        """httpcore's trace hook: the last stream that was opened, TLS included, carries the request."""
        if event.endswith((".connect_tcp.complete", ".start_tls.complete")):
            self._stream = info["return_value"]

    def start(self) -> None:
        """Begin to listen; called once the headers are sent."""
        if self._stream is not None and self._task is None:
            self._task = asyncio.create_task(self._listen(self._stream), name="early answer")

    @property
    def has_answer(self) -> bool:
        """True once the head of a final answer is there."""
        return self._answer is not None

    async def hand_over(self, *, patience_seconds: float) -> bool:
        """Leave the reading to httpcore and say True; or, once any byte was taken from it, read on to the end."""
        if self._task is not None and not self._has_read:
            await self.stop()
        if not self._has_read:
            return True
        await self.stop(patience_seconds=patience_seconds)
        return False

    async def stop(self, *, patience_seconds: float = 0) -> None:
        """Stop listening; what has begun may take so long to end."""
        if self._task is None:
            return
        # asyncio.wait, unlike a plain await, tells the task's cancellation from that of the caller.
        if patience_seconds:
            await asyncio.wait([self._task], timeout=patience_seconds)
        self._task.cancel()
        await asyncio.wait([self._task])
        self._task = None

    def answer(self) -> "httpx2.Response | None":
        """The answer if one was heard; a success only when it is whole, a refusal also when its text was cut."""
        import httpx2

        if self._answer is None:
            return None
        if not self._is_whole and 200 <= self._answer.status_code < 300:
            return None
        headers = list(self._answer.headers)
        try:
            return httpx2.Response(self._answer.status_code, headers=headers, content=bytes(self._body))
        except httpx2.DecodingError:
            return httpx2.Response(self._answer.status_code)

    async def _listen(self, stream: "httpcore2.AsyncNetworkStream") -> None:
        # Broad, since what breaks here breaks the writing too, and it is the writing that reports it.
        with contextlib.suppress(Exception):
            await self._read(stream, _awaiting_answer())
            if self._is_whole:
                # Wakes a write that waits for a server which reads no more.
                await stream.aclose()

    async def _read(self, stream: "httpcore2.AsyncNetworkStream", parser: "h11.Connection") -> None:
        import h11

        while len(self._body) < _LONGEST_BODY:
            event = parser.next_event()
            if event is h11.NEED_DATA:
                data = await stream.read(_READ_BYTES)
                if not data and not self._has_read:
                    return
                self._has_read = True
                parser.receive_data(data)
            elif isinstance(event, h11.Response):
                self._answer = event
            elif isinstance(event, h11.Data):
                self._body += event.data
            elif isinstance(event, h11.EndOfMessage):
                self._is_whole = True
                return


def _awaiting_answer() -> "h11.Connection":
    """A parser that believes its request is sent."""
    import h11

    parser = h11.Connection(h11.CLIENT)
    parser.send(h11.Request(method="POST", target="/", headers=[("host", "any"), ("content-length", "0")]))
    parser.send(h11.EndOfMessage())
    return parser
