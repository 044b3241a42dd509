"""Sending what a run holds, as far as the limits allow, and what that came to."""

from collections.abc import Iterator
from datetime import timedelta

import msgspec

from batchtui.cli import diagnostics, estimate_shapes, link, notices, output, refused, shapes
from batchtui.cli.options import Options
from batchtui.cli.settling import settle
from batchtui.cli.working import working
from batchtui.domain.failures import ExitCode, OtherAccount, WorkspaceDamaged
from batchtui.domain.limits import chunk_of, turns
from batchtui.domain.link import LinkState
from batchtui.domain.never_accepted import is_capped
from batchtui.domain.pilot import asks
from batchtui.domain.state import AppState, Chunk, Run
from batchtui.domain.submission import KEY_REFUSALS, ChunkState, Submission
from batchtui.domain.words import several
from batchtui.engine.engine import Duty, Engine

PATIENCE_SECONDS = 60.0
"""So long a chunk that is asked to wait, or a service that is out of reach, is waited for."""

PATIENCE_WITH_OTHERS_SECONDS = 120.0
"""So long another process that leads may do nothing for this run."""


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """How far a command goes with an accepted run."""

    detaches: bool = False
    """Only hold it."""
    waits: bool = False
    """Stay until it is settled."""


async def send(engine: Engine, run: str, wish: Wish) -> ExitCode:
    """Send what the limits allow; with `waits` stay until the run is settled."""
    if wish.detaches or not (wish.waits or _is_held(engine.state, run)):
        return sent_code(engine, run)
    if (leader := engine.leader()) is not None:
        diagnostics.say(f"another process ({leader}) sends for this workspace; waiting for it")
    async with working(engine, Duty.ALL if wish.waits else Duty.SEND, notices.tell_as_talk) as told:
        if wish.waits:
            return await settle(engine, [run], on_settled=told.tell)
        await engine.until(_Rest(engine, run))
    return sent_code(engine, run)


def _is_held(state: AppState, run: str) -> bool:
    return any(chunk.may_still_be_sent or chunk.state is ChunkState.SENDING for chunk in state.runs[run].live_chunks)


class _Rest:
    """Whether nothing more of a run is going to be sent soon; asked again and again."""

    def __init__(self, engine: Engine, run: str) -> None:
        self._engine = engine
        self._run = run
        self._clock = engine.core.clock
        self._moved_at = self._clock.monotonic()
        self._seen: tuple[Chunk, ...] = ()

    def __call__(self, state: AppState) -> bool | None:
        live = self._engine.core.live
        if live.account_note:
            raise OtherAccount(live.account_note, next="what was not sent is held")
        if live.damage or live.send_trouble:
            raise WorkspaceDamaged(live.damage or live.send_trouble, next="what was not sent is held")
        if not _is_held(state, self._run) or live.link.state is LinkState.NOT_AUTHORIZED:
            return True
        return True if self._is_patience_over(state) or self._is_stuck(state) else None

    def _is_patience_over(self, state: AppState) -> bool:
        chunks = state.runs[self._run].live_chunks
        if chunks != self._seen:
            self._seen, self._moved_at = chunks, self._clock.monotonic()
        if any(entry.state is ChunkState.SENDING for run in state.runs.values() for entry in run.live_chunks):
            return False
        patience = PATIENCE_SECONDS if self._engine.core.live.is_leader else PATIENCE_WITH_OTHERS_SECONDS
        return self._clock.monotonic() - self._moved_at >= patience

    def _is_stuck(self, state: AppState) -> bool:
        """All that is held waits for something that this command can't bring about."""
        if any(chunk.state is ChunkState.SENDING for run in state.runs.values() for chunk in run.live_chunks):
            return False
        waiting = turns(state, self._engine.settings, self._clock.now())
        soon = self._clock.now() + timedelta(seconds=PATIENCE_SECONDS)
        return all(turn.waits and (turn.until is None or turn.until > soon) for turn in waiting)


def sent_code(engine: Engine, run: str) -> ExitCode:
    """The exit code that tells what became of a run's chunks so far."""
    chunks = engine.state.runs[run].live_chunks
    if any(chunk.state is ChunkState.UNKNOWN for chunk in chunks):
        return ExitCode.UNKNOWN_OUTCOME
    said_no = [chunk for chunk in chunks if chunk.state is ChunkState.REFUSED]
    if said_no:
        statuses = {engine.state.submissions[chunk.submissions[-1]].status for chunk in said_no if chunk.submissions}
        return ExitCode.UNREACHABLE if statuses & KEY_REFUSALS else ExitCode.ERROR
    if is_capped(engine.state, engine.state.runs[run]):
        return ExitCode.OVER_BUDGET
    is_down = engine.core.live.link.state in (LinkState.OFFLINE, LinkState.NOT_AUTHORIZED)
    return ExitCode.UNREACHABLE if is_down and _is_held(engine.state, run) else ExitCode.DONE


