"""What is kept from one state to the next is what would be found by looking at everything again."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal

from batchtui.domain.alerts import all_alerts
from batchtui.domain.alerts_of_runs import AlertsOfRuns
from batchtui.domain.fold.apply import apply
from batchtui.domain.forecasting.estimate import Durations, History
from batchtui.domain.link import Link, LinkState
from batchtui.domain.per_run import PerRun, changed_runs
from batchtui.domain.records import Collected, Record
from batchtui.domain.results import TypeTallies
from batchtui.domain.settings import Settings
from batchtui.domain.state import AppState, Run
from tests.domain.builders import ended, folded, planned, sent
from tests.fakes import NOON

LIVE = Link(state=LinkState.LIVE)


def collected(number: int, *, errored: int = 0) -> Collected:
    return Collected(
        at=NOON,
        batch_id=f"msgbatch_{number:04d}",
        results=10,
        bytes=100,
        sha256="0" * 64,
        tallies=TypeTallies(succeeded=10 - errored, errored=errored),
        issues=errored,
        cost_usd=Decimal(1),
    )


def a_life() -> Iterator[tuple[Record, datetime]]:
    """Three runs that are sent, end, are collected and retried, while a month goes by."""
    story: list[Record] = [planned("a"), planned("b"), *sent("0001", 1, run="a"), *sent("0002", 2, run="a")]
    story += [ended(1, succeeded=5, errored=5), *sent("0001", 3, run="b"), ended(2, succeeded=10)]
    story += [
        collected(1, errored=5),
        collected(2),
        ended(3, succeeded=1, errored=9),
        planned("a.r1", parent="a", chunks=1),
    ]
    story += [*sent("0001", 4, run="a.r1"), ended(4, succeeded=10), collected(4), *sent("0002", 5, run="b")]
    for number, record in enumerate(story):
        yield record, NOON + timedelta(days=2 * number)


def test_alerts_that_were_kept_are_those_of_a_look_at_everything() -> None:
    state, kept = AppState(), AlertsOfRuns()
    for record, now in a_life():
        state = apply(state, [record])
        assert all_alerts(state, LIVE, Settings(), now, kept=kept) == all_alerts(state, LIVE, Settings(), now)


def test_durations_that_were_kept_make_the_same_estimate() -> None:
    state, kept = AppState(), Durations()
    models = planned("a").models
    for record, _ in a_life():
        state = apply(state, [record])
        assert History(state, kept).similar(models, 10) == History(state).similar(models, 10)


def test_a_run_changes_with_its_batches_and_with_its_retries() -> None:
    before = folded(planned("a"), planned("b"), sent("0001", 1, run="a"), sent("0001", 2, run="b"))
    assert changed_runs(before, before) == set()
    assert changed_runs(before, apply(before, [ended(2, succeeded=10)])) == {"b"}
    assert changed_runs(before, apply(before, [planned("a.r1", parent="a")])) == {"a", "a.r1"}


def test_only_what_changed_or_may_change_with_time_is_looked_at_again() -> None:
    over = [[planned(name, chunks=1), *sent("0001", n, run=name), ended(n, succeeded=10), collected(n)]
            for n, name in enumerate(("a", "b", "c"), 1)]  # fmt: skip
    state = folded(*(record for run in over for record in run), planned("open"))
    looked_at: list[str] = []
    kept = PerRun[str]()

    def look(state: AppState) -> None:
        def name(run: Run) -> str:
            looked_at.append(run.name)
            return run.name

        looked_at.clear()
        assert list(kept.values(state, name)) == list(state.runs)

    look(state)
    assert looked_at == ["a", "b", "c", "open"]
    look(apply(state, [planned("b.r1", parent="b")]))
    assert looked_at == ["b", "open", "b.r1"]
