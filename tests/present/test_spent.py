"""Money on screen: measured beside the estimate, what did not come at half, and nothing where nothing is known."""

from batchtui.domain.billing import ModelUsage
from batchtui.domain.money import as_written
from batchtui.present.cells import plain
from batchtui.present.spent import measured_beside_estimate
from tests.domain.builders import ended, folded, planned, sent
from tests.domain.test_spending import HAIKU, collected


def shown(usage: ModelUsage, high_usd: float) -> str:
    state = folded(planned(chunks=1, high_usd=high_usd), sent("0001", 1), ended(1), collected(1, usage={HAIKU: usage}))
    return plain(measured_beside_estimate(state, state.runs["evals"]))


def used(cost: str, **more: int) -> ModelUsage:
    return ModelUsage(requests=10, succeeded=10, cost_usd=as_written(cost), standard_usd=2 * as_written(cost), **more)


def test_the_estimate_is_judged_by_its_middle() -> None:
    assert shown(used("2"), 5) == "  est $0.00 to $5.00, middle 25% high  $2.00 saved"
    assert shown(used("4"), 5) == "  est $0.00 to $5.00, middle 38% low  $4.00 saved"


def test_what_did_not_come_at_half_is_said() -> None:
    assert shown(used("2", other_tier=3), 5).endswith("3 not at half")


def test_a_cost_that_is_not_known_is_compared_with_nothing() -> None:
    assert shown(ModelUsage(requests=10, cost_usd=None, standard_usd=None), 5) == ""