def show_sent(options: Options, command: str, document: shapes.Shape, engine: Engine, code: ExitCode) -> ExitCode:
    """What became of each chunk, and what waits."""
    output.show(options, command, {**document, "exit": int(code)}, sent_lines(document))
    tell_sent(document, engine, code)
    return code


def tell_sent(document: shapes.Shape, engine: Engine, code: ExitCode) -> None:
    """In words what waits, and for what."""
    run = engine.state.runs[document["run"]]
    if code is ExitCode.UNKNOWN_OUTCOME:
        what = _doubted(engine, run) or "a submission has no answer"
        diagnostics.say(f"batchtui: {what}; `batchtui reconcile` settles it, nothing is sent twice")
    if run.held_reason is not None:
        hint = f"once that is mended `batchtui retry {run.name} --lost` lets it go on"
        diagnostics.say(f"batchtui: {run.name} is held: {run.held_reason}; {hint}")
    elif code is ExitCode.UNREACHABLE:
        diagnostics.say(f"batchtui: the service was not reached: {engine.core.live.link.why}")
    refused.tell(engine.state, run.name)
    if document["held"] and run.held_reason is None and not asks(engine.state, run):
        held = several(document["held"], "chunk waits", "chunks wait")
        diagnostics.say(f"{held} here{_why_held(engine, document)}")


def _doubted(engine: Engine, run: Run) -> str:
    """Why an answer to what was sent of a run was not believed, if one was not."""
    entries = (engine.state.submissions[name] for chunk in run.live_chunks for name in chunk.submissions[-1:])
    return next((entry.why for entry in entries if entry.is_doubted and entry.state is ChunkState.UNKNOWN), "")


def _why_held(engine: Engine, document: shapes.Shape) -> str:
    """What the first of them waits for, and the command that does something about it."""
    doubt = _first_doubt(engine, document["run"])
    if doubt is not None:
        how = "`batchtui reconcile` says how that stands, `batchtui watch` settles it and sends on"
        return f" until {chunk_of(doubt)} is settled: it was sent without an answer and is of the same size; {how}"
    waits = shapes.views_of(engine).waits.first(document["run"])
    return f"{': ' if waits else ''}{waits}; `batchtui watch` sends as there is room"


def _held_reason(engine: Engine, run: str, held: int) -> str | None:
    """Why the first held chunk is held; None when none is."""
    waits = shapes.views_of(engine).waits.first(run)
    return waits or ("nothing sends it now: `batchtui watch` or the dashboard does" if held else None)


def _first_doubt(engine: Engine, run: str) -> Submission | None:
    """The submission without an answer that keeps the first held chunk of a run back, if that is what it waits for."""
    held = next((chunk for chunk in engine.state.runs[run].live_chunks if chunk.may_still_be_sent), None)
    turn = shapes.views_of(engine).waits.turn(run, held.label) if held is not None else None
    if turn is None or not turn.is_own_reason:
        return None
    doubts = (entry for entry in engine.state.unknown_submissions() if entry.requests == turn.requests)
    return next((entry for entry in doubts if turn.waits.endswith(f": {chunk_of(entry)}")), None)


def sent_document(engine: Engine, run: str, *, already: bool = False) -> shapes.Shape:
    """`run`, `parent`, `already`, `held`, `chunks`: what `submit` and `retry` answer."""
    entry = engine.state.runs[run]
    view = shapes.views_of(engine).run(entry)
    return {
        "run": run,
        "parent": entry.parent,
        "already": already,
        "held": view.held,
        "requests": entry.requests,
        "held_reason": entry.held_reason or _held_reason(engine, run, view.held),
        "pilot": estimate_shapes.pilot(engine, run),
        "status": str(view.status),
        "counts": msgspec.structs.asdict(view.counts),
        "chunks": shapes.sent_chunks(engine, run),
        "connection": shapes.connection(engine.core.live.link),
    }


def sent_lines(document: shapes.Shape) -> Iterator[output.Line]:
    """A sent run for people, chunk by chunk."""
    succeeded = document["counts"]["succeeded"]
    outcome = f"{document['status']}, {succeeded:,} of {document['requests']:,} requests have succeeded"
    yield f"{document['run']}  {'submitted before, ' if document['already'] else ''}{outcome}"
    for chunk in document["chunks"]:
        words = (
            f"{chunk['state']:<9}",
            chunk["batch_id"] or "-",
            f"{several(chunk['requests'], 'request')}",
            chunk["note"],
        )
        yield "  ".join(("", chunk["chunk"], *words))


async def reach(engine: Engine, command: str, wish: Wish) -> None:
    """Be sure of the service before anybody is asked to agree to sending."""
    if not wish.detaches:
        await link.reach(engine, command)
