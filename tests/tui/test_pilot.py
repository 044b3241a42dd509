"""`R` on a run whose canary is back: its figures, and the rest only after `y`."""

from pathlib import Path

from batchtui.domain.pilot import PilotKind
from batchtui.engine.pilot_plan import PilotOptions
from batchtui.engine.submit_options import SubmitOptions
from batchtui.tui.screens.pilot import PilotSheet
from tests.engine.conftest import Bench
from tests.tui.still import cockpit, make_dashboard
from tests.tui.waiting import read


async def waiting_run(bench: Bench, *, bad: int = 1) -> None:
    """Ten requests, three of which went ahead and are back, some of them bad."""
    engine = bench.start()
    source = bench.write([f"r-{number}" for number in range(10)])
    options = SubmitOptions(name="evals", pilot=PilotOptions(kind=PilotKind.CANARY, requests=3))
    engine.planner.accept(await engine.planner.plan_submit([source], options, builds=True))
    assert await engine.sender.send_next()
    (batch,) = bench.service.batches
    bench.service.end(batch.id, errored=bench.service.custom_ids[batch.id][:bad])
    bench.clock.advance(60)
    await engine.poller.poll()
    assert await engine.collector.collect(batch.id)


async def test_a_canary_of_which_all_went_well_can_be_let_go_on_as_well(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    await waiting_run(bench, bad=0)
    (engine,) = bench.engines
    async with cockpit(make_dashboard(engine)) as on:
        assert "1 alert" in on.text()
        await on.press("P")
        assert "waits for your yes (canary)" in on.text()
        await on.press("escape", "R")
        await read(on)
        assert isinstance(on.app.screen, PilotSheet)
        assert "3 requests: 3 succeeded" in on.text()
    engine._leadership.release()


async def test_the_rest_of_a_run_is_let_go_after_its_canary_was_seen(tmp_path: Path) -> None:
    bench = Bench(tmp_path)
    await waiting_run(bench)
    (engine,) = bench.engines
    async with cockpit(make_dashboard(engine)) as on:
        await on.press("R")
        await read(on)
        assert isinstance(on.app.screen, PilotSheet)
        assert "3 requests: 2 succeeded, 1 overloaded_error" in on.text()
        assert "of all 6.1 % to 79.2 % (95 %)" in on.text()
        assert "3  more chunks, 7 requests" in on.text() and "submit --continue evals" in on.text()
        await on.press("escape")
        assert not engine.state.runs["evals"].is_pilot_passed
        await on.press("R")
        await read(on)
        await on.press("y")
        await read(on)
    assert engine.state.runs["evals"].is_pilot_passed
    engine._leadership.release()
