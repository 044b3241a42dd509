"""Keeps the ledger of a state: from what a fold has touched, or anew from everything."""

from collections.abc import Iterable, Mapping

import msgspec

from batchtui.domain.ids import label_order
from batchtui.domain.ledger import Ledger
from batchtui.domain.state import AppState, KnownBatch
from batchtui.domain.submission import ChunkState, Submission


class Touched(msgspec.Struct, kw_only=True):
    """What a fold has put or changed, by name."""

    chunks: dict[str, dict[str, None]] = msgspec.field(default_factory=dict)
    """Run -> labels."""
    batches: set[str] = msgspec.field(default_factory=set)
    submissions: set[str] = msgspec.field(default_factory=set)


def ledger_of(state: AppState) -> Ledger:
    """The ledger that folding kept; one made anew where a state was made by hand."""
    return state.ledger if state.ledger is not None else _anew(state)


def kept_up(before: AppState, after: AppState, touched: Touched) -> Ledger:
    """The ledger of a state that differs from an earlier one in what was touched."""
    base = ledger_of(before)
    own, requests = _counted(base, before, after, touched.batches)
    waiting, put_off = dict(base.waiting), dict(base.put_off)
    for run, labels in touched.chunks.items():
        _take_in(waiting, put_off, after, run, labels)
    return Ledger(
        own_batches=own,
        requests=requests,
        doubtful=_doubtful(base.doubtful, after, touched.submissions),
        waiting=waiting,
        put_off=put_off,
    )


def _anew(state: AppState) -> Ledger:
    touched = Touched(
        chunks={run.name: dict.fromkeys(run.chunks) for run in state.runs.values()},
        batches=set(state.batches),
        submissions=set(state.submissions),
    )
    return kept_up(AppState(ledger=Ledger()), state, touched)


def _counted(base: Ledger, before: AppState, after: AppState, batches: Iterable[str]) -> tuple[int, int]:
    own, requests = base.own_batches, base.requests
    for batch_id in batches:
        was_own, was_requests = _share(before.batches.get(batch_id))
        is_own, has_requests = _share(after.batches.get(batch_id))
        own += is_own - was_own
        requests += has_requests - was_requests
    return own, requests


def _share(known: KnownBatch | None) -> tuple[int, int]:
    if known is None or not known.is_open:
        return 0, 0
    return int(known.run is not None), known.batch.request_counts.processing


def _doubtful(
    earlier: Mapping[str, Submission], after: AppState, submissions: Iterable[str]
) -> Mapping[str, Submission]:
    found = dict(earlier)
    for name in submissions:
        entry = after.submissions[name]
        if entry.state in (ChunkState.SENDING, ChunkState.UNKNOWN):
            found[name] = entry
        else:
            found.pop(name, None)
    return found


def _take_in(
    waiting: dict[str, Mapping[str, None]],
    put_off: dict[tuple[str, str], None],
    after: AppState,
    run: str,
    touched: Iterable[str],
) -> None:
    labels = dict(waiting.get(run, {}))
    last = next(reversed(labels), None)
    is_in_order = True
    for label in touched:
        chunk = after.runs[run].chunks[label]
        if not chunk.may_still_be_sent:
            labels.pop(label, None)
        elif label not in labels:
            is_in_order = is_in_order and (last is None or label_order(last) < label_order(label))
            labels[label], last = None, label
        if chunk.may_still_be_sent and chunk.not_before is not None:
            put_off[run, label] = None
        else:
            put_off.pop((run, label), None)
    if labels:
        waiting[run] = labels if is_in_order else dict.fromkeys(sorted(labels, key=label_order))
    else:
        waiting.pop(run, None)
