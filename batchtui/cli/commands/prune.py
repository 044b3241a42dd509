"""`prune`: drop local bodies of a settled run, after saying what can no longer be done. Makes no call."""

import click

from batchtui.cli import output, session, shapes
from batchtui.cli.agreement import ask
from batchtui.cli.options import Command, Options
from batchtui.domain.failures import BadInput, ExitCode
from batchtui.domain.lookup import RunRef, resolve
from batchtui.domain.state import Run
from batchtui.domain.status import is_collected
from batchtui.domain.words import several
from batchtui.engine import pruning
from batchtui.engine.engine import Engine
from batchtui.present import formats


@click.command("prune", cls=Command)
@click.argument("run", metavar="RUN")
@click.option("--results", is_flag=True, help="The results too.")
def prune_command(options: Options, run: str, results: bool) -> ExitCode:
    """Drop what was sent of a settled run from this disk, with --results what came back too.

    The journal and the manifest stay: what was sent, when, and what it cost is not forgotten.
    """
    session.must_change(options, "prune")
    return session.run(_prune(options, run, results=results))


async def _prune(options: Options, name: str, *, results: bool) -> ExitCode:
    async with session.opened(options, makes_no_call=True) as engine:
        run = _named(engine, name)
        pruning.must_be_prunable(engine, run, results=results)
        document: shapes.Shape = {
            "run": run.name,
            "results": results,
            "already": _is_done(engine, run, results=results),
            "freed_bytes": 0,
            "last_copies": _last_copies(engine, run) if results else 0,
            "dry_run": options.dry_run,
        }
        if document["already"]:
            output.show(options, "prune", document, [f"{run.name} was pruned before"])
            return ExitCode.DONE
        lines = _lines(engine, run, results=results)
        if options.dry_run:
            output.show(options, "prune", document, lines)
            return ExitCode.DONE
        refused = ask(options, "prune", question="remove these files?", lines=lines, document=document)
        if refused is not None:
            return refused
        freed = pruning.prune(engine, run.name, results=results)
        output.show(options, "prune", {**document, "freed_bytes": freed}, [f"{run.name}: {formats.size(freed)} freed"])
        return ExitCode.DONE


def _named(engine: Engine, text: str) -> Run:
    ref = resolve(engine.state, text)
    if not isinstance(ref, RunRef):
        raise BadInput(f"{text} is no run", next="only whole runs are pruned")
    return engine.state.runs[ref.run]


def _is_done(engine: Engine, run: Run, *, results: bool) -> bool:
    """What a crash left after the record is still to be removed."""
    is_recorded = run.is_pruned and (run.are_results_pruned or not results)
    return is_recorded and not engine.store.has_prunable(run.name, results=results)


def _last_copies(engine: Engine, run: Run) -> int:
    return pruning.last_copies(engine.state, run, engine.core.live.link.server_now(engine.core.clock.now()))


def _lines(engine: Engine, run: Run, *, results: bool) -> list[str]:
    lines = [
        f"plan  prune {run.name}",
        "  removes  the bodies of its chunks, exactly what was sent",
        "  lost     showing a request beside its result, retrying from here",
    ]
    if results:
        lines.append("  removes  its results; export and errors then show nothing of it")
        if run.parent is not None:
            lines.append(
                f"  note     {run.parent} then shows what this sent again as it was before, and does not resend it"
            )
        last = _last_copies(engine, run)
        if last:
            lines.append(f"  note     {several(last, 'result')} of it the service has no more: gone for good")
        if not is_collected(engine.state, run):
            lines.append("  note     not all of its results were collected")
    return [*lines, "  stays    the journal and run.toml"]
