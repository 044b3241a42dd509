"""Requests without a result here, as commands tell of them: JSON and sentences."""

from collections.abc import Iterator, Sequence

from batchtui.cli import shapes
from batchtui.domain.absent import Absence, Kind, absence_of_batch, absences
from batchtui.domain.lookup import BatchRef, ChunkRef, Ref, RequestRef, RunRef
from batchtui.engine.engine import Engine


def absences_of(engine: Engine, ref: Ref) -> tuple[Absence, ...]:
    """What of a run, a chunk or a batch has no result here."""
    state, now = engine.state, engine.core.live.link.server_now(engine.core.clock.now())
    match ref:
        case RunRef(run=run):
            return absences(state, state.runs[run], now)
        case ChunkRef(run=run, chunk=chunk):
            return absences(state, state.runs[run], now, chunk)
        case BatchRef(batch_id=batch_id):
            known = state.batches[batch_id]
            if known.run is not None and known.chunk is not None:
                return absences(state, state.runs[known.run], now, known.chunk)
            found = absence_of_batch(known, now)
            return (found,) if found is not None else ()
        case RequestRef():
            return ()


def document(found: Sequence[Absence]) -> list[shapes.Shape]:
    """One object for each reason."""
    return [
        {
            "kind": str(each.kind),
            "run": each.run,
            "chunks": each.chunks,
            "requests": each.requests,
            "reason": each.why,
            "next": each.next or None,
        }
        for each in found
    ]


def sentences(found: Sequence[Absence]) -> Iterator[str]:
    """How many, why, and the next step; what was refused has a sentence of its own (`refused`)."""
    return (each.words for each in found if each.kind is not Kind.REFUSED)
