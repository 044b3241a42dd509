"""`export`: effective results, the latest success of each request over all attempts, in input order.

Commit point: the rename onto the target. Before it the old file, if there is one, is as it was.
"""

from pathlib import Path

import click
from msgspec.structs import replace

from batchtui.cli import diagnostics, output, session
from batchtui.cli.issues import attempts_of
from batchtui.cli.options import Command, Options
from batchtui.cli.progress import metered
from batchtui.cli.words import several
from batchtui.domain.failures import BadInput, ExitCode, NotConfirmed, UsageFailure
from batchtui.domain.lookup import RequestRef, resolve
from batchtui.engine.engine import Engine
from batchtui.engine.jobs import Exported, ExportTask
from batchtui.present import formats

STDOUT = "-"


@click.command("export", cls=Command)
@click.argument("id_", metavar="ID")
@click.option("-o", "--output", "target", required=True, metavar="FILE", help="Where to; `-` is stdout.")
@click.option("--format", "format_", type=click.Choice(["jsonl", "csv"]), default="jsonl", show_default=True)
@click.option("--only", type=click.Choice(["succeeded", "errors"]), help="Only these results.")
@click.option("--columns", metavar="A,B,C", help="For csv: which columns, by name.")
def export_command(
    options: Options, id_: str, target: str, format_: str, only: str | None, columns: str | None
) -> ExitCode:
    """Write the results of a run, a chunk or a batch: the latest success of each request over all attempts.

    A file that exists is replaced only with --yes, and only by a whole new one. Nothing is downloaded: `collect` does.
    """
    if target == STDOUT and options.json:
        raise UsageFailure("stdout can't hold both the results and --json", next="name a file with -o")
    if columns is not None and format_ != "csv":
        raise UsageFailure("--columns are for --format csv")
    task = ExportTask(
        lineage=(), target=target, format=format_, only=only, columns=tuple(columns.split(",")) if columns else ()
    )
    return session.run(_export(options, id_, task))


async def _export(options: Options, id_: str, task: ExportTask) -> ExitCode:
    async with session.opened(options, makes_no_call=True) as engine:
        ref = resolve(engine.state, id_)
        if isinstance(ref, RequestRef):
            raise BadInput("a single request is not exported", next=f"`batchtui show {id_} --json` prints it")
        exists = task.target != STDOUT and _is_file(task.target)
        if options.dry_run:
            _show(options, id_, task, None, exists=exists)
            return ExitCode.DONE
        if exists and not options.yes:
            raise NotConfirmed(f"{task.target} exists", next="--yes replaces it, another -o keeps it")
        exported = await _write(engine, replace(task, lineage=attempts_of(engine, ref)))
        _show(options, id_, task, exported, exists=exists)
        return ExitCode.DONE


def _is_file(target: str) -> bool:
    return Path(target).is_file()


async def _write(engine: Engine, task: ExportTask) -> Exported:
    with metered() as meter:
        return await engine.jobs.export(task, meter.show)


def _show(options: Options, id_: str, task: ExportTask, exported: Exported | None, *, exists: bool) -> None:
    """What was written; beside results on stdout this is talk."""
    words = f"{task.target} would be {'replaced' if exists else 'written'}"
    if exported is not None:
        size = f"{several(exported.requests, 'result')}, {formats.size(exported.bytes)}"
        words = f"{task.target}: {size}; {exported.succeeded:,} succeeded, {exported.errors:,} did not"
        if exported.missing:
            diagnostics.say(f"{several(exported.missing, 'request')} of {id_} have no result here yet; `collect` first")
    document = {
        "id": id_,
        "target": task.target,
        "format": task.format,
        "only": task.only,
        "requests": exported.requests if exported is not None else None,
        "succeeded": exported.succeeded if exported is not None else None,
        "errors": exported.errors if exported is not None else None,
        "missing": exported.missing if exported is not None else None,
        "bytes": exported.bytes if exported is not None else None,
        "replaced": exists,
        "dry_run": options.dry_run,
    }
    if task.target == STDOUT:
        diagnostics.say(words)
    else:
        output.show(options, "export", document, [words])
