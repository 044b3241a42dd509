"""`retry --lost`: chunks that left no trace, or were refused, are held again in their own run and sent once more."""

from collections.abc import Iterator

from batchtui.cli import diagnostics, output, session, shapes
from batchtui.cli.agreement import ask
from batchtui.cli.confirm import Typed
from batchtui.cli.options import Options
from batchtui.cli.plan_lines import cost_words
from batchtui.cli.sending import Wish, reach, send, sent_document, show_sent
from batchtui.domain.failures import ExitCode
from batchtui.domain.lookup import resolve_run
from batchtui.domain.settings import ConfirmSettings
from batchtui.domain.submission import ChunkState
from batchtui.domain.words import several
from batchtui.engine.engine import Engine
from batchtui.engine.plans import size_reasons
from batchtui.engine.verbs_runs import LostPlan, plan_lost, release, return_lost
from batchtui.present import formats


async def retry_lost(options: Options, id_: str, wish: Wish) -> ExitCode:
    """Plan, agree, return the chunks, send them."""
    async with session.opened(options, makes_no_call=wish.detaches) as engine:
        if not options.offline:
            await reach(engine, "retry --lost", wish)
        plan = plan_lost(engine.state, resolve_run(engine.state, id_))
        held_reason = engine.state.runs[plan.run].held_reason
        if not plan.submissions and held_reason is None:
            return _nothing_to_do(options, engine, plan)
        lines = list(_lines(engine, plan, held_reason))
        if options.dry_run:
            output.show(options, "retry", {**_document(engine, plan), "dry_run": True}, lines)
            return ExitCode.DONE
        refused = ask(
            options,
            "retry",
            question=f"send {several(plan.requests, 'request')} once more?" if plan.submissions else "let it go on?",
            lines=lines,
            document=_document(engine, plan),
            typed=_typed(plan, engine.settings.confirm),
        )
        if refused is not None:
            return refused
        if plan.submissions:
            return_lost(engine, plan)
        if held_reason is not None:
            release(engine, plan.run)
        code = await send(engine, plan.run, wish)
        return show_sent(options, "retry", _document(engine, plan), engine, code)


def _typed(plan: LostPlan, settings: ConfirmSettings) -> Typed | None:
    reasons = size_reasons(plan.requests, plan.cost, settings) if plan.submissions else ()
    if not reasons:
        return None
    return Typed(text=str(plan.requests), what="the number of requests", why=", ".join(reasons))


def _document(engine: Engine, plan: LostPlan) -> dict[str, object]:
    return {
        **sent_document(engine, plan.run),
        "included": plan.requests,
        "skipped": [
            {"reason": f"chunk {entry.chunk} may still be found", "requests": entry.requests} for entry in plan.blocked
        ],
        "lost": [entry.id for entry in plan.submissions],
        "exceeds": plan.budget(engine.state, engine.settings.budget, engine.core.clock.now()).exceeds,
        "cost": shapes.cost(plan.cost),
    }


def _lines(engine: Engine, plan: LostPlan, held_reason: str | None) -> Iterator[str]:
    yield f"plan  {plan.run}: send {several(len(plan.submissions), 'chunk')} once more"
    for entry in plan.submissions:
        word = "refused" if entry.state is ChunkState.REFUSED else "left no trace at the service"
        yield f"  chunk {entry.chunk}  {several(entry.requests, 'request')}  {word}: {entry.why}  {entry.id}"
    if any(entry.state is not ChunkState.REFUSED for entry in plan.submissions):
        yield "  if what left no trace did arrive after all, its requests run and are paid twice"
    if plan.submissions:
        yield f"  {several(plan.requests, 'request')}, {formats.size(plan.bytes)}, cost {cost_words(plan.cost)}"
        yield from _budget(engine, plan)
    for entry in plan.blocked:
        yield f"  chunk {entry.chunk} is left alone: it may still be found"
    if held_reason is not None:
        yield f"  the run is held ({held_reason}); it goes on, with all that waits of it"


def _budget(engine: Engine, plan: LostPlan) -> Iterator[str]:
    limits = engine.settings.budget
    after = plan.budget(engine.state, limits, engine.core.clock.now())
    daily = f" of ${limits.daily_usd:,.2f}" if limits.daily_usd is not None else ", no limit is set"
    yield f"  budget: ~{formats.money(after.taken_usd + after.adds_usd)} taken today after it{daily}"
    if after.exceeds is not None:
        yield f"  {after.exceeds}: it waits, held, until there is room"


def _nothing_to_do(options: Options, engine: Engine, plan: LostPlan) -> ExitCode:
    words = [f"nothing of {plan.run} is lost"]
    words += [f"  chunk {entry.chunk}: no answer yet, and it may still be found" for entry in plan.blocked]
    output.show(options, "retry", {**_document(engine, plan), "run": None}, words)
    diagnostics.say("nothing to do")
    return ExitCode.DONE
