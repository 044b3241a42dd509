"""The options that every command takes, before or after its name."""

from typing import Any

import click
import msgspec


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """What was asked for, whichever side of the command's name it stood on."""

    workspace: str | None = None
    json: bool = False
    yes: bool = False
    dry_run: bool = False
    offline: bool = False
    read_only: bool = False
    no_color: bool = False

    def over(self, outer: "Options") -> "Options":
        """These options on top of those before the command's name."""
        ours, theirs = msgspec.structs.asdict(self), msgspec.structs.asdict(outer)
        return Options(**{name: value or theirs[name] for name, value in ours.items()})


def shared_parameters() -> list[click.Parameter]:
    """Fresh click options for `Options`; they are listed last in a command's help."""
    return [
        click.Option(["--workspace"], metavar="DIR", help="The workspace to use."),
        click.Option(["--json"], is_flag=True, help="Data as JSON."),
        click.Option(["--yes"], is_flag=True, help="Agree to the plan without being asked."),
        click.Option(["--dry-run"], is_flag=True, help="Say what would happen, change nothing."),
        click.Option(["--offline"], is_flag=True, help="Show what is on disk, make no call."),
        click.Option(["--read-only"], is_flag=True, help="Refuse everything that changes anything."),
        click.Option(["--no-color"], is_flag=True, help="No colours, whatever the terminal can do."),
    ]


class Command(click.Command):
    """A command whose function is given the shared `options` beside its own parameters."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params.extend(shared_parameters())

    def invoke(self, ctx: click.Context) -> Any:
        """Call the function with one `options` in place of the shared parameters."""
        own = Options(**{name: ctx.params.pop(name) for name in Options.__struct_fields__})
        outer = ctx.parent.obj if ctx.parent is not None else None
        ctx.params["options"] = own.over(outer) if isinstance(outer, Options) else own
        return super().invoke(ctx)
