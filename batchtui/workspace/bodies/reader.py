"""Single request lines out of body files, near ones without inflating again."""

from collections.abc import Iterator
from pathlib import Path

from batchtui.domain.failures import BadInput
from batchtui.engine.jobs import AttemptChunk
from batchtui.workspace.bodies import index
from batchtui.workspace.bodies.attempts import Sent
from batchtui.workspace.bodies.body import read_member


class BodyReader:
    """Keeps the lines of the member it read last, so that requests in order cost one inflating a member.

    And of the member that went ahead, whose requests are met between those of all the others.
    """

    def __init__(self) -> None:
        self._held: dict[bool, tuple[AttemptChunk, index.Member, list[bytes]]] = {}

    def line(self, request: Sent) -> bytes:
        """The request as it was sent, byte for byte."""
        held = self._held.get(request.chunk.is_ahead)
        if held is None or held[0] is not request.chunk or held[1] is not request.member:
            lines = member_lines(Path(request.chunk.body), request.member)
            held = self._held[request.chunk.is_ahead] = request.chunk, request.member, lines
        return held[2][request.place]


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
