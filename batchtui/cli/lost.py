"""`retry --lost`: chunks that left no trace, or were refused, are held again in their own run and sent once more."""

from collections.abc import Iterator

import msgspec

from batchtui.cli import diagnostics, output, session, shapes
from batchtui.cli.agreement import ask
from batchtui.cli.confirm import Typed, let_others_lead
from batchtui.cli.options import Options
from batchtui.cli.plan_lines import cost_words
from batchtui.cli.sending import Wish, reach, send, sent_document, show_sent
from batchtui.domain.cost import CostRange
from batchtui.domain.failures import ExitCode
from batchtui.domain.lookup import whole_run
from batchtui.domain.money import limit_words
from batchtui.domain.state import AppState
from batchtui.domain.submission import ChunkState, Submission
from batchtui.domain.words import chunk_name, several
from batchtui.engine.engine import Engine
from batchtui.engine.plans import size_reasons
from batchtui.engine.verbs_runs import ReleasePlan, plan_release, release
from batchtui.engine.verbs_submissions import LostPlan, plan_lost, return_lost
from batchtui.present import formats


async def retry_lost(options: Options, id_: str, wish: Wish) -> ExitCode:
    """Plan, agree, return the chunks, send them."""
    async with session.opened(options, makes_no_call=wish.detaches) as engine:
        if not options.offline:
            await reach(engine, "retry --lost", wish)
        going = _Going.planned(engine.state, whole_run(engine.state, id_))
        if not going.lost.submissions and going.held_reason is None:
            return _nothing_to_do(options, engine, going)
        lines = list(_lines(engine, going))
        if options.dry_run:
            output.show(options, "retry", _document(engine, going) | {"dry_run": True}, lines)
            return ExitCode.DONE
        let_others_lead(options, engine)
        refused = ask(
            options,
            "retry",
            question=f"send {several(going.requests, 'request')}?" if going.requests else "let it go on?",
            lines=lines,
            document=_document(engine, going),
            typed=_typed(going, engine),
        )
        if refused is not None:
            return refused
        if going.lost.submissions:
            return_lost(engine, going.lost)
        if going.held_reason is not None:
            release(engine, going.run)
        code = await send(engine, going.run, wish)
        return show_sent(options, "retry", _document(engine, going), engine, code)


class _Going(msgspec.Struct, frozen=True, kw_only=True):
    """All that is sent when this is agreed to: what is returned, and what waited because the run was held."""

    run: str
    held_reason: str | None
    lost: LostPlan
    released: ReleasePlan | None

    @classmethod
    def planned(cls, state: AppState, run: str) -> "_Going":
        held_reason = state.runs[run].held_reason
        return cls(run=run, held_reason=held_reason, lost=plan_lost(state, run), released=plan_release(state, run))

    @property
    def requests(self) -> int:
        return self.lost.requests + (self.released.requests if self.released is not None else 0)

    def cost(self, state: AppState) -> CostRange:
        entire = state.runs[self.run]
        return entire.cost.share(self.requests, entire.requests)


def _typed(going: _Going, engine: Engine) -> Typed | None:
    reasons = size_reasons(going.requests, going.cost(engine.state), engine.settings.confirm) if going.requests else ()
    if not reasons:
        return None
    return Typed(text=str(going.requests), what="the number of requests", why=", ".join(reasons))


def _document(engine: Engine, going: _Going) -> dict[str, object]:
    plan = going.lost
    return {
        **sent_document(engine, plan.run),
        "included": going.requests,
        "skipped": [*_skipped(plan)],
        "lost": [entry.id for entry in plan.submissions],
        "released": going.released.requests if going.released is not None else 0,
        "exceeds": plan.budget(engine.state, engine.settings.budget, engine.core.clock.now()).exceeds,
        "cost": shapes.cost(going.cost(engine.state)),
    }


