"""Response hooks that keep a hostile server from filling the memory: the SDK reads small answers and errors whole."""

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import httpx2

SMALL_ANSWER_BYTES = 64 * 1024
"""An error or a single batch is below 1 KB; the rest of a longer answer is not read."""


async def bound_errors(response: "httpx2.Response") -> None:
    """For the client whose successes are read by us, and counted there."""
    if not response.is_success:
        await bound_all(response)


async def bound_all(response: "httpx2.Response") -> None:
    """For the client whose every answer is small."""
    import httpx2

    class Bounded(httpx2.AsyncByteStream):
        """The first bytes of an answer. A refusal whose text was cut is still that refusal."""

        def __init__(self, whole: httpx2.AsyncByteStream, *, forgives: bool) -> None:
            self._whole = whole
            self._forgives = forgives

        async def __aiter__(self) -> AsyncIterator[bytes]:
            left = SMALL_ANSWER_BYTES
            try:
                async for block in self._whole:
                    yield block[:left]
                    left -= len(block)
                    if left <= 0:
                        return
            except httpx2.TransportError:
                if not self._forgives:
                    raise

        async def aclose(self) -> None:
            await self._whole.aclose()

    assert isinstance(response.stream, httpx2.AsyncByteStream)
    response.stream = Bounded(response.stream, forgives=not response.is_success)
