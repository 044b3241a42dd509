"""Request files as they lie on disk: plain, gzip or zstd, hashed as they are read, and watched for change."""

import hashlib
import io
import os
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import BinaryIO, cast

from batchtui.domain.failures import BadInput
from batchtui.domain.run import InputFile

BLOCK_BYTES = 1 << 20
_SNIFFED_BYTES = 1 << 16
_MOST_NAMES = 10_000

_GZIP_MAGIC = b"\x1f\x8b"
_ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"


class RequestFile:
    """One input, opened; `blocks` gives its text decompressed, `finished` its size and hash as stored."""

    def __init__(self, path: str, file: BinaryIO, *, is_hashed: bool) -> None:
        self.path = path
        self.bytes_read = 0
        """Of the file as stored, for progress."""
        self._file = file
        self._at_first = os.fstat(file.fileno())
        self._is_hashed = is_hashed
        self._sha256 = hashlib.sha256()
        """Of all but the last block, which is held back."""
        self._last = b""

    @property
    def size_bytes(self) -> int:
        return self._at_first.st_size

    def blocks(self) -> Iterator[bytes]:
        """The uncompressed text in blocks; damaged compression is BadInput."""
        magic = self._file.read(4)
        self._file.seek(0)
        if magic.startswith(_GZIP_MAGIC):
            yield from self._inflate(_open_gzip)
        elif magic == _ZSTD_MAGIC:
            yield from self._inflate(_open_zstd)
        else:
            yield from iter(self.read, b"")

    def read(self, size: int = BLOCK_BYTES) -> bytes:
        """The next stored bytes, counted and hashed."""
        try:
            block = self._file.read(size)
        except OSError as error:
            raise _unreadable(self.path, error) from error
        self.bytes_read += len(block)
        if block and self._is_hashed:
            self._sha256.update(self._last)
            self._last = block
        return block

    def _inflate(self, opener: "Opener") -> Iterator[bytes]:
        stored = cast("BinaryIO", io.BufferedReader(_Stored(self), BLOCK_BYTES))
        inflated, failures = opener(stored)
        try:
            with inflated:
                yield from iter(lambda: inflated.read(BLOCK_BYTES), b"")
        except failures as error:
            raise BadInput(f"{self.path} is damaged or cut: {error}", next="make the compressed file again") from error

    def check_unchanged(self) -> None:
        """BadInput, with both sizes, when the file is not what it was when it was opened."""
        now = os.fstat(self._file.fileno())
        if self.bytes_read != self.size_bytes or _mark(now) != _mark(self._at_first):
            raise self._changed(now.st_size if now.st_size != self.size_bytes else self.bytes_read)

    def check_same(self, earlier: "RequestFile") -> None:
        """BadInput, with both sizes, when the file is another one than when it was read before."""
        if _mark(self._at_first) != _mark(earlier._at_first):
            raise earlier._changed(self.size_bytes)

    def _changed(self, size_now: int) -> BadInput:
        sizes = f"{self.size_bytes:,} bytes at first, {size_now:,} at the end"
        if size_now == self.size_bytes:
            sizes = f"{size_now:,} bytes at first and at the end, but not the same ones"
        return BadInput(
            f"{self.path} changed while it was read: {sizes}",
            next="wait until nothing writes to it, then start again",
        )

    def finished(self) -> InputFile:
        """Path, stored size and hash; call once every block has been read and hashed."""
        return InputFile(path=self.path, bytes=self.bytes_read, sha256=self._hash_with(self._last))

    def sha256_of_text(self, size_bytes: int) -> str | None:
        """Hash of the file without the white space at its end, if that leaves so many bytes."""
        last = self._last.rstrip()
        is_that = bool(last) and self.bytes_read - len(self._last) + len(last) == size_bytes
        return self._hash_with(last) if is_that else None

    def _hash_with(self, last: bytes) -> str:
        whole = self._sha256.copy()
        whole.update(last)
        return whole.hexdigest()


class _Stored(io.RawIOBase):
    """The stored bytes as a stream for a decompressor, so that they are counted and hashed on the way."""

    def __init__(self, source: RequestFile) -> None:
        self._source = source

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "memoryview") -> int:  # type: ignore[override]  # the stubs know no narrower buffer
        block = self._source.read(len(buffer))
        buffer[: len(block)] = block
        return len(block)


