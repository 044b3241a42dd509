"""`check`: every problem of request files, before anything costs."""

from datetime import UTC, datetime

import click

from batchtui.cli import output, shapes
from batchtui.cli.options import Command, Options
from batchtui.cli.parameters import allow_option, files_argument
from batchtui.cli.plan_lines import check_lines
from batchtui.cli.progress import metered
from batchtui.cli.request_files import RequestFiles, request_files
from batchtui.cli.session import Workspace, find_workspace, run
from batchtui.domain.failures import ExitCode
from batchtui.domain.requests import CheckReport
from batchtui.engine.check_rules import check_rules
from batchtui.engine.jobs import PrepareTask
from batchtui.workspace import small_files
from batchtui.workspace.jobs import LocalJobs
from batchtui.workspace.prices import load_prices


@click.command("check", cls=Command)
@files_argument()
@allow_option()
def check_command(options: Options, files: tuple[str, ...], allow: tuple[str, ...]) -> ExitCode:
    """Find every problem of request files: its line, its code, what is wrong.

    Several FILEs are read as one; `-` is stdin. Nothing is written, nothing is sent.
    """
    workspace = find_workspace(options)
    with request_files(files) as inputs:
        report = inputs.report(run(_check(workspace, inputs, allow)))
    output.show(options, "check", shapes.check(report), check_lines(report))
    return ExitCode.DONE if report.ok else ExitCode.ERROR


async def _check(workspace: Workspace, inputs: RequestFiles, allow: tuple[str, ...]) -> CheckReport:
    settings = workspace.settings
    task = PrepareTask(
        inputs=tuple(str(path) for path in inputs.paths),
        rules=check_rules(
            settings,
            load_prices(settings.prices),
            today=datetime.now(UTC).date(),
            models=small_files.read_models(workspace.root),
            allow=allow,
        ),
        chunk_requests=settings.submit.chunk_requests,
        chunk_bytes=settings.submit.chunk_bytes,
    )
    with metered() as meter:
        return (await LocalJobs().prepare(task, meter.show)).report
