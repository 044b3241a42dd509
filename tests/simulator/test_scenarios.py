"""Scenarios whose trouble is in the answers."""

from batchtui.simulator.faults import parse
from batchtui.simulator.outcomes import code_of
from batchtui.simulator.scenarios import SCENARIOS
from tests.simulator.conftest import BATCHES, Starter, rows


def test_every_scenario_is_made_of_known_outcomes_and_faults() -> None:
    for scenario in SCENARIOS:
        assert all(code_of(name) is not None for name, _ in scenario.mix)
        assert sum(share for _, share in scenario.mix) < 500
        assert [parse(spec).spec for spec in scenario.faults] == list(scenario.faults)


def test_flapping_forgets_a_batch_now_and_then_but_keeps_it(start: Starter) -> None:
    sim = start(scenario="flapping")
    batch_id = sim.submit(rows(1))
    statuses = [sim.http.get(f"{BATCHES}/{batch_id}").status_code for _ in range(60)]
    assert set(statuses) == {200, 404}
    sim.advance(3600)
    assert sim.http.get(f"{BATCHES}/{batch_id}/results").status_code == 404


def test_limits_refuse_now_and_then(start: Starter) -> None:
    sim = start(scenario="limits")
    statuses = [sim.create(rows(1)).status_code for _ in range(30)]
    assert set(statuses) == {200, 429}
    sim.arm()
    assert len(sim.accepted()) == statuses.count(200)
