"""Requests that the service never accepted, as the commands tell of them: a row, a sentence, JSON."""

from batchtui.cli import diagnostics, shapes, tables
from batchtui.domain.lookup import ChunkRef, Ref, RunRef
from batchtui.domain.never_accepted import NeverAccepted, never_accepted
from batchtui.domain.state import AppState
from batchtui.present.cells import Row, cell

CLASS = "refused"
"""What stands in the place of a class of results; there are no results."""


def refused_of(state: AppState, ref: Ref, classes: frozenset[str] = frozenset()) -> NeverAccepted | None:
    """What of a run or a chunk no batch ever held; None where nothing is, or it was not asked for."""
    if not isinstance(ref, RunRef | ChunkRef) or (classes and CLASS not in classes):
        return None
    chunk = ref.chunk if isinstance(ref, ChunkRef) else None
    return never_accepted(state, state.runs[ref.run], chunk) or None


def sentence(refused: NeverAccepted) -> str:
    """How many, why, and the next step once what made the service refuse is mended."""
    step = f"`batchtui retry {refused.run} --lost` sends them" if refused.can_go_again else "what they were was pruned"
    return f"{refused.words}; {step}"


def tell(state: AppState, run: str) -> None:
    """Talk about those of a run, if it has any."""
    found = never_accepted(state, state.runs[run])
    if found:
        diagnostics.say(f"batchtui: {sentence(found)}")


def refused_row(refused: NeverAccepted) -> Row:
    """A row beside the groups of `errors`."""
    return Row(
        id=CLASS,
        cells={
            "n": tables.count_cell(refused.requests),
            "class": tables.text_cell(CLASS),
            "retry": cell("--lost" if refused.can_go_again else "-", "warn"),
            "template": tables.text_cell(refused.why),
        },
    )


def document(refused: NeverAccepted | None) -> list[shapes.Shape]:
    """One object for each chunk."""
    return [
        {
            "chunk": chunk.label,
            "submission": chunk.submissions[-1] if chunk.submissions else None,
            "requests": chunk.requests,
            "why": chunk.why,
            "retry": "lost" if refused is not None and refused.can_go_again else "refuse",
        }
        for chunk in (refused.chunks if refused is not None else ())
    ]
