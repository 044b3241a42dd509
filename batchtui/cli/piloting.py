"""Sending what goes ahead of a run, waiting for it, showing it, and asking whether the rest follows.

Whatever ends the command meanwhile leaves the rest held: `submit --continue RUN` asks again.
"""

import msgspec

from batchtui.cli import confirm, diagnostics, notices, output
from batchtui.cli.confirm import Typed
from batchtui.cli.options import Options
from batchtui.cli.sending import Wish, send, sent_code, sent_document, show_sent
from batchtui.cli.working import working
from batchtui.domain.failures import ExitCode, NotConfirmed, OtherAccount, WorkspaceDamaged
from batchtui.domain.link import LinkState
from batchtui.domain.pilot import Stage, asks, stage
from batchtui.domain.state import AppState
from batchtui.domain.submission import ChunkState
from batchtui.domain.words import several
from batchtui.engine.engine import Duty, Engine
from batchtui.engine.pilots import must_be_askable
from batchtui.engine.plans import size_reasons
from batchtui.present.estimate_words import report_facts
from batchtui.present.pilot import rest_of


def flies(engine: Engine, run: str, wish: Wish) -> bool:
    """Whether something has to go ahead of a run first."""
    return not wish.detaches and stage(engine.state, engine.state.runs[run]) is not Stage.PASSED


async def fly(options: Options, engine: Engine, run: str, wish: Wish, *, already: bool) -> ExitCode:
    """Send what goes ahead, wait till it is back, and go on if a rule or a person says so."""
    entry = engine.state.runs[run]
    assert entry.pilot is not None, "only called where something goes ahead"
    what = several(entry.pilot.requests, "request")
    diagnostics.say(f"{entry.pilot.kind}: {what} of {entry.requests:,} go ahead; ctrl+c leaves the rest held")
    async with working(engine, Duty.ALL, notices.tell_as_talk):
        is_back = await engine.until(lambda state: _is_over(engine, state, run))
    if is_back and stage(engine.state, engine.state.runs[run]) is Stage.PASSED:
        return await _finish(options, engine, run, wish, already=already)
    return await ask(options, engine, run, wish, already=already)


def _is_over(engine: Engine, state: AppState, run: str) -> bool | None:
    """True when the rest may go or somebody has to be asked; False when nothing will come of waiting."""
    live = engine.core.live
    if live.account_note:
        raise OtherAccount(live.account_note, next="what was not sent is held")
    if live.damage or live.send_trouble:
        raise WorkspaceDamaged(live.damage or live.send_trouble, next="what was not sent is held")
    entry = state.runs[run]
    if stage(state, entry) is Stage.PASSED or asks(state, entry):
        return True
    is_unsure = any(chunk.state is ChunkState.UNKNOWN for chunk in entry.live_chunks)
    return False if live.link.state is LinkState.NOT_AUTHORIZED or entry.held_reason is not None or is_unsure else None


async def ask(options: Options, engine: Engine, run: str, wish: Wish, *, already: bool) -> ExitCode:
    """Show what came back and ask; without a terminal, or with a No, the rest stays held, and exit 3 says so.

    Where there is nothing to look at, no answer to what went ahead or a No, it ends as any chunk so answered ends it.
    """
    entry = engine.state.runs[run]
    found, code = stage(engine.state, entry), sent_code(engine, run)
    if found in (Stage.UNSENT, Stage.RUNNING) or (found is Stage.LOST and code is not ExitCode.DONE):
        if found is Stage.LOST and entry.pilot is not None:
            diagnostics.say(f"batchtui: {run} waits: its {entry.pilot.kind} came to nothing; {_how_to_go_on(run)}")
        return show_sent(options, "submit", sent_document(engine, run, already=already), engine, code)
    if found is Stage.LANDED:
        _show(options, engine, run)
    try:
        must_be_askable(engine.state, entry)
        # --yes agreed to the plan, and the plan said that somebody looks at this first.
        _must_agree(msgspec.structs.replace(options, yes=False), engine, run)
    except NotConfirmed as failure:
        why = f"{entry.pilot_why}; " if entry.pilot_why else ""
        if options.yes:  # somebody did agree, and to what
            kind = entry.pilot.kind if entry.pilot is not None else "canary"
            diagnostics.say(f"batchtui: {run} waits: {why}--yes sent its {kind}, not the rest; {_how_to_go_on(run)}")
        else:
            diagnostics.say(f"batchtui: {run} waits: {why}{failure.what}; {_how_to_go_on(run)}")
        return _held(options, engine, run, already=already)
    engine.pilots.release(run)
    return await _finish(options, engine, run, wish, already=already)


async def go_on(options: Options, engine: Engine, run: str, wish: Wish) -> ExitCode:
    """`submit --continue RUN`: look at what went ahead, agree, and send the rest."""
    entry = engine.state.runs[run]
    if stage(engine.state, entry) is Stage.PASSED and entry.pilot is not None:
        return await _finish(options, engine, run, wish, already=True)
    if stage(engine.state, entry) is Stage.RUNNING and sent_code(engine, run) is ExitCode.UNKNOWN_OUTCOME:
        document = {**sent_document(engine, run, already=True), "dry_run": options.dry_run}
        return show_sent(options, "submit", document, engine, ExitCode.UNKNOWN_OUTCOME)
    must_be_askable(engine.state, entry)
    if stage(engine.state, entry) is Stage.LANDED:
        _show(options, engine, run)
    if options.dry_run:
        document = {**sent_document(engine, run, already=True), "dry_run": True}
        output.show(options, "submit", document, ["nothing was sent"])
        return ExitCode.DONE
    try:
        _must_agree(options, engine, run)
    except NotConfirmed as failure:
        diagnostics.say(f"batchtui: {failure}")
        return _held(options, engine, run, already=True)
    engine.pilots.release(run)
    return await _finish(options, engine, run, wish, already=True)


def _how_to_go_on(run: str) -> str:
    return f"`batchtui submit --continue {run} --yes` goes on"


def _held(options: Options, engine: Engine, run: str, *, already: bool) -> ExitCode:
    document = sent_document(engine, run, already=already)
    return show_sent(options, "submit", document, engine, ExitCode.NOT_CONFIRMED)


async def _finish(options: Options, engine: Engine, run: str, wish: Wish, *, already: bool) -> ExitCode:
    code = await send(engine, run, wish)
    return show_sent(options, "submit", sent_document(engine, run, already=already), engine, code)


def _show(options: Options, engine: Engine, run: str) -> None:
    """On stdout for people; with `--json` the object at the end says it."""
    if not options.json:
        facts = report_facts(engine.pilots.report(run))
        output.write_lines(options, [f"  {label:<10}  {words}" for label, words in facts])


def _must_agree(options: Options, engine: Engine, run: str) -> None:
    """As for any other plan: above the thresholds the count has to be typed.

    Raises:
        NotConfirmed
    """
    rest = rest_of(engine.state, run)
    reasons = size_reasons(rest.requests, rest.cost, engine.settings.confirm)
    typed = None
    if reasons:
        typed = Typed(text=str(rest.requests), what="the number of requests", why=", ".join(reasons))
    confirm.let_others_lead(options, engine)
    confirm.must_agree(options, f"send the other {rest.requests:,} requests?", typed=typed)
