"""stdin as a request file: kept while it is needed, gone afterwards, and a disk that is full is said."""

import errno
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from batchtui.cli.request_files import request_files
from batchtui.domain.failures import BadInput


class Stdin:
    """Bytes to read, then perhaps trouble."""

    def __init__(self, content: bytes) -> None:
        self.buffer = io.BytesIO(content)


class FullDisk(io.BytesIO):
    def write(self, _data: Any, /) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")


@pytest.fixture
def spool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr("sys.stdin", Stdin(b"one line\n"))
    yield tmp_path
    assert list(tmp_path.iterdir()) == []


def test_stdin_is_kept_privately_for_as_long_as_it_is_needed(spool: Path) -> None:
    with request_files(["-"]) as found:
        (path,) = found.paths
        assert path.is_relative_to(spool)
        assert path.read_bytes() == b"one line\n"
        assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_a_disk_that_cannot_hold_stdin_is_said(spool: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "open", lambda *_: FullDisk())
    with pytest.raises(BadInput, match="no space left on device"), request_files(["-"]):
        pytest.fail("there is nothing to read")
