"""`help`: the help of a command, and the keys of the dashboard from the one table of actions."""

from collections.abc import Iterator
from contextlib import redirect_stdout, suppress
from io import StringIO

import click

from batchtui.cli import output, tables
from batchtui.cli.options import Command, Options
from batchtui.domain.actions import ACTIONS, Action, key_label
from batchtui.domain.failures import ExitCode
from batchtui.present.cells import Column, Row, cell


@click.command("help", cls=Command)
@click.argument("command", required=False)
@click.option("--keys", is_flag=True, help="The keys of the dashboard.")
@click.pass_context
def help_command(ctx: click.Context, options: Options, command: str | None, keys: bool) -> ExitCode:
    """Show the help of a command, or all commands; --keys lists the keys of the dashboard."""
    if keys:
        actions = [_shape(action) for action in ACTIONS]
        output.show(options, "help", {"keys": actions}, _key_lines())
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


def _shape(action: Action) -> dict[str, object]:
    return {
        "id": action.id,
        "keys": [key_label(key) for key in action.keys],
        "title": action.title,
        "tooltip": action.tooltip,
        "places": [str(place) for place in action.places],
        "effect": str(action.effect),
        "command": action.command,
    }


def _key_lines() -> Iterator[output.Line]:
    columns = (
        Column(key="keys", head="KEY", width=1),
        Column(key="id", head="ACTION", width=1),
        Column(key="does", head="DOES", width=1, cut="end", least=20),
        Column(key="command", head="COMMAND", width=1, goes=1),
    )
    rows = [
        Row(
            id=action.id,
            cells={
                "keys": cell(" ".join(key_label(key) for key in action.keys), "head"),
                "id": cell(action.id, "dim"),
                "does": cell(action.tooltip),
                "command": cell(action.command, "dim"),
            },
        )
        for action in ACTIONS
    ]
    yield from tables.lay_table(columns, rows, width=tables.terminal_width(), glyphs=tables.glyphs_for())
    yield cell("`[keys]` in batchtui.toml gives an action another key, by the name in the second column.", "dim")
