"""Single request lines out of body files, near ones without inflating again."""

from collections.abc import Iterator
from pathlib import Path

from batchtui.domain.failures import BadInput
from batchtui.engine.jobs import AttemptChunk
from batchtui.workspace import index
from batchtui.workspace.attempts import Sent
from batchtui.workspace.bodies import read_member


class BodyReader:
    """Keeps the lines of the member it read last, so that requests in order cost one inflating a member."""

    def __init__(self) -> None:
        self._held: tuple[AttemptChunk, index.Member] | None = None
        self._lines: list[bytes] = []

    def line(self, request: Sent) -> bytes:
        """The request as it was sent, byte for byte."""
        if self._held is None or self._held[0] is not request.chunk or self._held[1] is not request.member:
            self._lines = member_lines(Path(request.chunk.body), request.member)
            self._held = request.chunk, request.member
        return self._lines[request.place]


def member_lines(body: Path, member: index.Member) -> list[bytes]:
    """The request lines of one member; BadInput when the body was pruned."""
    try:
        with body.open("rb") as file:
            return read_member(file, member)
    except FileNotFoundError as error:
        raise BadInput(f"{body} is not there", next="was the run pruned? submit its request file again") from error


def numbered_lines(body: Path, index_path: Path) -> Iterator[tuple[bytes, str, int, int]]:
    """All of a body: each line with its custom_id, and number of file and line it came from."""
    for member in index.members(index_path):
        lines = member_lines(body, member)
        for line, custom_id, number in zip(lines, member.ids, member.line_numbers, strict=True):
            yield line, custom_id, member.file, number
