"""What needs a person, and that it is quiet once somebody has seen it."""

from datetime import timedelta

from msgspec import structs

from batchtui.domain.actions.table import BY_ID
from batchtui.domain.alert import WAYS, Alert, AlertKind, Remedy
from batchtui.domain.alerts import alerts, all_alerts
from batchtui.domain.link import Link, LinkState
from batchtui.domain.records import AlertSeen, Record, RunHeld, RunReleased
from batchtui.domain.settings import BudgetSettings, Settings
from batchtui.domain.state import AppState
from batchtui.present.alert_words import alert_words
from tests.domain.builders import ended, folded, planned, sent
from tests.fakes import NOON

LIVE = Link(state=LinkState.LIVE)


def kinds(found: list[Alert]) -> list[AlertKind]:
    return [alert.kind for alert in found]


def of_kind(state: AppState, kind: AlertKind, hours: float = 1) -> list[Alert]:
    found = alerts(state, LIVE, Settings(), NOON + timedelta(hours=hours))
    return [alert for alert in found if alert.kind is kind]


def history_of(hours: int) -> list[object]:
    """Four runs of a chunk each, which took an hour each, and one that is out since noon."""
    past = [[planned(f"old-{n}", chunks=1), *sent("0001", n, run=f"old-{n}"), ended(n, succeeded=10)] for n in range(4)]
    return [*past, planned("new", chunks=1), *sent("0001", 9, run="new")]


def test_a_batch_that_is_out_longer_than_nine_of_ten_like_it_is_late() -> None:
    state = folded(*history_of(1))  # type: ignore[arg-type]  # lists of records
    assert not of_kind(state, AlertKind.LATE, hours=0.9)
    (late,) = of_kind(state, AlertKind.LATE, hours=1.1)
    assert late.batch_id == "msgbatch_0009"
    assert late.text == "new chunk 1 is later than 9 of 10 like it (4 seen)"


def test_without_a_basis_nothing_is_late() -> None:
    state = folded(planned(chunks=1), sent("0001", 9))
    assert not of_kind(state, AlertKind.LATE, hours=12)


def test_a_share_of_errors_offers_to_hold_what_is_unsent_and_only_while_there_is_something() -> None:
    half_sent = [planned(chunks=2), *sent("0001", 1), ended(1, succeeded=5, errored=5)]
    (offered,) = of_kind(folded(half_sent), AlertKind.ERROR_SHARE)
    assert alert_words(offered) == "evals chunk 1: 50 % errored so far, H holds the rest"
    assert offered.told == "evals chunk 1: 50 % errored so far; `batchtui hold evals` holds the rest"
    (bare,) = of_kind(folded(half_sent, sent("0002", 2)), AlertKind.ERROR_SHARE)
    assert bare.remedy is None


def test_every_remedy_has_a_key_and_a_command() -> None:
    assert set(WAYS) == set(Remedy)
    assert all(way.action in BY_ID for way in WAYS.values())


def test_what_somebody_has_seen_is_quiet_as_long_as_it_is_the_same_thing() -> None:
    held: list[Record] = [planned(), RunHeld(at=NOON, run="evals", reason="spend cap")]
    (alert,) = of_kind(folded(held), AlertKind.HELD)
    seen: list[Record] = [*held, AlertSeen(at=NOON, alert=alert.key)]
    assert not of_kind(folded(seen), AlertKind.HELD)
    assert kinds(all_alerts(folded(seen), LIVE, Settings(), NOON)) == [AlertKind.HELD]
    again: list[Record] = [*seen, RunReleased(at=NOON, run="evals"), RunHeld(at=NOON, run="evals", reason="no credit")]
    assert of_kind(folded(again), AlertKind.HELD)
    assert of_kind(folded(seen, AlertSeen(at=NOON, alert=alert.key, is_lifted=True)), AlertKind.HELD)


def test_a_muted_alert_comes_back_when_its_time_is_over() -> None:
    held: list[Record] = [planned(), RunHeld(at=NOON, run="evals", reason="spend cap")]
    (alert,) = of_kind(folded(held), AlertKind.HELD)
    state = folded(held, AlertSeen(at=NOON, alert=alert.key, until=NOON + timedelta(hours=2)))
    assert not of_kind(state, AlertKind.HELD, hours=1)
    assert of_kind(state, AlertKind.HELD, hours=3)


def test_a_second_outage_is_another_alert() -> None:
    def down(since_hours: float) -> str:
        link = Link(state=LinkState.OFFLINE, since=NOON + timedelta(hours=since_hours), why="no route")
        (alert,) = alerts(AppState(), link, Settings(), NOON + timedelta(hours=since_hours + 1))
        return alert.key

    assert down(0) == down(0)
    assert down(0) != down(5)


def test_the_budget_alerts_at_80_and_again_at_100_percent() -> None:
    settings = Settings(budget=BudgetSettings(daily_usd=10))

    def key(high_usd: float) -> list[str]:
        state = folded(planned(chunks=1, high_usd=high_usd), sent("0001", 1))
        found = alerts(state, LIVE, settings, NOON + timedelta(hours=1))
        return [alert.key for alert in found if alert.kind is AlertKind.BUDGET]

    assert key(7) == []
    assert len({*key(8.5), *key(9.5)}) == 1
    assert key(8.5) != key(11)


def run_budget(high_usd: float, *, sent_chunks: int, limit: float = 10, over: bool = False) -> list[Alert]:
    """Of a run of two chunks of half its cost each, with so many of them sent."""
    plan = structs.replace(planned(chunks=2, high_usd=high_usd), over_budget=over)
    state = folded(plan, *(sent(f"{number:04d}", number) for number in range(1, sent_chunks + 1)))
    found = alerts(state, LIVE, Settings(budget=BudgetSettings(run_usd=limit)), NOON + timedelta(hours=1))
    return [alert for alert in found if alert.kind is AlertKind.RUN_BUDGET]


def test_a_runs_own_budget_alerts_at_80_percent_while_more_of_it_may_be_sent() -> None:
    (alert,) = run_budget(17, sent_chunks=1)
    assert alert.text == "evals: its budget of $10 is 85 % used" and alert.run == "evals"
    assert not run_budget(15, sent_chunks=1)
    assert not run_budget(9, sent_chunks=2)


def test_a_runs_own_budget_that_is_used_up_is_another_alert() -> None:
    (near,), (used_up,) = run_budget(17, sent_chunks=1), run_budget(12, sent_chunks=2)
    assert "is used up" in used_up.text and used_up.key != near.key


def test_a_run_that_may_exceed_its_budget_does_not_alert_of_it() -> None:
    assert not run_budget(12, sent_chunks=2, over=True)
