"""The files of an edit: the requests as they were, what the editor sees, and what came back, line by line.

Any number of requests: nothing here holds more than one of them and where each lies.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from batchtui.domain.escape import escape_line
from batchtui.workspace import atomic
from batchtui.workspace.jsonl import BOM
from batchtui.workspace.requests.check import envelope

COMMENT: Final = b"#"


class RequestLines(Mapping[str, bytes]):
    """The requests of a file by custom_id, each read when it is asked for."""

    def __init__(self, path: Path) -> None:
        self._places: dict[str, tuple[int, int]] = {}
        self._file = path.open("rb")
        offset = 0
        for line in self._file:
            shape = envelope(line)
            if shape is not None:
                self._places[shape.custom_id] = offset, len(line)
            offset += len(line)

    def __getitem__(self, custom_id: str) -> bytes:
        offset, length = self._places[custom_id]
        self._file.seek(offset)
        return self._file.read(length).strip()

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)

    def close(self) -> None:
        self._file.close()


def write_draft(draft: Path, notes: Sequence[str], requests: Path) -> None:
    """What the editor sees: comments, then the requests of a file.

    What could drive the terminal an editor runs in is written as an escape, which means the same in JSON.
    """
    draft.unlink(missing_ok=True)
    with atomic.create(draft) as file:
        file.write("".join(f"{note}\n" for note in notes).encode())
        with requests.open("rb") as source:
            for line in source:
                file.write(escape_line(line.rstrip(b"\r\n")) + b"\n")


def take_requests(draft: Path, target: Path) -> None:
    """Write the lines that are meant as requests, and nothing else, to a file of their own."""
    target.unlink(missing_ok=True)
    with atomic.create(target) as file, draft.open("rb") as source:
        for line in requests_in(source):
            file.write(line + b"\n")


def requests_in(lines: Iterator[bytes] | Sequence[bytes]) -> Iterator[bytes]:
    """The lines that are meant as requests: neither comments nor empty."""
    for raw in lines:
        line = raw.strip().removeprefix(BOM)
        if line and not line.startswith(COMMENT):
            yield line
