"""`init`: a workspace in this folder."""

from pathlib import Path

import click

from batchtui.cli import output
from batchtui.cli.options import Command, Options
from batchtui.domain.failures import ExitCode, ReadOnly, UsageFailure
from batchtui.workspace import layout
from batchtui.workspace.init import init


@click.command("init", cls=Command)
def init_command(options: Options) -> ExitCode:
    """Make ./.batchtui with a commented settings file; what is there is left as it is."""
    if options.workspace:
        raise UsageFailure("init makes ./.batchtui in this folder", next="go to the folder first, without --workspace")
    if options.read_only and not options.dry_run:
        raise ReadOnly("init")
    root = Path.cwd() / layout.FOLDER_NAME
    settings = layout.settings(root)
    is_new = not settings.exists()
    if not options.dry_run:
        is_new = init(Path.cwd()).is_new
    document = {"workspace": str(root), "settings": str(settings), "created": is_new, "dry_run": options.dry_run}
    verb = "would be made" if options.dry_run else "made"
    output.show(options, "init", document, [f"{settings} {verb if is_new else 'was there already'}"])
    return ExitCode.DONE
