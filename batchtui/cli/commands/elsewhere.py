"""`adopt` and `hide`: what to do with batches that this workspace did not start. Neither sends anything."""

from pathlib import Path

import click

from batchtui.cli import link, output, session
from batchtui.cli.options import Command, Options
from batchtui.domain.failures import BadInput, ExitCode
from batchtui.domain.lookup import BatchRef, resolve
from batchtui.engine import verbs_batches
from batchtui.engine.engine import Engine


@click.command("adopt", cls=Command)
@click.argument("batch", metavar="BATCH")
@click.option("--input", "file", metavar="FILE", help="Its request file, so that requests can be shown and sent again.")
@click.option("--name", metavar="N", help="The run's name.")
def adopt_command(options: Options, batch: str, file: str | None, name: str | None) -> ExitCode:
    """Take a batch from elsewhere into a run of its own, with its request file if there is one."""
    session.must_change(options, "adopt")
    return session.run(_adopt(options, batch, Path(file) if file is not None else None, name))


async def _adopt(options: Options, batch: str, file: Path | None, name: str | None) -> ExitCode:
    async with session.opened(options, may_create=True, makes_no_call=options.offline) as engine:
        batch_id = await _batch_id(options, engine, batch)
        owner = engine.state.batches[batch_id].run
        document = {"batch_id": batch_id, "run": owner, "already": owner is not None, "dry_run": options.dry_run}
        if owner is None and not options.dry_run:
            document["run"] = await verbs_batches.adopt(engine, batch_id, file, name=name)
        words = f"{batch_id} belongs to {document['run']}" if document["run"] else f"{batch_id} can be adopted"
        output.show(options, "adopt", document, [words])
        return ExitCode.DONE


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
        was_hidden = engine.state.batches[batch_id].is_hidden
        if not options.dry_run:
            verbs_batches.hide(engine, batch_id, hidden=hidden)
        document = {"batch_id": batch_id, "hidden": hidden, "was_hidden": was_hidden, "dry_run": options.dry_run}
        output.show(options, "hide", document, [f"{batch_id} {'hidden' if hidden else 'shown again'}"])
        return ExitCode.DONE


async def _batch_id(options: Options, engine: Engine, text: str) -> str:
    """The batch that is meant; the service is asked where it is not known yet."""
    if text not in engine.state.batches and not options.offline:
        await link.reach(engine, "this")
    ref = resolve(engine.state, text)
    if not isinstance(ref, BatchRef):
        raise BadInput(f"{text} is no batch", next="`batchtui ls --batches` lists them")
    return ref.batch_id
