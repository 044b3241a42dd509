"""What needs a person, derived from state: nothing is stored but what somebody has seen, so nothing can go stale."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta

from batchtui.domain.alert import Alert, AlertKind, Remedy
from batchtui.domain.alerts_of_runs import (
    NEARLY_USED_UP,
    AlertsOfRuns,
    alerts_of_batches,
    alerts_of_runs,
    short_hash,
)
from batchtui.domain.budget import committed_today
from batchtui.domain.forecasting.estimate import History
from batchtui.domain.issues.recurring import recurring
from batchtui.domain.limits import LONG_WAIT, long_limit, queue
from batchtui.domain.link import Link, LinkState
from batchtui.domain.money import as_written, limit_words
from batchtui.domain.settings import Settings
from batchtui.domain.settling import needs_person
from batchtui.domain.state import AppState
from batchtui.domain.words import chunk_name, moment_of, several, share_words

LINK_DOWN = timedelta(minutes=10)


def alerts(
    state: AppState, link: Link, settings: Settings, now: datetime, *, kept: AlertsOfRuns | None = None
) -> list[Alert]:
    """What still asks for somebody: every alert but those that somebody has seen."""
    return unseen(state, all_alerts(state, link, settings, now, kept=kept), now)


def all_alerts(
    state: AppState,
    link: Link,
    settings: Settings,
    now: datetime,
    *,
    history: Callable[[], History] | None = None,
    kept: AlertsOfRuns | None = None,
) -> list[Alert]:
    """All alerts, those about money and loss first.

    Args:
        now: the local clock.
        history: how long chunks took, where that is known already; it is asked for only while something is open.
        kept: what earlier looks found, so that only runs that changed are looked at.
    """
    server_now = link.server_now(now)
    return [
        *_unsure(state, server_now),
        *_link(link, now),
        *_limited(state, link, now),
        *_budget(state, settings, now),
        *alerts_of_runs(state, settings, server_now, kept),
        *_same_group(state, server_now),
        *alerts_of_batches(state, settings, server_now, history or (lambda: History(state))),
    ]


def unseen(state: AppState, found: Sequence[Alert], now: datetime) -> list[Alert]:
    """Those that nobody has put aside."""
    if not state.seen_alerts:
        return list(found)
    return [alert for alert in found if not is_seen(state, alert, now)]


def is_seen(state: AppState, alert: Alert, now: datetime) -> bool:
    """Whether somebody has looked at it, and it is still quiet."""
    seen = state.seen_alerts.get(alert.key)
    return seen is not None and seen.is_quiet(now)


def _unsure(state: AppState, now: datetime) -> Iterator[Alert]:
    for entry in state.unknown_submissions():
        words, episode, remedy = entry.unsure_words, "", Remedy.SETTLE
        if entry.is_not_found:
            words, episode, remedy = "not found", "not-found", Remedy.LOST
        elif needs_person(state, entry, now):
            words = f"nothing can tell its {len(entry.candidates):,} candidates apart any more"
            episode, remedy = "decide", Remedy.DECIDE
        yield Alert(
            kind=AlertKind.UNSURE,
            text=f"{entry.run} chunk {chunk_name(entry.chunk)}: {words}",
            run=entry.run,
            submission=entry.id,
            episode=episode,
            remedy=remedy,
        )


def _same_group(state: AppState, now: datetime) -> Iterator[Alert]:
    """What run after run gets: the input or the account, not chance."""
    for each in recurring(state, now):
        cls, name = each.key
        text = f"{each.run}: {each.requests:,} {cls}, {each.runs} runs in a row: {name}"
        yield Alert(kind=AlertKind.SAME_GROUP, text=text, run=each.run, episode=short_hash(f"{cls} {name}"))


def _link(link: Link, now: datetime) -> Iterator[Alert]:
    is_down = link.state in (LinkState.OFFLINE, LinkState.NOT_AUTHORIZED, LinkState.OTHER_ACCOUNT)
    if is_down and link.since is not None and now - link.since >= LINK_DOWN:
        text = f"{link.state} for over ten minutes: {link.why}"
        yield Alert(kind=AlertKind.LINK, text=text, episode=f"{link.since:%Y-%m-%dT%H:%M:%SZ}")


def _limited(state: AppState, link: Link, now: datetime) -> Iterator[Alert]:
    """The service asked to wait for long: everything that is held stands still, in silence."""
    until = long_limit(state, now)
    if until is not None:
        held = several(len(queue(state)), "chunk waits", "chunks wait")
        yield _waiting(until, now, f": {held} here")
    elif link.state is LinkState.LIMITED and link.next_at is not None and link.next_at - now >= LONG_WAIT:
        yield _waiting(link.next_at, now, f" before it is asked again: {link.why}")


def _waiting(until: datetime, now: datetime, what: str) -> Alert:
    moment = moment_of(until, now)
    return Alert(
        kind=AlertKind.LIMITED,
        text=f"the service asked to wait until {moment.words()}{what}",
        episode=f"{until:%Y-%m-%dT%H:%M:%SZ}",
        moment=moment,
    )


def _budget(state: AppState, settings: Settings, now: datetime) -> Iterator[Alert]:
    limit = settings.budget.daily_usd
    if limit is None or limit <= 0:
        return
    share = committed_today(state, now) / as_written(limit)
    if share >= NEARLY_USED_UP:
        word = "used up" if share >= 1 else f"{share_words(share)} used"
        episode = f"{now.astimezone(UTC):%Y-%m-%d}-{100 if share >= 1 else 80}"
        yield Alert(kind=AlertKind.BUDGET, text=f"the day's budget of {limit_words(limit)} is {word}", episode=episode)
