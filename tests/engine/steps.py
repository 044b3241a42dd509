"""Steps that tests of the engine take: send, poll, end, and look where a chunk is."""

from collections.abc import Sequence

from batchtui.domain.retry import RetryPolicy
from batchtui.domain.submission import ChunkState
from batchtui.engine.engine import Engine
from batchtui.engine.plans import Plan
from batchtui.engine.submit_options import SubmitOptions
from tests.engine.conftest import Bench


async def send_all(engine: Engine) -> None:
    """Whatever may go, one after the other."""
    while await engine.sender.send_next():
        pass


async def poll(bench: Bench, engine: Engine, seconds: float = 30) -> None:
    """A poll after so long."""
    bench.clock.advance(seconds)
    await engine.poller.poll()


async def end_open(bench: Bench, engine: Engine, errored: Sequence[str]) -> None:
    """End every open batch and collect what can be; these requests errored."""
    for batch in bench.service.batches:
        if not batch.is_ended:
            bench.service.end(batch.id, errored=errored)
    await poll(bench, engine)
    for batch_id in engine.collector.wanted():
        assert await engine.collector.collect(batch_id)


async def ended(bench: Bench, engine: Engine, ids: Sequence[str], errored: Sequence[str], run: str = "evals") -> str:
    """A run that was sent, ended with errors, and collected."""
    await bench.submit(engine, ids, run)
    await send_all(engine)
    await end_open(bench, engine, errored)
    return run


async def plan_retry(engine: Engine, run: str) -> Plan:
    """A retry of what can be sent again, built."""
    return await engine.planner.plan_retry(run, RetryPolicy(), builds=True, options=SubmitOptions())


def chunk_state(engine: Engine, label: str = "0001", run: str = "evals") -> ChunkState:
    """Where a chunk is on its way."""
    return engine.state.runs[run].chunks[label].state
