"""The `.issues.jsonl` beside results: what did not simply succeed. Derived: made again from results when it is gone."""

import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, TypeVar, cast

import msgspec

from batchtui.domain.failures import WorkspaceDamaged
from batchtui.domain.issues.triage import classify
from batchtui.domain.results import Issue, ResultLine
from batchtui.workspace.results.result_lines import Placed, decode, opened, placed_lines

LONGEST_MESSAGE = 4000
"""Messages are cut in the index; the results file has them whole."""

MOST_KEPT_BYTES = 24 << 20
"""Of an index that is kept in memory whole: that of 100,000 errors in the service's usual words."""

Decoded = TypeVar("Decoded")


class _Id(msgspec.Struct, frozen=True):
    custom_id: str


encode = msgspec.json.Encoder().encode
_decode_issue = msgspec.json.Decoder(Issue).decode
_decode_issues = msgspec.json.Decoder(Issue).decode_lines
_decode_id = msgspec.json.Decoder(_Id).decode


def issue_of(line: ResultLine, placed: Placed) -> Issue | None:
    """The issue of one result; None when it simply succeeded."""
    found = classify(line)
    if found is None:
        return None
    cls, message, request_id = found
    return Issue(
        custom_id=line.custom_id,
        cls=cls,
        message=message[:LONGEST_MESSAGE],
        request_id=request_id,
        offset=placed.offset,
        length=placed.length,
    )


def read(issues: Path, results: Path | None = None) -> Iterator[Issue]:
    """All issues, in the order of the results; from the results themselves when the index is gone."""
    with _opened(issues, results) as file:
        for line in file:
            yield _decode(line, _decode_issue, issues)


class IssueLookup:
    """The issues of one chunk by custom_id; of many megabytes of them it keeps the places alone."""

    def __init__(self, issues: Path, results: Path | None = None) -> None:
        self._path = issues
        self._file = _opened(issues, results)
        self._places: dict[str, int] = {}
        self.find: Callable[[str], Issue | None] = self._find_in_file
        """The issue of a request; None when it simply succeeded."""
        if os.fstat(self._file.fileno()).st_size <= MOST_KEPT_BYTES:
            kept = _decode(self._file.read(), _decode_issues, issues)
            self.find = {issue.custom_id: issue for issue in kept}.get
        else:
            self._note_places()

    def _find_in_file(self, custom_id: str) -> Issue | None:
        place = self._places.get(custom_id)
        if place is None:
            return None
        self._file.seek(place)
        return _decode(self._file.readline(), _decode_issue, self._path)

    def _note_places(self) -> None:
        place = 0
        for line in self._file:
            self._places[_decode(line, _decode_id, self._path).custom_id] = place
            place += len(line)

    def close(self) -> None:
        self._file.close()


def _decode(line: bytes, decoder: Callable[[bytes], Decoded], path: Path) -> Decoded:
    try:
        return decoder(line)
    except msgspec.DecodeError as error:
        raise WorkspaceDamaged(f"{path} is damaged: {error}", next="delete it: it is made again") from error


def _opened(issues: Path, results: Path | None) -> BinaryIO:
    if results is None or issues.exists():
        return issues.open("rb")
    derived = cast("BinaryIO", tempfile.TemporaryFile())  # noqa: SIM115  # closed by the caller
    with opened(results) as file:
        for placed in placed_lines(file):
            line = None if placed.text is None else decode(placed.text)
            if line is not None and (issue := issue_of(line, placed)) is not None:
                derived.write(encode(issue) + b"\n")
    derived.seek(0)
    return derived
