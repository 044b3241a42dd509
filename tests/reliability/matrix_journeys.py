"""The five journeys, each with the moment at which its fault strikes."""

from collections.abc import Awaitable, Callable, Mapping

from batchtui.domain.link import LinkState
from batchtui.domain.retry import RetryPolicy
from batchtui.domain.status import Status, run_status
from batchtui.engine.submit_options import SubmitOptions
from batchtui.engine.verbs_cancel import plan_cancel
from tests.reliability.matrix_faults import Journey
from tests.reliability.matrix_place import Place

POLLS_STRUCK = 2


async def poll(at: Place) -> None:
    """A run is under way; the list is struck, then the batches end."""
    run = await _sent(at)
    before = at.polls()
    at.strike(where="list", first=POLLS_STRUCK, cuts=True)
    at.engine.refresh_now()
    await at.until("the link says so", lambda: not _is_live(at) or at.polls() > before + 1)
    await at.until("live again", lambda: _is_live(at) and not at.names.forgotten)
    await at.settle(run)


async def submit(at: Place) -> None:
    """The first POST is struck."""
    await at.until("live", lambda: _is_live(at))
    at.strike(where="create", first=1, cuts=False)
    await at.settle(await at.submit())


async def collect(at: Place) -> None:
    """The first download is struck; by bad weather the second try of one, which has a time to come at."""
    run = await _sent(at)
    if at.fault.is_weather:
        at.server.arm("results:500x1")
        await at.end_batches()
        await at.until("a download to be tried again", lambda: "not complete" in at.trail())
    at.strike(where="results", first=1, cuts=True)
    if at.fault.archives:
        await _archive(at, run)
        return
    await at.settle(run)


async def cancel(at: Place) -> None:
    """The calls that cancel are struck; a person asks again when a cancel has failed for good."""
    run = await _sent(at)
    at.strike(where="cancel", first=1, cuts=False)
    for _ in range(3):
        plan = plan_cancel(at.engine.state, [run])
        if not plan.batches:
            break
        await at.cancel(plan)
    await at.settle(run)


async def retry(at: Place) -> None:
    """A first attempt is over; the POST of the second is struck."""
    run = await _sent(at)
    await at.settle(run)
    plan = await at.engine.planner.plan_retry(run, RetryPolicy(), builds=True, options=SubmitOptions(chunk_requests=2))
    at.strike(where="create", first=1, cuts=False)
    again = at.engine.planner.accept(plan)
    at.runs.append(again)
    await at.settle(again)


async def _sent(at: Place) -> str:
    """A run whose batches are all at work."""
    run = await at.submit()
    await at.until("every chunk sent", lambda: at.is_sent(run))
    await at.until("live", lambda: _is_live(at))
    return run


async def _archive(at: Place, run: str) -> None:
    for batch_id in at.server.accepted():
        at.server.archive(batch_id)
    at.engine.refresh_now()

    def is_archived() -> bool:
        now = at.engine.core.live.link.server_now(at.clock.now())
        return run_status(at.engine.state, at.engine.state.runs[run], now) is Status.ARCHIVED

    await at.until("archived", is_archived)


def _is_live(at: Place) -> bool:
    return at.engine.core.live.link.state is LinkState.LIVE


CARRY_OUT: Mapping[Journey, Callable[[Place], Awaitable[None]]] = {
    Journey.POLL: poll,
    Journey.SUBMIT: submit,
    Journey.COLLECT: collect,
    Journey.CANCEL: cancel,
    Journey.RETRY: retry,
}
