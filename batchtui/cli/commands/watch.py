"""`watch`: the engine without a screen, until runs are settled."""

from collections.abc import Iterator, Sequence

import click

from batchtui.cli import diagnostics, link, notices, output, session
from batchtui.cli.options import Command, Options
from batchtui.cli.parameters import Real
from batchtui.cli.settling import settle, settle_all, undealt, unsettled, verdict
from batchtui.cli.working import working
from batchtui.domain.alerts import unseen
from batchtui.domain.budget import run_budget_stops
from batchtui.domain.failures import ExitCode, OtherAccount
from batchtui.domain.limits import turns
from batchtui.domain.lookup import resolve_run
from batchtui.domain.never_accepted import waits_for_a_person
from batchtui.domain.pilot import asks
from batchtui.domain.state import AppState
from batchtui.domain.words import chunk_name, several
from batchtui.engine import verbs_alerts
from batchtui.engine.engine import Duty, Engine
from batchtui.engine.live import Notice

SHOWN = 5


@click.command("watch", cls=Command)
@click.argument("runs", metavar="[RUN...]", nargs=-1)
@click.option("--timeout", type=Real(0), metavar="S", help="Stop after so many seconds, exit code 124.")
@click.option("--forever", is_flag=True, help="Go on when nothing is left to wait for.")
def watch_command(options: Options, runs: tuple[str, ...], timeout: float | None, forever: bool) -> ExitCode:
    """Poll, send what is held and collect results until the runs are settled; all of them, if none is named.

    It ends as well once only a person can let the rest go on: 3 where it is held, 5 where the key is not let in,
    6 where nobody can tell whether something arrived, 7 where a budget or the service's limit stops it.

    The exit code tells how those runs ended. Without a name that is every run of the workspace, also those that were
    settled before, but for canceled ones and those whose errors were looked at in the dashboard.

    With --json each event is one object on a line of its own.
    """
    session.needs_network(options, "watch")
    return session.run_stream(_watch(options, runs, within=timeout, forever=forever))


async def _watch(options: Options, names: Sequence[str], *, within: float | None, forever: bool) -> ExitCode:
    async with session.opened(options, may_create=forever) as engine:
        named = [resolve_run(engine.state, name) for name in names]
        runs = named or unsettled(engine)
        if not runs and not forever:
            await _must_be_the_account(engine)
            code = _say_how_all_ended(engine)
            return ExitCode.DONE if options.dry_run else code
        await _must_be_let_in(engine)
        _say_what_is_held(engine, runs)
        if (leader := engine.leader()) is not None:
            diagnostics.say(f"another process ({leader}) leads this workspace; following it")
        tell = notices.tell_as_json if options.json else _tell_as_line(options)
        if options.dry_run:
            return _say_what_would_be_sent(engine, runs, tell)
        async with working(engine, Duty.ALL, tell) as told:
            for notice in _standing_alerts(engine):
                told.tell(notice)
            if forever:
                return await _forever(engine, within)
            if named:
                code = await settle(engine, named, on_settled=told.tell, within=within)
            else:
                code = await settle_all(engine, on_settled=told.tell, within=within)
        _say_what_asks(engine, named or list(engine.state.runs))
        return code


def _say_how_all_ended(engine: Engine) -> ExitCode:
    """Nothing is left to wait for: what that is worth is told all the same."""
    code = verdict(engine, undealt(engine))
    diagnostics.say("nothing to watch: every run is settled")
    if code is not ExitCode.DONE:
        bad = [name for name in undealt(engine) if verdict(engine, [name]) is not ExitCode.DONE]
        more = f" and {len(bad) - SHOWN} more" if len(bad) > SHOWN else ""
        names = f"{', '.join(bad[:SHOWN])}{more}"
        diagnostics.say(f"not all of {names} succeeded; `batchtui errors {bad[0]}` says what went wrong")
    return code


def _standing_alerts(engine: Engine) -> Iterator[Notice]:
    """What needed somebody before anybody watched is told first: who reads this has seen no other screen."""
    now = engine.core.clock.now()
    for alert in unseen(engine.state, verbs_alerts.standing(engine), now):
        details: dict[str, str | int | float | None] = {"alert": alert.key, "kind": str(alert.kind)}
        yield Notice(
            seq=0, at=now, event="alert", text=alert.told, run=alert.run, batch_id=alert.batch_id, details=details
        )


def _say_what_would_be_sent(engine: Engine, runs: Sequence[str], tell: notices.Teller) -> ExitCode:
    """Of each held chunk whether it would go now, and else what it waits for; nothing is sent."""
    for turn in turns(engine.state, engine.settings, engine.core.clock.now()):
        if not runs or turn.run in runs:
            words = f"waits: {turn.waits}" if turn.waits else "would be sent now"
            text = f"{turn.run} chunk {chunk_name(turn.chunk)}, {several(turn.requests, 'request')}: {words}"
            tell(
                Notice(
                    seq=0,
                    at=engine.core.clock.now(),
                    event="chunk_held",
                    text=text,
                    run=turn.run,
                    chunk=turn.chunk,
                    requests=turn.requests,
                    details={"dry_run": 1, "waits": turn.waits},
                )
            )
    diagnostics.say("nothing was sent")
    return ExitCode.DONE


async def _must_be_the_account(engine: Engine) -> None:
    """Where nothing is left to wait for, only a key of another account is a reason to say nothing of it.

    Raises:
        OtherAccount
    """
    failure = await link.look(engine)
    if isinstance(failure, OtherAccount):
        raise failure


async def _must_be_let_in(engine: Engine) -> None:
    """A network that is down is waited for; a key that is wrong is not.

    Raises:
        NotAuthorized, OtherAccount
    """
    failure = await link.look(engine)
    if failure is not None:
        raise failure


def _say_what_is_held(engine: Engine, runs: Sequence[str]) -> None:
    """A run that is held waits for a person, not for time."""
    for run in (engine.state.runs[name] for name in runs):
        if run.held_reason is not None:
            diagnostics.say(f"{run.name} is held: {run.held_reason}; `batchtui retry {run.name} --lost` lets it go on")


def _say_what_asks(engine: Engine, runs: Sequence[str]) -> None:
    """What went ahead of a run came back while it was watched: why this ends with the rest unsent."""
    for run in (engine.state.runs[name] for name in runs):
        if waits_for_a_person(run):
            _say_what_is_held(engine, [run.name])
        for why in dict.fromkeys(run_budget_stops(engine.state, run, engine.settings.budget).values()):
            diagnostics.say(f"{run.name} waits: {why}; raise [budget] run_usd to send the rest")
        if asks(engine.state, run):
            why = f"{run.pilot_why}; " if run.pilot_why else ""
            diagnostics.say(f"{run.name} waits: {why}`batchtui submit --continue {run.name}` sends the rest")


async def _forever(engine: Engine, within: float | None) -> ExitCode:
    def never(_state: AppState) -> None:
        return None

    await engine.until(never, within=within)
    return ExitCode.TIMED_OUT


def _tell_as_line(options: Options) -> notices.Teller:
    def tell(notice: Notice) -> None:
        if notices.as_told(notice).event in notices.EVENTS - {"polled"}:
            output.write_lines(options, [notices.notice_line(notice)])

    return tell
