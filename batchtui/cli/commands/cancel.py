"""`cancel`: stop a run's open batches, or single batches, and drop what is held."""

from collections.abc import Iterator, Sequence

import click

from batchtui.cli import link, output, session, shapes
from batchtui.cli.agreement import ask
from batchtui.cli.confirm import Typed, let_others_lead
from batchtui.cli.notices import tell_as_talk
from batchtui.cli.options import Command, Options
from batchtui.cli.working import working
from batchtui.domain.failures import BadInput, ExitCode, OtherAccount, Unreachable
from batchtui.domain.lookup import resolve
from batchtui.domain.state import KnownBatch
from batchtui.domain.status import Status
from batchtui.domain.words import several
from batchtui.engine import verbs_cancel
from batchtui.engine.engine import Duty, Engine
from batchtui.engine.verbs_batches import batches_of, statuses
from batchtui.engine.verbs_cancel import CancelPlan, has_unanswered, plan_cancel
from batchtui.present.plan.consent import cancel_consent

_ARRIVED = "if it arrived, `batchtui reconcile` finds its batch, to be canceled by its id"


@click.command("cancel", cls=Command)
@click.argument("ids", metavar="ID...", nargs=-1, required=True)
def cancel_command(options: Options, ids: tuple[str, ...]) -> ExitCode:
    """Cancel the open batches of runs, or single batches; what is held of a run is not sent any more.

    The service cancels whole batches only. What it has begun may still finish, and is billed.
    """
    session.needs_network(options, "cancel")
    session.must_change(options, "cancel")
    return session.run(_cancel(options, ids))


async def _cancel(options: Options, ids: Sequence[str]) -> ExitCode:
    async with session.opened(options, may_create=True) as engine:
        await _reach(engine, ids)
        plan = _plan(engine, ids)
        _must_be_whole(plan)
        named = _named(engine, ids)
        was = statuses(engine, named)
        if plan.is_empty:
            _show(options, engine, plan, named, was, words=_nothing_lines(plan))
            return _code(engine, plan, ())
        if options.dry_run:
            _show(options, engine, plan, named, was, words=_plan_lines(plan))
            return ExitCode.DONE
        let_others_lead(options, engine)
        refused = ask(
            options,
            "cancel",
            question="cancel this?",
            lines=_plan_lines(plan),
            document=_document(engine, plan, named, was),
            typed=_typed(plan, ids),
        )
        if refused is not None:
            return refused
        async with working(engine, Duty.STOP, tell_as_talk):
            done = await verbs_cancel.cancel(engine, plan)
        _show(options, engine, plan, _named(engine, ids), was, words=_done_lines(engine, plan, done))
        return _code(engine, plan, done)


def _plan(engine: Engine, ids: Sequence[str]) -> CancelPlan:
    return plan_cancel(engine.state, ids, engine.settings.retry, engine.core.clock.now())


async def _reach(engine: Engine, ids: Sequence[str]) -> None:
    """What is only held can be dropped without the service."""
    try:
        await link.reach(engine, "cancel")
    except OtherAccount:
        raise
    except Unreachable:
        if plan_cancel(engine.state, ids).batches:
            raise


def _must_be_whole(plan: CancelPlan) -> None:
    """What waits would be sent after a cancel that named its chunk alone."""
    if plan.alone:
        run = plan.alone[0].partition("#")[0]
        raise BadInput(
            f"{plan.alone[0]} has no batch to cancel", next=f"`batchtui cancel {run}` drops what waits of it"
        )


def _named(engine: Engine, ids: Sequence[str]) -> tuple[KnownBatch, ...]:
    """Every batch the ids name, each once."""
    found = (batch_id for id_ in ids for batch_id in batches_of(engine.state, resolve(engine.state, id_)))
    return tuple(engine.state.batches[batch_id] for batch_id in dict.fromkeys(found))


def _typed(plan: CancelPlan, ids: Sequence[str]) -> Typed | None:
    """What the dashboard asks for as well."""
    consent = cancel_consent(plan, tuple(dict.fromkeys(ids)))
    if not consent.typed:
        return None
    return Typed(text=consent.typed, what=consent.what, why=_stranger(plan) or consent.why)


def _stranger(plan: CancelPlan) -> str:
    """Why the only batch that may not be one's own may not be."""
    if len(plan.needs_ids) != 1:
        return ""
    return "it was started elsewhere" if plan.needs_ids[0].run is None else "it is not proved to be the chunk's own"


