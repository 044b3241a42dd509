"""`alerts`: what needs somebody, and putting it aside. `hold`: send nothing more of a run. Neither sends anything."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Final

import click

from batchtui.cli import diagnostics, link, output, session, shapes
from batchtui.cli.options import Command, Options
from batchtui.cli.parameters import days
from batchtui.domain.failures import ExitCode, UsageFailure
from batchtui.domain.lookup import whole_run
from batchtui.domain.words import several
from batchtui.engine import verbs_alerts, verbs_runs
from batchtui.engine.engine import Engine
from batchtui.present.cells import Span
from batchtui.present.clean import clean

_HOW_TO: Final = "--acknowledge, --mute DAYS or --undo, with keys of `batchtui alerts`"


@click.command("alerts", cls=Command)
@click.argument("keys", metavar="[KEY...]", nargs=-1)
@click.option("--acknowledge", is_flag=True, help="Put these aside for as long as they are the same thing.")
@click.option("--mute", "mute_days", type=days(), metavar="DAYS", help="Put aside so long.")
@click.option("--undo", is_flag=True, help="Raise these again.")
def alerts_command(
    options: Options, keys: tuple[str, ...], acknowledge: bool, mute_days: float | None, undo: bool
) -> ExitCode:
    """List what needs somebody, or put some of it aside. Keys are those of the list."""
    is_change = acknowledge or mute_days is not None or undo
    if is_change != bool(keys):
        raise UsageFailure(
            "name the alerts to put aside" if is_change else "say what to do with these alerts", next=_HOW_TO
        )
    if acknowledge + undo + (mute_days is not None) > 1:
        raise UsageFailure("--acknowledge, --mute and --undo exclude each other", next="give one of them")
    if is_change:
        session.must_change(options, "acknowledging")
        mute_for = timedelta(days=mute_days) if mute_days is not None else None
        return session.run(_put_aside(options, keys, mute_for=mute_for, undo=undo))
    return session.run(_list(options))


async def _list(options: Options) -> ExitCode:
    async with session.opened(options) as engine:
        failure = await link.look(engine)
        rows = shapes.alert_rows(engine)
        document = {"alerts": rows, "connection": shapes.connection(engine.core.live.link)}
        if failure is not None:
            document |= diagnostics.error_fields(failure)
            diagnostics.say(f"batchtui: {failure}")
        output.show(options, "alerts", document, list(_lines(rows)))
        return ExitCode.DONE if failure is None else failure.exit_code


def _lines(rows: Sequence[shapes.Shape]) -> Iterator[output.Line]:
    for row in rows:
        mark = Span("  ", "dim") if row["acknowledged"] else Span("! ", "alert", True)
        aside = "  (put aside)" if row["acknowledged"] else ""
        yield (mark, Span(clean(row["text"])), Span(f"{aside}  {clean(row['alert'])}", "dim"))
    if not rows:
        yield "nothing needs you"


async def _put_aside(options: Options, keys: Sequence[str], *, mute_for: timedelta | None, undo: bool) -> ExitCode:
    async with session.opened(options, may_create=True, makes_no_call=options.offline) as engine:
        if not options.offline:
            await link.look(engine)  # an alert about what was never looked at cannot be known
        named = verbs_alerts.named(engine, keys)
        number = sum(key in engine.state.seen_alerts for key in named) if undo else len(named)
        if not options.dry_run and undo:
            verbs_alerts.raise_again(engine, named)
        elif not options.dry_run:
            verbs_alerts.acknowledge(engine, named, mute_for=mute_for)
        document = {
            "alerts": shapes.alert_rows(engine),
            "connection": shapes.connection(engine.core.live.link),
            "dry_run": options.dry_run,
        }
        done = "raised again" if undo else "put aside"
        words = f"{several(number, 'alert')} {'would be ' if options.dry_run else ''}{done}"
        output.show(options, "alerts", document, [words])
        return ExitCode.DONE


@click.command("hold", cls=Command)
@click.argument("run", metavar="RUN")
@click.option("--reason", metavar="TEXT", default=verbs_runs.HELD_BY_HAND, help="Said wherever the run is shown.")
def hold_command(options: Options, run: str, reason: str) -> ExitCode:
    """Send nothing more of a run. What is with the service goes on; `retry RUN --lost` lets the rest go on."""
    if not reason.strip():
        raise UsageFailure("--reason is empty", next="say why, or leave it away")
    session.must_change(options, "hold")
    return session.run(_hold(options, run, reason))


async def _hold(options: Options, name: str, reason: str) -> ExitCode:
    async with session.opened(options, makes_no_call=True) as engine:
        run = whole_run(engine.state, name)
        was_held = engine.state.runs[run].held_reason is not None
        if not options.dry_run and not was_held:
            verbs_runs.hold(engine, run, reason)
        document = _held_document(engine, run) | {"was_held": was_held, "dry_run": options.dry_run}
        waiting = several(document["held"], "chunk")
        words = f"{run} {'would be' if options.dry_run and not was_held else 'is'} held: {waiting} unsent"
        output.show(options, "hold", document, [words])
        return ExitCode.DONE


def _held_document(engine: Engine, run: str) -> shapes.Shape:
    entry = engine.state.runs[run]
    return {
        "run": run,
        "reason": entry.held_reason,
        "held": sum(chunk.may_still_be_sent for chunk in entry.live_chunks),
    }
