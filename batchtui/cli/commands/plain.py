"""`--plain`: the dashboard as lines of words, for pipes and screen readers: what there is, then what changes."""

from collections.abc import Iterator

from batchtui.cli import link, notices, output, session, shapes
from batchtui.cli.options import Options
from batchtui.cli.working import working
from batchtui.domain.alerts import unseen
from batchtui.domain.failures import ExitCode
from batchtui.domain.state import AppState
from batchtui.domain.words import several
from batchtui.engine import verbs_alerts
from batchtui.engine.engine import Duty, Engine
from batchtui.engine.live import Notice
from batchtui.present.clean import clean
from batchtui.present.formats import second
from batchtui.present.status_words import status_word
from batchtui.present.views import BatchView, RunView

UNTOLD = frozenset({"polled"})
"""A poll that changed nothing is no news."""


def follow(options: Options) -> int:
    """Tell what is known, then every change on a line of its own until somebody ends it."""
    return session.run(_follow(options))


async def _follow(options: Options) -> ExitCode:
    async with session.opened(options, may_create=not (options.read_only or options.offline)) as engine:
        output.write_lines(options, list(opening(engine)))
        if options.offline:
            return ExitCode.DONE
        failure = await link.look(engine)
        if failure is not None:
            output.write_lines(options, [clean(str(failure))])
        duties = Duty.POLL if engine.core.live.is_read_only else Duty.ALL

        def tell(notice: Notice) -> None:
            if notice.event not in UNTOLD:
                output.write_lines(options, [f"{second(notice.at)}  {notices.spoken(notice)}"])

        async with working(engine, duties, tell):
            await engine.until(_never)
    return ExitCode.DONE


def _never(_state: AppState) -> None:
    return None


def opening(engine: Engine) -> Iterator[str]:
    """What stands on the first page, a sentence a row: what needs somebody first."""
    views = shapes.views_of(engine)
    found = unseen(engine.state, verbs_alerts.standing(engine), engine.core.clock.now())
    yield several(len(found), "alert") if found else "nothing needs you"
    yield from (f"alert: {clean(alert.told)}" for alert in found)
    runs, others = views.runs(), views.elsewhere()
    counts = several(len(runs), "run"), several(len(others), "batch", "batches")
    yield f"{counts[0]}, {counts[1]} from elsewhere; ctrl+c leaves"
    yield from (_run_words(view) for view in runs)
    yield from (_batch_words(view) for view in others)


def _run_words(view: RunView) -> str:
    counts = view.counts
    parts = [f"run {view.run}: {status_word(view.status)}", several(view.requests, "request")]
    if view.are_counts_given:
        parts += [f"{counts.succeeded:,} ok", f"{counts.bad:,} bad"]
    else:
        parts.append("counts come when a chunk ends")
    parts.append(f"{view.chunks_ended:,} of {several(view.chunks, 'chunk')} ended")
    if view.held_reason:
        parts.append(f"held: {clean(view.held_reason)}")
    return ", ".join(parts)


def _batch_words(view: BatchView) -> str:
    return f"batch {view.batch_id}, from elsewhere: {status_word(view.status)}, {several(view.counts.total, 'request')}"
