"""One body on its way, once: counted as it goes, its last block held back until it is released."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing

from batchtui.api.blocks import NotHandedOver, blocks_to_write
from batchtui.api.listening import AnsweredEarly, Listener
from batchtui.engine.ports import Body


class Outgoing:
    """What the SDK gets as `content`: an object with only `__aiter__`, good for one use.

    A second use raises, so that no layer below can send the body again.
    """

    def __init__(
        self,
        body: Body,
        *,
        release: Callable[[], Awaitable[None]],
        sent: Callable[[int], None],
        listener: Listener,
        patience_seconds: float,
    ) -> None:
        self._body = body
        self._release = release
        self._sent = sent
        self._listener = listener
        self._patience_seconds = patience_seconds
        self._is_used = False

    def __aiter__(self) -> AsyncIterator[bytes]:
        if self._is_used:
            raise NotHandedOver("the body was asked for a second time, which would send it twice")
        self._is_used = True
        return self._hand_over()

    async def _hand_over(self) -> AsyncGenerator[bytes, None]:
        self._listener.start()
        sent_bytes = 0
        async with aclosing(blocks_to_write(self._body)) as blocks:
            async for block, is_last in blocks:
                await self._stop_if_answered()
                if is_last:
                    await self._let_go()
                yield block
                sent_bytes += len(block)
                self._sent(sent_bytes)
        if not await self._listener.hand_over(patience_seconds=self._patience_seconds):
            raise AnsweredEarly("the answer came while the body was being sent, and broke off")

    async def _let_go(self) -> None:
        try:
            await self._release()
        # Broad: whatever kept the journal from saying Releasing, the last block stays here.
        except Exception as error:
            raise NotHandedOver(f"the last block was not released ({type(error).__name__})") from error

    async def _stop_if_answered(self) -> None:
        # One turn of the loop lets an answer in that arrived with a reset behind it.
        await asyncio.sleep(0)
        if self._listener.has_answer:
            await self._listener.stop(patience_seconds=self._patience_seconds)
            raise AnsweredEarly("the answer came while the body was being sent, and broke off")
