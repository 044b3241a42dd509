"""A body that is hashed while it is sent, so that what is released is byte for byte what was planned."""

import asyncio
import hashlib
from collections.abc import AsyncIterator

from batchtui.domain.submission import LOCAL_REFUSAL, OtherAnswer, Seen, Unreadable
from batchtui.engine.ports import Body

_HASHED_AT_ONCE = 4
"""Blocks: handing each to a thread takes half as long as to hash it."""


class NotReleased(Exception):
    """The last block is never handed over: the body changed, or sending it is no longer this process's to do."""


class CheckedBody:
    """A body hashed while it is sent, so that what is released is byte for byte what was planned."""

    def __init__(self, body: Body, *, expected_sha256: str) -> None:
        self._body = body
        self._expected = expected_sha256
        self._hash = hashlib.sha256()
        self._taken: list[bytes] = []
        """Blocks that are not in the hash yet."""
        self._hashing: asyncio.Future[None] | None = None
        self.size_bytes = body.size_bytes
        self.trouble: Seen | None = None
        """What kept it from being handed over, when that was on this side: nothing of it can have been accepted."""

    async def blocks(self) -> AsyncIterator[bytes]:
        self._hash, self._taken, self._hashing = hashlib.sha256(), [], None
        try:
            async for block in self._body.blocks():
                self._taken.append(block)
                if len(self._taken) == _HASHED_AT_ONCE:
                    await self._hash_taken()
                yield block
        except Exception as problem:  # whatever keeps it from being read is the disk's, not the connection's
            self.trouble = unreadable(problem)
            raise

    async def _hash_taken(self) -> None:
        """Have what was taken hashed while it is on its way; what was taken before is in the hash."""
        await self._hashed()
        taken, self._taken = self._taken, []
        self._hashing = asyncio.get_running_loop().run_in_executor(None, _add, self._hash, taken)

    async def _hashed(self) -> None:
        if self._hashing is not None:
            await self._hashing

    async def must_be_intact(self) -> None:
        """Call when the last block was taken but not handed over.

        Raises:
            NotReleased
        """
        await self._hash_taken()
        await self._hashed()
        if self._hash.hexdigest() != self._expected:
            why = "the body on disk is not what the plan hashed"
            self.trouble = _refused(why)
            raise NotReleased(why)


def _add(to: "hashlib._Hash", blocks: list[bytes]) -> None:
    for block in blocks:
        to.update(block)


def unreadable(problem: Exception) -> Seen:
    """What a body comes to that cannot be read: the disk may give it another time, unless it is gone or damaged."""
    why = f"the body on disk cannot be read: {problem}"
    may_pass = isinstance(problem, OSError) and not isinstance(problem, FileNotFoundError)
    return Unreadable(why) if may_pass else _refused(why)


def _refused(why: str) -> OtherAnswer:
    """It is not, or no longer, what the plan said."""
    return OtherAnswer(status=LOCAL_REFUSAL, type="body_changed", message=why)
