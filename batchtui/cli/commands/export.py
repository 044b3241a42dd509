"""`export`: effective results, the latest success of each request over all attempts, in input order.

Commit point: the rename onto the target. Before it the old file, if there is one, is as it was.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext

import click
from msgspec.structs import replace

from batchtui.cli import absent, diagnostics, output, refused, session, shapes
from batchtui.cli.class_names import must_be_known
from batchtui.cli.issues import attempts_of
from batchtui.cli.options import Command, Options
from batchtui.cli.progress import metered
from batchtui.cli.request_detail import find_detail
from batchtui.cli.request_files import must_be_named
from batchtui.domain.absent import Absence, total
from batchtui.domain.failures import BadInput, ExitCode, NotConfirmed, UsageFailure
from batchtui.domain.lookup import BatchRef, ChunkRef, RequestRef, RunRef, resolve
from batchtui.domain.never_accepted import NeverAccepted
from batchtui.domain.words import several
from batchtui.engine.engine import Engine
from batchtui.engine.jobs import Exported, ExportFormat, ExportOnly, ExportTask
from batchtui.present import formats
from batchtui.present.export_choice import format_of, is_table, split_columns

STDOUT = "-"


@click.command("export", cls=Command)
@click.argument("id_", metavar="ID")
@click.option("-o", "--output", "target", required=True, metavar="FILE", help="Where to; `-` is stdout.")
@click.option(
    "--format",
    "format_",
    type=click.Choice([each.value for each in ExportFormat]),
    help="By default what FILE ends with, else jsonl; `requests` are what was sent, for retry --edit.",
)
@click.option(
    "--only",
    type=click.Choice([each.value for each in ExportOnly]),
    help="Only these; errors come with their requests.",
)
@click.option("--class", "classes", multiple=True, metavar="C", help="Only this class, with requests; repeatable.")
@click.option("--custom-id", "custom_ids", multiple=True, metavar="X", help="Only this request; repeatable.")
@click.option("--columns", metavar="A,N=B", help="For tables: names and paths, such as id=custom_id,text.")
@click.option("--join", "joins", is_flag=True, help="Each line of the input, as it was sent, with its result.")
@click.option("--requests/--no-requests", "requests", default=None, help="The params beside each result, or not.")
@click.option("--spreadsheet", is_flag=True, help="An apostrophe before csv cells that look like formulas.")
def export_command(
    options: Options,
    id_: str,
    target: str,
    format_: str | None,
    only: str | None,
    classes: tuple[str, ...],
    custom_ids: tuple[str, ...],
    columns: str | None,
    joins: bool,
    requests: bool | None,
    spreadsheet: bool,
) -> ExitCode:
    """Write the results of a run, a chunk or a batch: the latest success of each request over all attempts.

    A file that exists is replaced only with --yes, and only by a whole new one. Nothing is downloaded: `collect` does.
    Columns are custom_id, type, class, text, stop_reason, model, run, batch_id, input_tokens, output_tokens,
    cache_read_tokens, cache_write_tokens, error_type, error_message, request_id, or paths: message.content[0].text,
    params.model.
    """
    task = ExportTask(
        lineage=(),
        target=target,
        format=ExportFormat(format_) if format_ else format_of(target),
        only=ExportOnly(only) if only else None,
        classes=frozenset(classes),
        custom_ids=frozenset(custom_ids),
        columns=split_columns(columns or ""),
        joins=joins,
        adds_requests=requests if requests is not None else only == ExportOnly.ERRORS or bool(classes),
        is_for_spreadsheet=spreadsheet,
    )
    _must_fit_together(options, task)
    return session.run(_export(options, id_, task))


def _must_fit_together(options: Options, task: ExportTask) -> None:
    must_be_named(task.target)
    if task.target == STDOUT and options.json:
        raise UsageFailure("stdout can't hold both the results and --json", next="name a file with -o")
    if task.columns and not is_table(task.format):
        raise UsageFailure("--columns are for --format csv and parquet")
    if task.is_for_spreadsheet and task.format is not ExportFormat.CSV:
        raise UsageFailure("--spreadsheet is for --format csv")
    if task.joins and task.format is ExportFormat.REQUESTS:
        raise UsageFailure("--join puts results beside requests, --format requests leaves them away")


async def _export(options: Options, id_: str, task: ExportTask) -> ExitCode:
    async with session.opened(options, makes_no_call=True) as engine:
        ref = resolve(engine.state, id_)
        if isinstance(ref, RequestRef):
            raise BadInput("a single request is not exported", next=f"`batchtui show {id_} --json` prints it")
        must_be_known(engine, [ref], task.classes, id_)
        _must_have(engine, ref, task.custom_ids)
        exists = task.target != STDOUT and _is_file(task.target)
        lacking = absent.absences_of(engine, ref)
        if options.dry_run:
            _show(options, id_, task, None, None, lacking, exists=exists)
            return ExitCode.DONE
        if exists and not options.yes:
            raise NotConfirmed(f"{task.target} exists", next="--yes replaces it, another -o keeps it")
        exported = await _write(engine, replace(task, lineage=attempts_of(engine, ref)))
        _show(options, id_, task, exported, refused.refused_of(engine.state, ref), lacking, exists=exists)
        return ExitCode.DONE


def _must_have(engine: Engine, ref: RunRef | ChunkRef | BatchRef, custom_ids: Iterable[str]) -> None:
    """A custom_id that nothing has is a slip, not an empty file.

    Raises:
        NotFound
    """
    owner = ref.batch_id if isinstance(ref, BatchRef) else ref.run
    for custom_id in custom_ids:
        find_detail(engine, RequestRef(owner, custom_id))


def _is_file(target: str) -> bool:
    return os.path.isfile(target)


async def _write(engine: Engine, task: ExportTask) -> Exported:
    with metered() as meter, output.written_by_another() if task.target == STDOUT else nullcontext():
        return await engine.jobs.export(task, meter.show)


def _show(
    options: Options,
    id_: str,
    task: ExportTask,
    exported: Exported | None,
    never: NeverAccepted | None,
    lacking: Sequence[Absence],
    *,
    exists: bool,
) -> None:
    """What was written; beside results on stdout this is talk."""
    words = f"{task.target} would be {'replaced' if exists else 'written'}"
    if exported is not None:
        what = "request" if task.format is ExportFormat.REQUESTS else "result"
        size = f"{several(exported.requests, what)}, {formats.size(exported.bytes)}"
        is_all = exported.requests == exported.succeeded + exported.errors
        of = "" if is_all else f"of {exported.succeeded + exported.errors:,} there are "
        words = f"{task.target}: {size}; {of}{exported.succeeded:,} succeeded, {exported.errors:,} did not"
        for note in _notes(id_, task, exported, never, lacking):
            diagnostics.say(note)
    if task.target == STDOUT:
        diagnostics.say(words)
    else:
        document = _document(options, id_, task, exported, exists=exists)
        more = {"never_accepted": never.requests if never else 0, "absent": absent.document(lacking)}
        output.show(options, "export", document | more, [words])


def _notes(
    id_: str, task: ExportTask, exported: Exported, never: NeverAccepted | None, lacking: Sequence[Absence]
) -> Iterator[str]:
    """What somebody who only looks at the file would not see."""
    for run in exported.pruned:
        yield f"the results of {run} were pruned: what it sent again stands as it was before"
    if never is not None:
        yield f"{id_}: {refused.sentence(never)}"
    yield from absent.sentences(lacking)
    unexplained = exported.missing - total(lacking)
    if unexplained > 0:
        yield f"{several(unexplained, 'request')} of {id_} have no result here; `batchtui show {id_}` tells more"
    if exported.without_request:
        yield f"the requests of {id_} are not here, so its results stand alone"
    if exported.formulas:
        cells = several(exported.formulas, "cell")
        yield f"{cells} begin like a formula: --spreadsheet makes them harmless for one that is to open the file"
    if task.classes and not exported.requests:
        yield f"no result is of class {', '.join(sorted(task.classes))}; `batchtui errors {id_}` lists the classes"


def _document(options: Options, id_: str, task: ExportTask, exported: Exported | None, *, exists: bool) -> shapes.Shape:
    return {
        "id": id_,
        "target": task.target,
        "format": str(task.format),
        "only": str(task.only) if task.only is not None else None,
        "classes": sorted(task.classes),
        "joined": task.joins,
        "requests": exported.requests if exported is not None else None,
        "succeeded": exported.succeeded if exported is not None else None,
        "errors": exported.errors if exported is not None else None,
        "missing": exported.missing if exported is not None else None,
        "without_request": exported.without_request if exported is not None else None,
        "pruned": list(exported.pruned) if exported is not None else None,
        "formulas": exported.formulas if exported is not None else None,
        "bytes": exported.bytes if exported is not None else None,
        "replaced": exists,
        "dry_run": options.dry_run,
    }
