"""`adopt` and `hide`: what to do with batches that this workspace did not start. Neither sends anything."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from batchtui.cli import diagnostics, link, output, session, shapes
from batchtui.cli.collecting import collect_first
from batchtui.cli.options import Command, Options
from batchtui.domain.failures import BadInput, ExitCode
from batchtui.domain.lookup import BatchRef, resolve
from batchtui.engine import verbs_batches
from batchtui.engine.engine import Engine
from batchtui.engine.furnishing import is_bare
from batchtui.engine.matching import OtherRequests
from batchtui.present.clean import clean

LISTED = 100
"""More custom_ids than that are counted, not listed, in JSON."""

SHOWN = 5
"""The same for people: the first few tell which file it is."""


@click.command("adopt", cls=Command)
@click.argument("batch", metavar="BATCH")
@click.option("--input", "file", metavar="FILE", help="Its request file, so that requests can be shown and sent again.")
@click.option("--name", metavar="N", help="The run's name.")
def adopt_command(options: Options, batch: str, file: str | None, name: str | None) -> ExitCode:
    """Take a batch from elsewhere into a run of its own, with its request file if there is one.

    A run that was made without the file gets it the same way, once its results are here to match it by.
    """
    session.must_change(options, "adopt")
    return session.run(_adopt(options, batch, Path(file) if file is not None else None, name))


async def _adopt(options: Options, batch: str, file: Path | None, name: str | None) -> ExitCode:
    async with session.opened(options, may_create=True, makes_no_call=options.offline) as engine:
        batch_id = await _batch_id(options, engine, batch)
        owner = engine.state.batches[batch_id].run
        wants = owner is None or (file is not None and is_bare(engine.state.runs[owner]))
        document = {"batch_id": batch_id, "run": owner, "already": not wants, "dry_run": options.dry_run}
        if wants and not options.dry_run:
            if file is not None:
                await _collect_first(options, engine, batch_id)
            try:
                document["run"] = await _take(engine, batch_id, file, name)
            except OtherRequests as failure:
                return _show_difference(options, document, failure)
        words = f"{batch_id} belongs to {document['run']}" if document["run"] else f"{batch_id} can be adopted"
        output.show(options, "adopt", document, [words])
        return ExitCode.DONE


async def _take(engine: Engine, batch_id: str, file: Path | None, name: str | None) -> str:
    """Into a run of its own; or its file into the run that it was taken into without one."""
    if file is not None and engine.state.batches[batch_id].run is not None:
        return await verbs_batches.furnish(engine, batch_id, file)
    return await verbs_batches.adopt(engine, batch_id, file, name=name)


async def _collect_first(options: Options, engine: Engine, batch_id: str) -> None:
    """With results here, custom_ids can be compared at once rather than days later."""
    if options.offline or engine.state.batches[batch_id].collected is not None:
        return
    await link.look(engine)
    if engine.state.batches[batch_id].batch.is_ended:
        await collect_first(engine, (batch_id,))


def _show_difference(options: Options, document: shapes.Shape, failure: OtherRequests) -> ExitCode:
    """What is in the file or in the batch alone."""
    found = failure.difference
    mismatches = {
        "only_in_file": list(found.only_requests[:LISTED]),
        "only_in_batch": list(found.only_results[:LISTED]),
        "in_file": len(found.only_requests),
        "in_batch": len(found.only_results),
    }
    lines = [*_some("file", found.only_requests), *_some("batch", found.only_results)]
    output.show(options, "adopt", {**document, "mismatches": mismatches, **diagnostics.error_fields(failure)}, lines)
    diagnostics.say(f"batchtui: {failure}")
    return failure.exit_code


def _some(where: str, custom_ids: Sequence[str]) -> Iterator[str]:
    """The first few, and how many more there are."""
    for custom_id in custom_ids[:SHOWN]:
        yield f"in the {where} alone{' ' * (8 - len(where))}{clean(custom_id)}"
    if len(custom_ids) > SHOWN:
        yield f"in the {where} alone{' ' * (8 - len(where))}and {len(custom_ids) - SHOWN:,} more"


@click.command("hide", cls=Command)
@click.argument("batch", metavar="BATCH")
@click.option("--undo", is_flag=True, help="Show it again.")
def hide_command(options: Options, batch: str, undo: bool) -> ExitCode:
    """Take a batch from elsewhere out of sight, or back with --undo. Nothing is changed on the server."""
    session.must_change(options, "hide")
    return session.run(_hide(options, batch, hidden=not undo))


async def _hide(options: Options, batch: str, *, hidden: bool) -> ExitCode:
    async with session.opened(options, may_create=True, makes_no_call=options.offline) as engine:
        batch_id = await _batch_id(options, engine, batch)
        verbs_batches.must_be_elsewhere(engine, batch_id)
        was_hidden = engine.state.batches[batch_id].is_hidden
        if not options.dry_run:
            verbs_batches.hide(engine, batch_id, hidden=hidden)
        document = {"batch_id": batch_id, "hidden": hidden, "was_hidden": was_hidden, "dry_run": options.dry_run}
        words = f"{batch_id} {'would be ' if options.dry_run else ''}{'hidden' if hidden else 'shown again'}"
        output.show(options, "hide", document, [words])
        return ExitCode.DONE


async def _batch_id(options: Options, engine: Engine, text: str) -> str:
    """The batch that is meant; the service is asked where it is not known yet."""
    if text not in engine.state.batches and not options.offline:
        await link.reach(engine, "this")
    ref = resolve(engine.state, text)
    if not isinstance(ref, BatchRef):
        raise BadInput(f"{text} is no batch", next="`batchtui ls --batches` lists them")
    return ref.batch_id
