"""Standard streams for a command run in this process: pipes, or a terminal."""

import io
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Heard:
    """What a command wrote, once it is over."""

    out: bytes = b""
    err: bytes = b""


@contextmanager
def piped() -> Iterator[Heard]:
    """stdout and stderr as pipes, stdin empty."""
    heard, out, err = Heard(), io.BytesIO(), io.BytesIO()
    with _replaced(io.BytesIO(), out, err):
        yield heard
    heard.out, heard.err = out.getvalue(), err.getvalue()


@contextmanager
def on_terminal() -> Iterator[Heard]:
    """stdout and stderr as one terminal each; nobody types."""
    heard = Heard()
    with _Terminal() as out, _Terminal() as err, _replaced(io.BytesIO(), out.open(), err.open()):
        yield heard
    heard.out, heard.err = bytes(out.data), bytes(err.data)


@dataclass
class _Terminal:
    """A pseudo-terminal that is read until its other end is closed."""

    data: bytearray = field(default_factory=bytearray)

    def __enter__(self) -> "_Terminal":
        self.master, self._slave = os.openpty()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()
        return self

    def open(self) -> io.RawIOBase:
        """The end a program writes to."""
        return os.fdopen(self._slave, "wb", 0)

    def __exit__(self, *_: object) -> None:
        self._reader.join(5)
        os.close(self.master)

    def _read(self) -> None:
        try:
            while block := os.read(self.master, 65536):
                self.data += block
        except OSError:
            return  # every writer has closed it


@contextmanager
def _replaced(stdin: io.BytesIO, *outputs: Any) -> Iterator[None]:
    earlier = sys.stdin, sys.stdout, sys.stderr
    sys.stdin = io.TextIOWrapper(stdin)
    sys.stdout, sys.stderr = (io.TextIOWrapper(each, encoding="utf-8", write_through=True) for each in outputs)
    try:
        yield
    finally:
        out, err = sys.stdout, sys.stderr
        sys.stdin, sys.stdout, sys.stderr = earlier
        for stream, raw in zip((out, err), outputs, strict=True):
            stream.flush()
            stream.detach()
            if not isinstance(raw, io.BytesIO):
                raw.close()
