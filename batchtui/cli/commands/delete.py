"""`delete`: remove a batch on the server, once its results are here and verified."""

import click

from batchtui.cli import diagnostics, link, output, session, shapes
from batchtui.cli.agreement import ask
from batchtui.cli.confirm import Typed, let_others_lead
from batchtui.cli.notices import tell_as_talk
from batchtui.cli.options import Command, Options
from batchtui.cli.working import working
from batchtui.domain.failures import BadInput, ExitCode
from batchtui.domain.lookup import BatchRef, ChunkRef, resolve
from batchtui.domain.state import AppState, KnownBatch
from batchtui.domain.words import several
from batchtui.engine import verbs_batches
from batchtui.engine.engine import Duty, Engine
from batchtui.engine.furnishing import is_bare
from batchtui.engine.verbs_batches import batches_of


@click.command("delete", cls=Command)
@click.argument("batch", metavar="BATCH")
def delete_command(options: Options, batch: str) -> ExitCode:
    """Delete a batch on the server. Refused until its results are collected and verified here."""
    session.needs_network(options, "delete")
    session.must_change(options, "delete")
    return session.run(_delete(options, batch))


async def _delete(options: Options, batch: str) -> ExitCode:
    async with session.opened(options) as engine:
        await link.reach(engine, "delete")
        known = _named(engine, batch)
        await verbs_batches.must_be_safe_here(engine, known.batch.id)
        document = _document(known)
        if known.is_deleted:
            output.show(options, "delete", {**document, "already": True}, [f"{known.batch.id} was deleted before"])
            return ExitCode.DONE
        if options.dry_run:
            output.show(options, "delete", {**document, "dry_run": True}, _lines(engine.state, known))
            return ExitCode.DONE
        let_others_lead(options, engine)
        refused = ask(
            options,
            "delete",
            question="delete it on the server?",
            lines=_lines(engine.state, known),
            document=document,
            typed=Typed(text=known.batch.id[-4:], what="the last four of its id"),
        )
        if refused is not None:
            return refused
        async with working(engine, Duty.STOP, tell_as_talk):
            known = await verbs_batches.delete(engine, known.batch.id)
        return _end(options, known)


def _named(engine: Engine, text: str) -> KnownBatch:
    ref = resolve(engine.state, text)
    if not isinstance(ref, BatchRef | ChunkRef):
        raise BadInput(f"{text} is no batch", next="`batchtui ls --batches` lists them")
    found = batches_of(engine.state, ref)
    if not found:
        raise BadInput(f"{text} has no batch", next="it was not sent, or has no answer")
    return engine.state.batches[found[0]]


def _document(known: KnownBatch) -> shapes.Shape:
    return {
        "batch_id": known.batch.id,
        "run": known.run,
        "chunk": known.chunk,
        "deleted": known.is_deleted,
        "already": False,
        "reason": known.delete_why or "",
    }


def _lines(state: AppState, known: KnownBatch) -> list[str]:
    results = known.collected.results if known.collected is not None else 0
    has_bodies = known.run is not None and not is_bare(run := state.runs[known.run]) and not run.is_pruned
    here = f"{several(results, 'result')}, verified{', and what was sent' if has_bodies else ''}"
    return [
        f"plan  delete {known.batch.id} on the server",
        f"  stays   {here}: on this disk only",
        "  lost    the service's copy, and the batch in every other program's list",
    ]


def _end(options: Options, known: KnownBatch) -> ExitCode:
    output.show(options, "delete", _document(known), [f"{known.batch.id} deleted"] if known.is_deleted else [])
    if known.is_deleted:
        return ExitCode.DONE
    diagnostics.say(f"batchtui: {known.batch.id} was not deleted: {known.delete_why}")
    return ExitCode.ERROR