def _skipped(plan: LostPlan) -> Iterator[dict[str, object]]:
    for entry in plan.blocked:
        yield {"reason": f"chunk {chunk_name(entry.chunk)} may still be found", "requests": entry.requests}
    for entry, batch_ids in plan.doubted:
        reason = f"chunk {chunk_name(entry.chunk)} may be {', '.join(batch_ids)}"
        yield {"reason": reason, "requests": entry.requests}
    for entry in plan.overtaken:
        reason = f"chunk {chunk_name(entry.chunk)} may have been sent again by {', '.join(plan.overtaken_by)}"
        yield {"reason": reason, "requests": entry.requests}


def _lines(engine: Engine, going: _Going) -> Iterator[str]:
    plan = going.lost
    what = f"send {several(len(plan.submissions), 'chunk')} once more" if plan.submissions else "let it go on"
    yield f"plan  {plan.run}: {what}"
    for entry in plan.submissions:
        yield f"  chunk {chunk_name(entry.chunk)}  {several(entry.requests, 'request')}  {_why(entry)}  {entry.id}"
    if any(entry.is_released and entry.state is not ChunkState.REFUSED for entry in plan.submissions):
        yield "  if what left no trace did arrive after all, its requests run and are paid twice"
    if going.released is not None and going.released.chunks:
        waiting = several(going.released.chunks, "chunk"), several(going.released.requests, "request")
        yield f"  {waiting[0]} of {waiting[1]} that wait, held ({going.held_reason}), are sent as well"
    elif going.held_reason is not None:
        retry = ", and the retry that was ordered is made by itself" if going.released is not None else ""
        yield f"  the run is held ({going.held_reason}); it goes on{retry}"
    if going.requests:
        yield f"  {several(going.requests, 'request')} in all, cost {cost_words(going.cost(engine.state))}"
        yield from _budget(engine, plan)
    yield from _left_alone(plan)


def _why(entry: Submission) -> str:
    """What is known of a submission that is sent once more."""
    if entry.state is ChunkState.REFUSED:
        return f"refused: {entry.why}"
    if not entry.is_released or entry.state is ChunkState.NOT_ACCEPTED:
        return f"was not accepted: {entry.why}"
    return f"left no trace at the service: {entry.why}"


def _left_alone(plan: LostPlan) -> Iterator[str]:
    for entry in plan.blocked:
        yield f"  chunk {chunk_name(entry.chunk)} is left alone: it may still be found"
    for entry, batch_ids in plan.doubted:
        yield f"  chunk {chunk_name(entry.chunk)} is left alone: it was given up, but may be {', '.join(batch_ids)}"
    for entry in plan.overtaken:
        by = ", ".join(plan.overtaken_by)
        yield f"  chunk {chunk_name(entry.chunk)} is left alone: {by} may have sent its requests again"
    if plan.overtaken:
        yield f"    `batchtui retry {plan.root}` sends what of them is left"
    if plan.doubted:
        yield "    `batchtui adopt BATCH --input FILE` takes it; `batchtui hide BATCH` says that it is not yours"


def _budget(engine: Engine, plan: LostPlan) -> Iterator[str]:
    limits = engine.settings.budget
    after = plan.budget(engine.state, limits, engine.core.clock.now())
    daily = f" of {limit_words(limits.daily_usd)}" if limits.daily_usd is not None else ", no limit is set"
    yield f"  budget: ~{formats.money(after.taken_usd + after.adds_usd)} taken today after it{daily}"
    if after.exceeds is not None:
        yield f"  {after.exceeds}: it waits, held, until there is room"


def _nothing_to_do(options: Options, engine: Engine, going: _Going) -> ExitCode:
    words = [f"nothing of {going.run} is sent once more", *_left_alone(going.lost)]
    document = _document(engine, going) | {"run": None, "dry_run": options.dry_run}
    output.show(options, "retry", document, words)
    diagnostics.say("nothing to do")
    return ExitCode.DONE
