"""What a row stands for: a run, a batch, a chunk, a submission without an answer. Row ids say which."""

from typing import Literal

from msgspec import Struct

from batchtui.domain.state import AppState
from batchtui.domain.submission import Submission

Kind = Literal["run", "batch", "chunk", "unsure"]


class Selection(Struct, frozen=True):
    """One thing the cursor can be on; `id` is what commands call it."""

    kind: Kind
    id: str

    @property
    def row_id(self) -> str:
        return f"{self.kind}:{self.id}"

    @property
    def run(self) -> str | None:
        """The run it is, or the chunk's run."""
        match self.kind:
            case "run":
                return self.id
            case "chunk":
                return self.id.partition("#")[0]
            case "batch" | "unsure":
                return None

    @property
    def chunk(self) -> str | None:
        return self.id.partition("#")[2] or None if self.kind == "chunk" else None


def of_run(run: str) -> Selection:
    """A run as what is selected."""
    return Selection("run", run)


def of_batch(batch_id: str) -> Selection:
    """A batch as what is selected."""
    return Selection("batch", batch_id)


def of_chunk(run: str, chunk: str) -> Selection:
    """A chunk as what is selected."""
    return Selection("chunk", f"{run}#{chunk}")


def of_unsure(submission: str) -> Selection:
    """A submission without an answer as what is selected."""
    return Selection("unsure", submission)


def from_row(row_id: str | None) -> Selection | None:
    """What a row of that id stands for."""
    if row_id is None:
        return None
    kind, _, name = row_id.partition(":")
    match kind:
        case "run" | "batch" | "chunk" | "unsure":
            return Selection(kind, name)
    return None


def owner(state: AppState, selection: Selection) -> str | None:
    """The run something belongs to; None for a batch from elsewhere."""
    match selection.kind:
        case "run" | "chunk":
            return selection.run
        case "batch":
            known = state.batches.get(selection.id)
            return known.run if known else None
        case "unsure":
            submission: Submission | None = state.submissions.get(selection.id)
            return submission.run if submission else None


def batch_of(state: AppState, selection: Selection) -> str | None:
    """The one batch something is, if it is one."""
    match selection.kind:
        case "batch":
            return selection.id
        case "chunk":
            run = state.runs.get(selection.run or "")
            chunk = run.chunks.get(selection.chunk or "") if run else None
            return chunk.batch_id if chunk else None
        case "run" | "unsure":
            return None
