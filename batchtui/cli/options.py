"""The options that every command takes, before or after its name."""

from typing import Any, Final

import click
import msgspec

from batchtui.cli.examples import EXAMPLES
from batchtui.domain.failures import UsageFailure


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
        return Options(**{name: theirs[name] if value in (None, False) else value for name, value in ours.items()})


def shared_parameters() -> list[click.Parameter]:
    """Fresh click options for `Options`; they are listed last in a command's help."""
    return [
        click.Option(["--workspace"], metavar="DIR", help="The folder with settings, records and results."),
        click.Option(["--json"], is_flag=True, help="Data as JSON, for programs."),
        click.Option(["--yes"], is_flag=True, help="Agree to what is planned without being asked."),
        click.Option(["--dry-run"], is_flag=True, help="Say what would happen, change nothing."),
        click.Option(["--offline"], is_flag=True, help="Show what is on disk, make no call."),
        click.Option(["--read-only"], is_flag=True, help="Refuse everything that changes anything."),
        click.Option(["--no-color"], is_flag=True, help="No colours, whatever the terminal can do."),
    ]


def is_shared(parameter: click.Parameter) -> bool:
    """Whether every command has it: such are listed by themselves, since they say nothing of the one asked about."""
    return parameter.name in Options.__struct_fields__ or "--help" in parameter.opts


_PATHS: Final = ("FILE", "DIR")


def _must_be_text(parameter: click.Parameter, value: object) -> None:
    """Only what names a file may be no text: all else goes into records and into JSON.

    Raises:
        UsageFailure
    """
    if any(kind in (parameter.metavar or "") for kind in _PATHS):
        return
    for text in value if isinstance(value, tuple) else (value,):
        if isinstance(text, str) and not _is_text(text):
            name = parameter.opts[-1] if isinstance(parameter, click.Option) else parameter.metavar
            raise UsageFailure(f"{name} {text!r} is not UTF-8", next="give it in the encoding of this terminal")


def _is_text(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def in_lines(line: str, width: int) -> str:
    """A command as it can be typed, over two lines where it is too long for one."""
    if len(line) <= width:
        return line
    break_at = line.rindex(" --", 0, width - 2)
    return f"{line[:break_at]} \\\n      {line[break_at + 1 :]}"


class Command(click.Command):
    """A command whose function is given the shared `options` beside its own parameters."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.params.extend(shared_parameters())

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Its own options first, then those of every command, then how it is used."""
        own: list[tuple[str, str]] = []
        shared: list[tuple[str, str]] = []
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx) if isinstance(parameter, click.Option) else None
            if record is not None:
                (shared if is_shared(parameter) else own).append(record)
        for heading, records in (("Options", own), ("Options of every command", shared)):
            if records:
                with formatter.section(heading):
                    formatter.write_dl(records)
        self._format_examples(formatter)

    def _format_examples(self, formatter: click.HelpFormatter) -> None:
        lines = EXAMPLES.get(self.name or "", ())
        if lines:
            with formatter.section("Examples"):
                indent = " " * formatter.current_indent
                for line in lines:
                    formatter.write(indent + in_lines(f"batchtui {line}", formatter.width - len(indent)) + "\n")

    def invoke(self, ctx: click.Context) -> Any:
        """Call the function with one `options` in place of the shared parameters."""
        for parameter in self.params:
            _must_be_text(parameter, ctx.params.get(parameter.name or ""))
        own = Options(**{name: ctx.params.pop(name) for name in Options.__struct_fields__})
        outer = ctx.parent.obj if ctx.parent is not None else None
        ctx.params["options"] = own.over(outer) if isinstance(outer, Options) else own
        return super().invoke(ctx)
