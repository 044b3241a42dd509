"""The command line: which command is where, and how its ending becomes an exit code."""

import os
import signal
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from importlib import import_module
from typing import Any, Final

import click

from batchtui import __version__
from batchtui.cli import diagnostics, output, signals
from batchtui.cli.command_table import COMMANDS, EXIT_CODES, SECTIONS, WORDS
from batchtui.cli.options import Options, shared_parameters
from batchtui.domain.failures import ExitCode, Failure, Interrupted, UsageFailure

_LONGEST: Final = max(map(len, COMMANDS))
"""So that the sections of the list of commands are one column."""


_TOLD_BY_CLICK: Final = frozenset({"--help", "-h", "--version"})


class LazyGroup(click.Group):
    """Imports a command's module only when it runs."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        entry = COMMANDS.get(cmd_name)
        if entry is None:
            return None
        command = getattr(import_module(f"batchtui.cli.commands.{entry.module}"), f"{cmd_name}_command")
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in COMMANDS and not args[0].startswith("-"):
            import difflib  # only for a slip of the pen

            near = difflib.get_close_matches(args[0], COMMANDS, n=2)
            hint = f"did you mean {' or '.join(near)}?" if near else "`batchtui help` lists the commands"
            raise UsageFailure(f"no command {args[0]!r}", next=hint)
        return super().resolve_command(ctx, args)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """What can be done first, then how; a stranger finds the words that all of it uses."""
        for heading, names in SECTIONS.items():
            with formatter.section(heading):
                formatter.write_dl([(f"{name:<{_LONGEST}}", COMMANDS[name].summary) for name in names])
        click.Command.format_options(self, ctx, formatter)
        for heading, told in (("Words", WORDS), ("Exit codes", EXIT_CODES)):
            with formatter.section(heading):
                formatter.write_dl(told)


@click.group(cls=LazyGroup, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--plain", is_flag=True, help="Lines of words instead of a screen: what there is, then what changes.")
@click.version_option(__version__, message="batchtui %(version)s")
@click.pass_context
def batchtui(ctx: click.Context, /, *, plain: bool, **shared: Any) -> ExitCode | None:
    """A dashboard and commands for Anthropic Message Batches.

    Without a command it opens the dashboard; without a terminal it prints `ls` once. `batchtui demo` shows all of it
    without a key, a network or any cost, and `batchtui COMMAND --help` tells about one command.
    """
    ctx.obj = Options(**shared)
    if ctx.invoked_subcommand is not None:
        return None
    from batchtui.cli.commands.start import open_dashboard

    return open_dashboard(ctx.obj, is_plain=plain)


batchtui.params.extend(shared_parameters())


def run(arguments: Sequence[str]) -> int:
    """Carry out a command line; every ending has an exit code."""
    try:
        return _run(arguments, as_json="--json" in arguments)
    except output.ReaderLeft:
        return _reader_left()
    except output.Unwritable as failure:
        _forget_stdout()
        return diagnostics.refuse(failure, as_json=False)  # an object would go where nothing can be written


def _run(arguments: Sequence[str], *, as_json: bool) -> int:
    try:
        with output.written_by_another() if _TOLD_BY_CLICK & {*arguments} else nullcontext():
            code = batchtui.main(args=list(arguments), prog_name="batchtui", standalone_mode=False)
        return int(code or 0)
    except output.Unwritable:
        raise
    except Failure as failure:
        return diagnostics.refuse(failure, as_json=as_json)
    except click.ClickException as error:
        return diagnostics.refuse(_usage_failure(error, arguments), as_json=as_json)
    except (KeyboardInterrupt, click.Abort) as ending:
        return diagnostics.refuse(_interrupted(ending), as_json=as_json)
    except output.ReaderLeft:
        raise
    except Exception as error:  # the top of a face: a defect is told in one line, not as a trace
        if os.environ.get("BATCHTUI_TRACE"):
            raise
        return diagnostics.defect(error, as_json=as_json)


def _interrupted(ending: BaseException) -> Interrupted:
    """By what; click raises its own in the place of whatever interrupts it."""
    came = ending.__cause__ if isinstance(ending, click.Abort) else ending
    return Interrupted(signal.Signals(came.number).name) if isinstance(came, signals.Signaled) else Interrupted()


def _usage_failure(error: click.ClickException, arguments: Sequence[str]) -> UsageFailure:
    context = getattr(error, "ctx", None)
    path = context.command_path if isinstance(context, click.Context) else "batchtui"
    hint = f"`{path} --help` tells more"
    if isinstance(error, click.NoSuchOption):
        file = next((word for word in arguments if word.startswith("-") and os.path.lexists(word)), None)
        hint = f"the file of that name is ./{file}" if file is not None else hint
    return UsageFailure(error.format_message().rstrip("."), next=hint)


def _reader_left() -> int:
    """End like any program whose pipe broke."""
    _forget_stdout()
    return 128 + signal.SIGPIPE


def _forget_stdout() -> None:
    """So that the interpreter's last flush finds somewhere to go."""
    sys.stdout = open(os.devnull, "w")  # noqa: SIM115  # it lives as long as the process
