"""From what a person types to what is meant: runs, chunks, batches, requests; prefixes and near misses."""

import difflib
from collections.abc import Iterable

import msgspec

from batchtui.domain.failures import BadInput, NotFound
from batchtui.domain.ids import is_custom_id, label_order
from batchtui.domain.state import AppState
from batchtui.domain.words import chunk_name


class RunRef(msgspec.Struct, frozen=True):
    """A run, by its name."""

    run: str


class ChunkRef(msgspec.Struct, frozen=True):
    """`RUN#0007`."""

    run: str
    chunk: str


class BatchRef(msgspec.Struct, frozen=True):
    """A batch, by the service's id."""

    batch_id: str


class RequestRef(msgspec.Struct, frozen=True):
    """`RUN/CUSTOM_ID`; whether it exists only the files can tell."""

    run: str
    custom_id: str


Ref = RunRef | ChunkRef | BatchRef | RequestRef

_NEAR = 3


def resolve(state: AppState, text: str) -> Ref:
    """What an id names; an unambiguous prefix will do.

    Raises:
        NotFound: with the near matches, also when a prefix is ambiguous.
    """
    if text in state.runs:
        return RunRef(text)
    if text in state.batches:
        return BatchRef(text)
    run, slash, rest = text.partition("/")
    if slash:
        return _inside(state, run, rest)
    run, sharp, rest = text.partition("#")
    if sharp:
        return _chunk(state, run, rest)
    return _by_prefix(state, text)


_MISSING_REQUESTS = "its requests are not here: `batchtui adopt {} --input FILE` takes them in"


def resolve_run(state: AppState, text: str) -> str:
    """A run's name; a batch or chunk of a run names it too.

    Raises:
        NotFound
    """
    match resolve(state, text):
        case RunRef(run=run) | ChunkRef(run=run) | RequestRef(run=run) if run in state.runs:
            return run
        case RunRef(run=batch_id) | ChunkRef(run=batch_id) | RequestRef(run=batch_id) | BatchRef(batch_id=batch_id):
            owner = state.batches[batch_id].run
            if owner is None:
                raise NotFound(f"{batch_id} was started elsewhere", next=_MISSING_REQUESTS.format(batch_id))
            return owner


def whole_run(state: AppState, text: str) -> str:
    """A run's name, also by the only chunk or batch it has; what is about a run is not done for a part of one.

    Raises:
        NotFound, BadInput
    """
    ref, run = resolve(state, text), resolve_run(state, text)
    if isinstance(ref, RunRef) or (not isinstance(ref, RequestRef) and len(state.runs[run].live_chunks) == 1):
        return run
    raise BadInput(f"{text} is only a part of {run}", next="name the run")


def _inside(state: AppState, name: str, rest: str) -> Ref:
    """A request of a run, also where its batch is named; of a batch from elsewhere by the batch's own id."""
    known = state.batches.get(name)
    owner = resolve_name(state.runs, name, what="run") if known is None else (known.run or name)
    if not is_custom_id(rest):
        raise NotFound(f"{rest!r} is no custom_id", next="write RUN/CUSTOM_ID, as the request file has it")
    return RequestRef(owner, rest)


def _chunk(state: AppState, run: str, label: str) -> ChunkRef:
    name = resolve_name(state.runs, run, what="run")
    chunks = state.runs[name].chunks
    padded = f"{label:0>4}"
    for candidate in (label, padded):
        if candidate in chunks:
            return ChunkRef(name, candidate)
    labels = sorted(chunks, key=label_order)
    there = labels[0] if len(labels) == 1 else f"{labels[0]} to {labels[-1]}"
    shown = chunk_name(label) if label else "''"
    raise NotFound(f"{name} has no chunk {shown}", near=tuple(labels[:_NEAR]), next=f"it has {there}")


def _by_prefix(state: AppState, text: str) -> Ref:
    names = [name for name in state.runs if name.startswith(text)] if text else []
    ids = [batch_id for batch_id in state.batches if text and batch_id.startswith(text)]
    if len(names) + len(ids) == 1:
        return RunRef(names[0]) if names else BatchRef(ids[0])
    if names or ids:
        near = tuple(sorted(names) + sorted(ids))
        raise NotFound(f"{text!r} names {len(near):,} things", near=near[: _NEAR * 2])
    raise NotFound(f"no run or batch {text!r}", near=_closest(text, (*state.runs, *state.batches)))


def resolve_name(known: Iterable[str], text: str, *, what: str) -> str:
    """A whole name or the one that starts so.

    Raises:
        NotFound: with the near matches.
    """
    names = list(known)
    if text in names:
        return text
    starting = [name for name in names if text and name.startswith(text)]
    if len(starting) == 1:
        return starting[0]
    if starting:
        raise NotFound(f"{text!r} names {len(starting):,} {what}s", near=tuple(sorted(starting))[: _NEAR * 2])
    raise NotFound(f"no {what} {text!r}", near=_closest(text, names))


def _closest(text: str, names: Iterable[str]) -> tuple[str, ...]:
    """Those that are written much like it; capitals are a slip too."""
    known = list(names)
    near = difflib.get_close_matches(text, known, n=_NEAR, cutoff=0.5)
    return tuple(near or difflib.get_close_matches(text.lower(), known, n=_NEAR, cutoff=0.5))
