"""Request rows on disk: one nameless temporary file, so that nothing is left behind by any kind of death."""

import os
import tempfile
from array import array
from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Span:
    """Where the rows of one batch are in the spool."""

    start: int
    sizes: "array[int]"
    """Bytes of each row; rows follow one another without a gap."""
    offsets: "array[int]" = field(init=False)

    def __post_init__(self) -> None:
        offsets = array("q")
        position = self.start
        for size in self.sizes:
            offsets.append(position)
            position += size
        object.__setattr__(self, "offsets", offsets)

    def __len__(self) -> int:
        return len(self.sizes)


class Spool:
    """An append-only store of rows."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile(buffering=1 << 20)  # noqa: SIM115  # open as long as the service
        self._size = 0

    def append(self, rows: Iterable[bytes | memoryview]) -> Span:
        """Store the rows of a batch."""
        start = self._size
        sizes = array("L")
        for row in rows:
            sizes.append(len(row))
            self._file.write(row)
        self._file.flush()
        self._size += sum(sizes)
        return Span(start, sizes)

    def read(self, span: Span, index: int) -> bytes:
        """One row of a batch."""
        return os.pread(self._file.fileno(), span.sizes[index], span.offsets[index])

    def close(self) -> None:
        """Give the disk space back."""
        self._file.close()
