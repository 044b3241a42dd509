"""How the chunks of a run stand: how many ended, run, wait, and which word needs whose eye."""

from collections.abc import Sequence

from msgspec import Struct

from batchtui.domain.submission import ChunkState
from batchtui.present.cells import Cell, Role, cell
from batchtui.present.status_words import status_cell, status_role, status_word
from batchtui.present.views import ChunkView

ENDED = "ended"
_ORDER = (ENDED, "running", "stopping", "sending", "unsure", "held", "refused", "given up")


class Standing(Struct, frozen=True):
    """So many chunks of which one word is true."""

    amount: int
    word: str
    role: Role


def standing(chunks: Sequence[ChunkView]) -> list[Standing]:
    """From what is over to what has not begun."""
    amounts: dict[str, int] = {}
    roles: dict[str, Role] = {ENDED: "text"}
    for chunk in chunks:
        has_ended = chunk.batch is not None and chunk.status.is_over
        word, role = (ENDED, roles[ENDED]) if has_ended else _word(chunk)
        amounts[word] = amounts.get(word, 0) + 1
        roles[word] = role
    return [Standing(amounts[word], word, roles[word]) for word in sorted(amounts, key=_ORDER.index)]


def _word(view: ChunkView) -> tuple[str, Role]:
    """What never was a batch says what became of it instead of a status."""
    match view.state:
        case ChunkState.REFUSED:
            return "refused", "err"
        case ChunkState.ABANDONED:
            return "given up", "dim"
        case (
            ChunkState.PLANNED
            | ChunkState.HELD
            | ChunkState.NOT_ACCEPTED
            | ChunkState.SENDING
            | ChunkState.UNKNOWN
            | ChunkState.CONFIRMED
            | ChunkState.ADOPTED
            | ChunkState.SPLIT
        ):
            return status_word(view.status), status_role(view.status)


def chunk_word(view: ChunkView, *, is_quiet: bool = False) -> Cell:
    """The word of one chunk in its colour."""
    if view.state in (ChunkState.REFUSED, ChunkState.ABANDONED):
        word, role = _word(view)
        return cell(word, role, bold=True if role == "err" else None)
    return status_cell(view.status, is_quiet=is_quiet)
