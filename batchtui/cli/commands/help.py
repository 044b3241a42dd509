"""`help`: the help of a command, and the keys of the dashboard from the one table of actions."""

from collections.abc import Mapping, Sequence
from contextlib import redirect_stdout, suppress
from io import StringIO

import click

from batchtui.cli import diagnostics, output
from batchtui.cli.key_lines import key_lines
from batchtui.cli.options import Command, Options
from batchtui.cli.session import find_workspace
from batchtui.domain.actions.key_settings import assigned
from batchtui.domain.actions.table import ACTIONS, Action, key_label
from batchtui.domain.failures import ExitCode, UsageFailure


@click.command("help", cls=Command)
@click.argument("command", required=False)
@click.option("--keys", is_flag=True, help="The keys of the dashboard.")
@click.pass_context
def help_command(ctx: click.Context, options: Options, command: str | None, keys: bool) -> ExitCode:
    """Show the help of a command, or all commands; --keys lists the keys of the dashboard."""
    if keys:
        held = _keys(options)
        actions = [_shape(action, held[action.id]) for action in ACTIONS]
        output.show(options, "help", {"keys": actions}, key_lines(held))
        return ExitCode.DONE
    text = _help_text(ctx, command)
    output.show(options, "help", {"command": command, "text": text}, text.splitlines())
    return ExitCode.DONE


def _help_text(ctx: click.Context, name: str | None) -> str:
    group_context = ctx.parent
    assert group_context is not None and isinstance(group_context.command, click.Group)
    if name is None:
        return group_context.get_help()
    _, command, _ = group_context.command.resolve_command(group_context, [name])
    assert command is not None
    if name == "simulate":  # its options are its own, and so is how it tells them
        return _told_by_simulate()
    with click.Context(command, info_name=name, parent=group_context) as context:
        return command.get_help(context)


def _told_by_simulate() -> str:
    from batchtui.simulator.main import main

    with redirect_stdout(StringIO()) as told, suppress(SystemExit):
        main(["--help"])
    return told.getvalue()


def _keys(options: Options) -> Mapping[str, tuple[str, ...]]:
    """Those that hold in the workspace; help is there also where its settings are broken."""
    try:
        wanted = find_workspace(options).settings.keys
    except UsageFailure as failure:
        diagnostics.say(f"batchtui: {failure}")
        wanted = {}
    return assigned(wanted).keys


def _shape(action: Action, keys: Sequence[str]) -> dict[str, object]:
    return {
        "id": action.id,
        "keys": [key_label(key) for key in keys],
        "title": action.title,
        "tooltip": action.tooltip,
        "places": [str(place) for place in action.places],
        "effect": str(action.effect),
        "command": action.command,
    }