@contextmanager
def opened(path: str, *, is_hashed: bool = True) -> Iterator[RequestFile]:
    """Open a request file; a folder, a pipe or nothing there is BadInput."""
    try:
        file = _open_regular(path)
    except OSError as error:
        raise _unreadable(path, error) from error
    with file:
        yield RequestFile(path, file, is_hashed=is_hashed)


def _open_regular(path: str) -> BinaryIO:
    # Without O_NONBLOCK opening a pipe that nobody writes to would wait for ever.
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    mode = os.fstat(descriptor).st_mode
    if stat.S_ISREG(mode):
        return open(descriptor, "rb", buffering=0)
    os.close(descriptor)
    if stat.S_ISDIR(mode):
        raise BadInput(f"{path} is a folder", next=f"name the files in it, such as {path.rstrip('/')}/*.jsonl")
    raise BadInput(f"{path} is no regular file", next="pass `-` to read from a pipe")


def looks_tidy(path: str) -> bool:
    """Whether a file seems to hold nothing but requests and single line feeds; its begin is looked at."""
    start = first_bytes(path, _SNIFFED_BYTES)
    return start.startswith(b"{") and b"\r" not in start and b"\n\n" not in start


def first_bytes(path: str, size: int) -> bytes:
    """The begin of a file; empty when it cannot be read, which is reported when it is opened in earnest."""
    try:
        with _open_regular(path) as file:
            return file.read(size)
    except (OSError, BadInput):
        return b""


def is_compressed(start: bytes) -> bool:
    """Whether a file that starts so is gzip or zstd, whatever it is called."""
    return start.startswith((_GZIP_MAGIC, _ZSTD_MAGIC))


def is_gzip(start: bytes) -> bool:
    """Whether a file that starts so is gzip."""
    return start.startswith(_GZIP_MAGIC)


def total_bytes(paths: Sequence[str]) -> int:
    """Stored bytes of all inputs, for progress; those that cannot be read are reported when they are opened."""
    total = 0
    for path in paths:
        try:
            total += os.stat(path).st_size
        except OSError:
            continue
    return total


def _mark(status: os.stat_result) -> tuple[int, int, int]:
    return status.st_ino, status.st_size, status.st_mtime_ns


def _unreadable(path: str, error: OSError) -> BadInput:
    hint = nearest(path) if isinstance(error, FileNotFoundError) else "name a file that can be read"
    return BadInput(f"cannot read {path}: {(error.strerror or str(error)).lower()}", next=hint)


def nearest(path: str) -> str:
    """For a file that is not there: which of its folder's names may have been meant, or which folder is missing."""
    import difflib  # only for a slip of the pen

    folder, name = os.path.split(path)
    try:
        with os.scandir(folder or ".") as found:
            names = [entry.name for entry in islice(found, _MOST_NAMES) if entry.name != name]
    except OSError:
        return f"there is no folder {folder}"
    near = difflib.get_close_matches(name, names, n=2)
    return f"did you mean {' or '.join(os.path.join(folder, each) for each in near)}?" if near else ""


Opener = Callable[[BinaryIO], tuple[BinaryIO, tuple[type[Exception], ...]]]
"""Makes a decompressing stream and names what it raises for damaged data."""


def _open_gzip(stored: BinaryIO) -> tuple[BinaryIO, tuple[type[Exception], ...]]:
    from isal import igzip, isal_zlib  # only for compressed inputs: it takes its time to import

    failures = (OSError, EOFError, cast("type[Exception]", isal_zlib.error))
    stream = igzip.open(stored, "rb")  # type: ignore[no-untyped-call]  # isal does not annotate it
    return cast("BinaryIO", stream), failures


def _open_zstd(stored: BinaryIO) -> tuple[BinaryIO, tuple[type[Exception], ...]]:
    import zstandard  # only for such inputs, as above

    stream = zstandard.ZstdDecompressor().stream_reader(stored, read_across_frames=True)
    return cast("BinaryIO", stream), (zstandard.ZstdError,)
