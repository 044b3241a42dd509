"""Requests of a run that the service refused, so they are in no batch: no result of theirs will ever come by itself."""

import msgspec

from batchtui.domain.kinship import made_beside
from batchtui.domain.state import AppState, Chunk, Run
from batchtui.domain.submission import KEY_REFUSALS, ChunkState, Submission
from batchtui.domain.words import several

NO_WORDS = "a spend limit was reached"
"""What holds a run where the service gave no reason."""


class NeverAccepted(msgspec.Struct, frozen=True, kw_only=True):
    """Chunks of one run; empty when there are none."""

    run: str
    chunks: tuple[Chunk, ...] = ()
    can_go_again: bool = True
    """`retry --lost` can send them: what they were is still here."""

    def __bool__(self) -> bool:
        return bool(self.chunks)

    @property
    def requests(self) -> int:
        return sum(chunk.requests for chunk in self.chunks)

    @property
    def submissions(self) -> tuple[str, ...]:
        """The refused ones, of which each refusal has its own."""
        return tuple(chunk.submissions[-1] for chunk in self.chunks if chunk.submissions)

    @property
    def why(self) -> str:
        """The service's words: those of the first, which the others mostly share."""
        return self.chunks[0].why if self.chunks else ""

    @property
    def words(self) -> str:
        return f"{several(self.requests, 'request was', 'requests were')} never accepted: {self.why}"


def never_accepted(state: AppState, run: Run, chunk: str | None = None) -> NeverAccepted:
    """Those of a run, or of one chunk of it; not those that another attempt may have sent since."""
    refused = tuple(entry for entry in run.live_chunks if entry.state is ChunkState.REFUSED)
    wanted = tuple(entry for entry in refused if chunk is None or entry.label == chunk)
    if not wanted or made_beside(state, run.name):
        return NeverAccepted(run=run.name)
    return NeverAccepted(run=run.name, chunks=wanted, can_go_again=not run.is_pruned)


def is_capped(state: AppState, run: Run) -> bool:
    """The service said no to what waits of a held run, and not for a while: a limit on what the account may spend."""
    if run.held_reason is None:
        return False
    waiting = (chunk for chunk in run.live_chunks if chunk.may_still_be_sent and chunk.not_before is None)
    newest = (state.submissions.get(chunk.submissions[-1]) for chunk in waiting if chunk.submissions)
    return any(entry is not None and _holds(entry, run.held_reason) for entry in newest)


def _holds(entry: Submission, reason: str) -> bool:
    """The run is held by these very words of the service, not by a person since."""
    return entry.state is ChunkState.REFUSED and (entry.why or NO_WORDS) == reason


def is_shut_out(state: AppState, run: Run) -> bool:
    """What waits of a held run waits for a key that the service lets in."""
    if run.held_reason is None or not any(chunk.may_still_be_sent for chunk in run.live_chunks):
        return False
    newest = (state.submissions.get(chunk.submissions[-1]) for chunk in run.live_chunks if chunk.submissions)
    shut = (entry for entry in newest if entry is not None and entry.status in KEY_REFUSALS)
    return any(run.held_reason.startswith(f"{entry.status}: ") for entry in shut)


def waits_for_a_person(run: Run) -> bool:
    """It is held, and something of it is."""
    return run.held_reason is not None and any(chunk.may_still_be_sent for chunk in run.live_chunks)
