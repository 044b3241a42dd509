"""Blocks of an input, taken in a thread of its own while the caller works on those before them.

Reading, inflating and hashing release the interpreter lock, so they cost the caller next to nothing there.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from queue import SimpleQueue
from threading import Semaphore, Thread

BLOCKS_AHEAD = 2


@contextmanager
def read_ahead(blocks: Iterator[bytes]) -> Iterator[Iterator[bytes]]:
    """The same blocks; what goes wrong with one is raised where it would come. Nothing is read after this ends."""
    reader = _Reader(blocks)
    reader.thread.start()
    try:
        yield reader.taken()
    finally:
        reader.stop()


class _Reader:
    def __init__(self, blocks: Iterator[bytes]) -> None:
        self.thread = Thread(target=self._read, name="read", daemon=True)
        self._blocks = blocks
        self._found: SimpleQueue[bytes | BaseException | None] = SimpleQueue()
        self._room = Semaphore(BLOCKS_AHEAD)
        self._is_over = False

    def taken(self) -> Iterator[bytes]:
        """In the caller's thread."""
        while (found := self._found.get()) is not None:
            if isinstance(found, BaseException):
                raise found
            self._room.release()
            yield found

    def stop(self) -> None:
        self._is_over = True
        self._room.release()
        self.thread.join()

    def _read(self) -> None:
        try:
            for block in self._blocks:
                self._found.put(block)
                self._room.acquire()
                if self._is_over:
                    return
        except BaseException as failure:  # raised in the caller's thread, where its next block would be
            self._found.put(failure)
        self._found.put(None)
