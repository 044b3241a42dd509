"""How it stands with the service: the state of the link, who is told of it, and when to ask again. Asks nothing."""

import random
from contextlib import suppress
from datetime import timedelta

from msgspec.structs import replace

from batchtui.domain.failures import WorkspaceDamaged
from batchtui.domain.link import SHORTEST_ASKED_SECONDS, Link, LinkState, backoff_seconds
from batchtui.domain.submission import Submission
from batchtui.engine.core import Core
from batchtui.engine.ports import Answer, ServiceProblem, Store

FRESH_SECONDS = 60.0
"""So long after an action the quick interval holds."""

LINK_OF_KIND = {"limited": LinkState.LIMITED, "not_authorized": LinkState.NOT_AUTHORIZED}


class Connection:
    """Keeps the link that is shown in step with what calls have met."""

    def __init__(self, core: Core, store: Store) -> None:
        self._core = core
        self._store = store
        self._failures = 0
        self._acted_at: float | None = None
        self._asked_until: float | None = None
        """The same as the link's, by a clock that nobody sets."""

    def acted(self) -> None:
        """Something was sent or stopped: look again soon."""
        self._acted_at = self._core.clock.monotonic()

    def answered(self) -> None:
        """A look was answered: the next one need not wait longer."""
        self._failures = 0

    def went_live(self) -> None:
        """All of a look was taken in: what is known is as true as now.

        Raises:
            WorkspaceDamaged: the disk is full, or the folder is gone.
        """
        self._set_link(LinkState.LIVE, is_good=True)
        self._share()

    def met_another_account(self, why: str) -> None:
        """The answer was somebody else's: nothing of it may be used."""
        self._set_link(LinkState.OTHER_ACCOUNT, why=why)
        self._share_trouble()

    def paused(self) -> None:
        """Somebody stopped the polling."""
        self._set_link(LinkState.PAUSED)
        self._share_trouble()

    def resumed(self) -> None:
        """Polling goes on, but not before the time that the service gave."""
        link = self._core.live.link
        if self.asked_seconds() > 0:
            until, now = link.asked_until, self._core.clock.now()
            self._core.change_live(link=replace(link, state=LinkState.LIMITED, since=now, next_at=until, said_at=now))
            self._share_trouble()

    def asked_seconds(self) -> float:
        """How long the service asked to be left alone; 0 once that is over."""
        until = self._core.live.link.asked_until
        if until is None:
            return 0.0
        left = (until - self._core.clock.now()).total_seconds()
        if self._asked_until is not None:  # the time of the day may be put back
            left = min(left, self._asked_until - self._core.clock.monotonic())
        return max(0.0, left)

    def report(self, problem: ServiceProblem) -> None:
        """A call failed, this poll's or another's: the link says so and the next try waits longer."""
        self._failures += 1
        words = problem.message if problem.status is None else f"{problem.status}: {problem.message}"
        state = LINK_OF_KIND.get(problem.kind, LinkState.OFFLINE)
        self._set_link(state, why=words, retry_after=problem.retry_after_seconds)
        self._share_trouble()

    def measure_skew(self, answer: Answer) -> None:
        """Note how far the service's clock is from ours, where an answer says."""
        if answer.server_time is None:
            return
        skew = (answer.server_time - self._core.clock.now()).total_seconds()
        if abs(skew - self._core.live.link.skew_seconds) >= 1.5:
            self._core.change_live(link=replace(self._core.live.link, skew_seconds=round(skew)))

    def _share(self) -> None:
        """Tell those who follow what is known here, and how it stands with the service.

        Raises:
            WorkspaceDamaged: the disk is full, or the folder is gone.
        """
        live = self._core.live
        if live.is_leader:
            self._store.write_counts(dict(live.moving), live.link)

    def _share_trouble(self) -> None:
        """The same where the call's own trouble is what is told: who follows sees how old its picture is."""
        with suppress(WorkspaceDamaged):
            self._share()

    def _set_link(
        self, state: LinkState, *, why: str = "", is_good: bool = False, retry_after: float | None = None
    ) -> None:
        """While polling is paused no call that ends makes the link look as if somebody went on asking."""
        now = self._core.clock.now()
        link = self._core.live.link
        is_paused = self._core.live.is_polling_paused and state is not LinkState.OTHER_ACCOUNT
        state = LinkState.PAUSED if is_paused else state
        is_new = link.state != state
        link = self._heed_time(link, retry_after, is_good=is_good)
        next_at = now + timedelta(seconds=self.interval(retry_after=retry_after))
        self._core.change_live(
            link=replace(
                link,
                state=state,
                since=now if is_new else link.since,
                as_of=now if is_good else link.as_of,
                next_at=None if state is LinkState.PAUSED else max(next_at, link.asked_until or next_at),
                why=why,
                said_at=now,
            )
        )
        if is_new:
            self._core.announce("connection", f"{state}{': ' + why if why else ''}", details={"state": str(state)})

    def _heed_time(self, link: Link, retry_after: float | None, *, is_good: bool) -> Link:
        """The link with the time that the service gave, until it answers."""
        if is_good:
            self._asked_until = None
            return replace(link, asked_until=None)
        if retry_after is None:
            return link
        seconds, clock = max(retry_after, SHORTEST_ASKED_SECONDS), self._core.clock
        self._asked_until = clock.monotonic() + seconds
        return replace(link, asked_until=clock.now() + timedelta(seconds=seconds))

    def interval(self, *, retry_after: float | None = None) -> float:
        """Seconds until the next poll, counted from the end of this one."""
        regular = self._regular_interval()
        if self._failures:
            jitter = random.random()
            return backoff_seconds(failures=self._failures, interval=regular, jitter=jitter, retry_after=retry_after)
        return regular

    def _regular_interval(self) -> float:
        settings = self._core.settings.poll
        state = self._core.state
        has_just_acted = self._acted_at is not None and self._core.clock.monotonic() - self._acted_at < FRESH_SECONDS
        if has_just_acted or any(_moves(entry) for entry in state.unknown_submissions()):
            return min(settings.after_action, settings.running)
        if self._core.has_held or any(known.is_open for known in state.batches.values()):
            return settings.running
        return settings.idle


def _moves(submission: Submission) -> bool:
    """A next read may settle it soon; otherwise it waits for a batch to end, or for a person."""
    return not submission.candidates and not submission.is_not_found
