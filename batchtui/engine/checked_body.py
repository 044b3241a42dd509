"""A body that is hashed while it is sent, so that what is released is byte for byte what was planned."""

import hashlib
from collections.abc import AsyncIterator

from batchtui.engine.ports import Body


class NotReleased(Exception):
    """The last block is never handed over: the body changed, or sending it is no longer this process's to do."""


class CheckedBody:
    """A body hashed while it is sent, so that what is released is byte for byte what was planned."""

    def __init__(self, body: Body, *, expected_sha256: str) -> None:
        self._body = body
        self._expected = expected_sha256
        self._hash = hashlib.sha256()
        self.size_bytes = body.size_bytes
        self.trouble = ""
        """Why it must not be sent, here or later: it would not be what was planned."""

    async def blocks(self) -> AsyncIterator[bytes]:
        self._hash = hashlib.sha256()
        try:
            async for block in self._body.blocks():
                self._hash.update(block)
                yield block
        except Exception as problem:  # whatever keeps it from being read is the disk's, not the connection's
            self.trouble = f"the body on disk cannot be read: {problem}"
            raise

    def must_be_intact(self) -> None:
        """Call when the last block was taken but not handed over.

        Raises:
            NotReleased
        """
        if self._hash.hexdigest() != self._expected:
            self.trouble = "the body on disk is not what the plan hashed"
            raise NotReleased(self.trouble)