def _plan_lines(plan: CancelPlan) -> Iterator[str]:
    yield f"plan  cancel {', '.join(plan.runs) if plan.runs else several(len(plan.batches), 'batch', 'batches')}"
    if plan.batches:
        batches = several(len(plan.batches), "open batch", "open batches")
        requests = several(plan.requests, "request")
        yield f"  stops      {batches}, {requests}; what has begun may still finish and is billed"
    if plan.elsewhere:
        strangers = several(len(plan.elsewhere), "batch", "batches")
        yield f"  elsewhere  {strangers} not sent from here: {_ids(plan.elsewhere)}"
    if plan.unproved:
        yield f"  unproved   not proved to be what was sent from here: {_ids(plan.unproved)}"
    if plan.held_chunks:
        requests = several(plan.held_requests, "request")
        yield f"  drops      {several(plan.held_chunks, 'held chunk')}, {requests}: never sent"
    for root in plan.retries:
        yield f"  retry      {root} is not sent again by itself"
    if plan.later:
        yield f"  goes on    {_later(plan)}"
    if plan.unknown_chunks:
        yield f"  unsure     {several(plan.unknown_chunks, 'chunk')} without an answer: not sent again; {_ARRIVED}"
    if plan.ended_chunks:
        yield f"  stays      {several(plan.ended_chunks, 'ended chunk')}, {several(plan.ended_requests, 'request')}"


def _later(plan: CancelPlan) -> str:
    return f"{', '.join(plan.later)}, made from it: `batchtui cancel {' '.join(plan.later)}` stops it"


def _ids(batches: Sequence[KnownBatch]) -> str:
    return ", ".join(known.batch.id for known in batches)


def _show(
    options: Options,
    engine: Engine,
    plan: CancelPlan,
    named: Sequence[KnownBatch],
    was: dict[str, str],
    *,
    words: Iterator[str],
) -> None:
    output.show(options, "cancel", _document(engine, plan, named, was) | {"dry_run": options.dry_run}, words)


def _document(engine: Engine, plan: CancelPlan, named: Sequence[KnownBatch], was: dict[str, str]) -> shapes.Shape:
    current = [engine.state.batches[known.batch.id] for known in named]
    now = statuses(engine, current)
    rows = [
        {
            "batch_id": known.batch.id,
            "run": known.run,
            "chunk": known.chunk,
            "status": now[known.batch.id],
            "was": was.get(known.batch.id, Status.PLANNED),
            "requests": known.batch.request_counts.total,
            "reason": known.cancel_why or "",
        }
        for known in current
    ]
    return {
        "batches": rows,
        "runs": list(plan.runs),
        "elsewhere": [known.batch.id for known in plan.elsewhere],
        "unproved": [known.batch.id for known in plan.unproved],
        "held_chunks": plan.held_chunks,
        "held_requests": plan.held_requests,
        "unknown_chunks": plan.unknown_chunks,
        "retries": list(plan.retries),
        "later": list(plan.later),
    }


def _nothing_lines(plan: CancelPlan) -> Iterator[str]:
    if plan.unknown_chunks:
        yield f"{several(plan.unknown_chunks, 'chunk')} without an answer: canceled already; {_ARRIVED}"
    else:
        yield "nothing to do: nothing of this is open"
    if plan.later:
        yield f"goes on: {_later(plan)}"


def _done_lines(engine: Engine, plan: CancelPlan, done: Sequence[KnownBatch]) -> Iterator[str]:
    now = statuses(engine, done)
    for known in done:
        yield f"{known.batch.id}  {known.cancel_why or now[known.batch.id]}"
    if plan.held_chunks:
        yield "what was held is not sent any more"
    for root in plan.retries:
        yield f"{root} is not sent again by itself"
    if plan.later:
        yield f"goes on: {_later(plan)}"
    if has_unanswered(engine.state, plan.runs):
        yield f"what has no answer is not sent again; {_ARRIVED}"


def _code(engine: Engine, plan: CancelPlan, done: Sequence[KnownBatch]) -> ExitCode:
    """Unknown while a batch may be there that nobody could ask the service to cancel."""
    if has_unanswered(engine.state, plan.runs):
        return ExitCode.UNKNOWN_OUTCOME
    return ExitCode.ERROR if any(known.cancel_why for known in done) else ExitCode.DONE
