"""One request over all its attempts: as it was sent, what came back, and where it came from."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import msgspec

from batchtui.domain.billing import measured
from batchtui.domain.failures import BadInput, NotFound
from batchtui.domain.half_pairs import decode_with_halves
from batchtui.domain.issues import triage
from batchtui.domain.lookup import RequestRef
from batchtui.domain.money import Usd
from batchtui.domain.results import Outcome, Result, Usage
from batchtui.domain.state import AppState, KnownBatch
from batchtui.engine import lineage
from batchtui.engine.engine import Engine
from batchtui.engine.jobs import AttemptChunk, AttemptRun
from batchtui.engine.ports import FoundRequest
from batchtui.workspace.results import result_lines


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """A request in one run; `outcome` is None while there is no result here."""

    run: str
    chunk: str | None
    batch_id: str | None
    outcome: str | None
    cls: str | None
    result: bytes | None
    """The result object as received."""


class RequestDetail(msgspec.Struct, frozen=True, kw_only=True):
    """All that is known of one request; `own` is the attempt in the run that was named."""

    custom_id: str
    request: bytes | None
    """The line as sent; None where only results are here."""
    own: Attempt
    attempts: tuple[Attempt, ...]
    file: str | None
    line: int | None
    usage: Usage | None = None
    """Of the attempt that was named; None without an answer."""
    cost_usd: Usd | None = None
    """None while there is none, or where a price is unknown."""


class _Line(msgspec.Struct):
    result: msgspec.Raw


_decode_line = msgspec.json.Decoder(_Line).decode
_decode_result = msgspec.json.Decoder(Result).decode


def find_detail(engine: Engine, ref: RequestRef) -> RequestDetail:
    """Look a request up in the files of its run or batch.

    Raises:
        NotFound, BadInput
    """
    known = engine.state.batches.get(ref.run)
    if known is not None and known.run is None:
        return _with_cost(engine, _elsewhere(engine, known, ref.custom_id))
    run = known.run if known is not None and known.run is not None else ref.run
    return _with_cost(engine, _of_run(engine, run, ref.custom_id))


def _with_cost(engine: Engine, detail: RequestDetail) -> RequestDetail:
    """With what the named attempt used and cost: only what was answered is billed."""
    if detail.own.outcome != Outcome.SUCCEEDED or detail.own.result is None:
        return detail
    try:
        message = decode_with_halves(_decode_result, detail.own.result).message
    except msgspec.DecodeError:
        return detail
    if message is None or message.usage is None:
        return detail
    cost = measured(message.usage, message.model, engine.prices)
    return msgspec.structs.replace(detail, usage=message.usage, cost_usd=cost)


def _elsewhere(engine: Engine, known: KnownBatch, custom_id: str) -> RequestDetail:
    batch_id = known.batch.id
    if known.collected is None:
        raise BadInput(f"results of {batch_id} are not here", next=f"`batchtui collect {batch_id}` first")
    own = _attempt(engine, lineage.of_batch(engine.store, known), None, custom_id)
    if own.result is None:
        raise NotFound(f"{batch_id} has no result for {custom_id}", next=f"`batchtui export {batch_id} -o -` lists all")
    return RequestDetail(custom_id=custom_id, request=None, own=own, attempts=(own,), file=None, line=None)


def _of_run(engine: Engine, run: str, custom_id: str) -> RequestDetail:
    server_now = engine.core.live.link.server_now(engine.core.clock.now())
    found: dict[str, tuple[Attempt, FoundRequest | None]] = {}
    for name in _family(engine.state, run):
        pair = _in_run(engine, name, custom_id, server_now)
        if pair is not None:
            found[name] = pair
    if run not in found:
        near = tuple(f"{name}/{custom_id}" for name in found)
        if engine.state.runs[run].is_pruned and not near:
            raise NotFound(
                f"what {run} sent was pruned here, and no result of {custom_id} is here",
                next=f"`batchtui collect {run}` fetches the results that the service keeps",
            )
        raise NotFound(f"{run} has no request {custom_id}", near=near, next="" if near else "its ids are in its file")
    own, sent = found[run]
    return RequestDetail(
        custom_id=custom_id,
        request=sent.line if sent is not None else None,
        own=own,
        attempts=tuple(attempt for attempt, _ in found.values()),
        file=(sent.file or None) if sent is not None else None,
        line=sent.line_number if sent is not None else None,
    )


def _family(state: AppState, run: str) -> tuple[str, ...]:
    """The first run of a lineage and all that came of it."""
    root, parent = run, state.runs[run].parent
    while parent is not None and parent in state.runs:
        root, parent = parent, state.runs[parent].parent
    return state.lineage(root)


def _in_run(
    engine: Engine, name: str, custom_id: str, server_now: datetime
) -> tuple[Attempt, FoundRequest | None] | None:
    run = lineage.attempt(engine.state, engine.store, engine.state.runs[name], server_now)
    sent = engine.library.find_request(run, custom_id)
    attempt = _attempt(engine, run, sent.label if sent is not None else None, custom_id)
    return None if sent is None and attempt.result is None else (attempt, sent)


def _attempt(engine: Engine, run: AttemptRun, label: str | None, custom_id: str) -> Attempt:
    """The attempt in its chunk; where no body says which that is, in whichever has a result."""
    chunks = [chunk for chunk in run.chunks if label is None or chunk.label == label]
    for chunk, line in _result_lines(engine, chunks, custom_id):
        decoded = result_lines.decode(line)
        issue = triage.classify(decoded) if decoded is not None else None
        return Attempt(
            run=run.run,
            chunk=chunk.label or None,
            batch_id=chunk.batch_id,
            outcome=decoded.result.type if decoded is not None else "unknown",
            cls=issue[0] if issue is not None else None,
            result=bytes(decode_with_halves(_decode_line, line).result),
        )
    only = chunks[0] if label is not None and chunks else None
    return Attempt(
        run=run.run,
        chunk=only.label if only is not None else None,
        batch_id=only.batch_id if only is not None else None,
        outcome=None,
        cls=None,
        result=None,
    )


def _result_lines(engine: Engine, chunks: list[AttemptChunk], custom_id: str) -> Iterator[tuple[AttemptChunk, bytes]]:
    for chunk in chunks:
        if chunk.results is not None:
            line = engine.library.find_result(Path(chunk.results), custom_id)
            if line is not None:
                yield chunk, line
