"""What opens something to look at or to talk to: the dashboard, the demo, the simulator."""

import os
import sys

import click
from msgspec.structs import replace

from batchtui.cli import diagnostics, output
from batchtui.cli.options import Command, Options
from batchtui.domain.failures import ExitCode, UsageFailure
from batchtui.tui.terminal.preflight import has_terminal


def open_dashboard(options: Options, *, is_plain: bool = False) -> ExitCode:
    """The dashboard where there is a terminal, lines of words where those are wanted, else `ls` once."""
    if is_plain and not options.json:
        from batchtui.cli.commands.plain import follow

        return ExitCode(follow(options))
    if options.json or not has_terminal(sys.stdin, sys.stdout, sys.stderr):
        from batchtui.cli.commands.ls import list_once

        return list_once(options, with_batches=False)
    from batchtui.cli.session import find_workspace
    from batchtui.tui.app import run_dashboard  # Textual only when a screen is wanted
    from batchtui.wiring import Session

    _heed_no_color(options)
    workspace = find_workspace(options)
    only_looks = options.read_only or options.dry_run
    session = Session(
        root=workspace.root,
        settings=workspace.settings,
        is_read_only=only_looks,
        is_offline=options.offline,
        may_create=not (only_looks or options.offline),
        remembers=True,
        uses_children=True,
    )
    return ExitCode(run_dashboard(session))


def _heed_no_color(options: Options) -> None:
    """The screen, and whatever it lends the terminal to, find the wish where such wishes are."""
    if options.no_color:
        os.environ["NO_COLOR"] = "1"


@click.command("demo", cls=Command)
def demo_command(options: Options) -> ExitCode:
    """Open the dashboard on a simulated API, with a throwaway workspace that has a past.

    No key and no network are used, whatever the environment holds.
    """
    if not has_terminal(sys.stdin, sys.stdout, sys.stderr):
        raise UsageFailure("the demo needs a terminal", next="`batchtui simulate` runs the simulated API alone")
    from batchtui.cli import demo

    _heed_no_color(options)
    return ExitCode(demo.demo())


@click.command(
    "simulate", add_help_option=False, context_settings={"ignore_unknown_options": True, "allow_extra_args": True}
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
@click.pass_obj
def simulate_command(options: Options, arguments: tuple[str, ...]) -> ExitCode:
    """Run the simulated API; its options are its own: `batchtui simulate --help`."""
    if options != replace(Options(), no_color=options.no_color):
        diagnostics.say("batchtui: simulate takes no options but its own; the others are left aside")
    from batchtui.simulator.main import main

    try:
        with output.written_by_another():
            code = main(arguments)
            sys.stdout.flush()
        return ExitCode(code)
    except SystemExit as end:  # its own parser ends so after --help or a wrong option
        return ExitCode(end.code if isinstance(end.code, int) else ExitCode.DONE)
