"""The engine: its verbs, and which loop fulfils which duty. Faces watch its states and call its verbs."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from enum import Flag, auto
from typing import TYPE_CHECKING, TypeVar

from batchtui.domain.failures import WorkspaceDamaged
from batchtui.domain.limits import turns
from batchtui.domain.link import Link, LinkState
from batchtui.domain.settings import Settings
from batchtui.domain.state import AppState
from batchtui.engine.following import FOLLOW_SECONDS
from batchtui.engine.parts import Parts

if TYPE_CHECKING:
    from batchtui.engine.jobs import CheckRules
    from batchtui.engine.loops import Loop
    from batchtui.engine.stepper import Step

T = TypeVar("T")

LEAD_SECONDS = 1.0
"""Between two looks whether the process that leads is gone. Each wakes a program that is else at rest."""

HERALD_SECONDS = 5.0
"""Between two looks at what needs a person: alerts are about hours, and all batches are looked at for them."""


class Duty(Flag):
    """What a process does while it leads; a command takes on no more than it needs."""

    NONE = 0
    POLL = auto()
    SEND = auto()
    STOP = auto()
    COLLECT_ORDERED = auto()
    COLLECT = auto()
    RETRY = auto()
    ALL = POLL | SEND | STOP | COLLECT_ORDERED | COLLECT | RETRY


class Engine(Parts):
    """Everything a face can see and do. Create, `open`, then either `running(…)` or single steps, then `close`."""

    @property
    def state(self) -> AppState:
        return self.core.state

    @property
    def settings(self) -> Settings:
        return self.core.settings

    def rules(self, *, allow: Iterable[str] = ()) -> "CheckRules":
        """What requests are checked against, by what is known without a call."""
        from batchtui.engine.check_rules import check_rules

        today, kept = self.core.clock.now().date(), self.models.kept()
        return check_rules(self.settings, self.prices, today=today, models=kept, allow=allow)

    async def fresh_rules(self, *, allow: Iterable[str] = ()) -> "CheckRules":
        """The same after a look at the service's models list, where the one at hand is older than a day."""
        if not self.is_offline:
            await self.models.fresh()
        return self.rules(allow=allow)

    def open(self) -> None:
        """Read what is on disk; nothing is polled or sent yet."""
        self.core.load()
        moving, link = self.store.read_counts()
        credentials = self.service.credentials()
        cached = Link(state=LinkState.CACHED, as_of=link.as_of if link else None)
        self.core.change_live(moving=moving, link=cached, credentials=credentials)

    async def close(self) -> None:
        self._lead.release()
        await self.jobs.close()
        await self.service.close()
        if not self.core.live.is_read_only:
            with suppress(WorkspaceDamaged):  # a sweep removes what is left
                self.store.release()

    def try_lead(self) -> bool:
        """Become the one process that polls and sends, if nobody is; recovers what the last one left."""
        if self._lead.still_leads():
            return True
        if not self._lead.take():
            return False
        if self.core.live.is_polling_paused:
            self.connection.paused()  # until now the link was that of the process that led
        return True

    def step_aside(self) -> None:
        """Lead no longer while nothing is done here; the loops take it up again, if nobody else has."""
        self._lead.release()

    def leader(self) -> str | None:
        """Words about another process that leads, such as `pid 4711`."""
        return self._lead.other()

    def is_leader_stopped(self) -> bool:
        """Whether another process leads and is known to stand still (ctrl+z, SIGSTOP)."""
        return self._lead.is_other_stopped()

    async def poll_once(self) -> None:
        """Bring state up to date: poll as the leader or read-only, else read what the leader wrote.

        Raises:
            OtherAccount
        """
        if self.is_offline:
            return
        if self.try_lead() or self.core.live.is_read_only:
            await self.poller.poll()
        else:
            self._follower.take_over_counts()
            self.core.refresh()

    @asynccontextmanager
    async def running(self, duties: Duty) -> AsyncIterator["Engine"]:
        """Run the loops for these duties; on leaving they end without leaving anything half done."""
        loops = [self._follow_loop()]
        if not self.is_offline:
            loops.extend(self._duty_loops(duties))
        self._loops.begin(loops)
        try:
            yield self
        finally:
            await self._loops.wind_down()

    async def until(self, found: Callable[[AppState], T | None], *, within: float | None = None) -> T | None:
        """The first answer of `found` that is not None; None when there is none within so many seconds."""
        return await self._loops.until(found, within=within)

    # Loops ---------------------------------------------------------------------------------------------------------

    def _duty_loops(self, duties: Duty) -> "Iterator[Loop]":
        """One loop a duty. Only that of polling runs in a process that may change nothing."""
        if Duty.POLL in duties:
            yield self._herald_loop()  # first, so that what the first poll brings is news
            yield self._rhythm.beat()
        if self.core.live.is_read_only:
            return
        yield self._stepper.every(LEAD_SECONDS, self._lead_step)
        if Duty.SEND in duties:
            yield self._work_loop(lambda: self._sending.step(), is_seen_in_list=True)
        if Duty.STOP in duties:
            yield self._work_loop(lambda: self.stopper.step(), is_seen_in_list=True)
        if Duty.RETRY in duties and self.settings.retry.automatic:
            yield self._work_loop(lambda: self.again.step())
        if Duty.COLLECT in duties:
            yield self._work_loop(lambda: self._collecting.step(only_ordered=False, may_begin=self._may_begin))
        elif Duty.COLLECT_ORDERED in duties:
            yield self._work_loop(lambda: self._collecting.step(only_ordered=True, may_begin=self._may_begin))

    async def _follow_loop(self) -> None:
        """Fold in what other processes write, leader or not; first put away what dead ones left unfinished."""
        if not self.core.live.is_read_only:
            await self._stepper.guarded(self._sweep)
        await self._stepper.every(FOLLOW_SECONDS, self._follower.follow)

    async def _sweep(self) -> None:
        await asyncio.to_thread(self.store.sweep)

    async def _lead_step(self) -> bool:
        """Take over when the process that leads is gone."""
        return self.try_lead()

    async def _herald_loop(self) -> None:
        while True:
            await self._herald.tell_news()
            if self.core.live.is_leader:
                self.core.compact()
            await self.core.clock.sleep(HERALD_SECONDS)

    async def _work_loop(self, step: "Step[bool]", *, is_seen_in_list: bool = False) -> None:
        """A duty of the leader alone; what changes the service's list is looked for there soon."""

        async def work() -> bool:
            has_worked = await step()
            if has_worked and is_seen_in_list:
                self.connection.acted()
            return has_worked

        await self._stepper.while_there_is_work(work, may_begin=self._may_begin)

    def _may_begin(self) -> bool:
        return self.core.live.is_leader and not self._loops.is_winding_down

    # Small verbs; the larger ones are in engine.verbs_* ---------------------------------------------------------------

    def refresh_now(self) -> None:
        """Poll at once (`r`), unless the service gave a time."""
        self._rhythm.poll_soon()

    def pause_polling(self, paused: bool) -> None:
        """Stop or resume polling (`p`)."""
        self.core.change_live(is_polling_paused=paused)
        if not paused:
            self.connection.resumed()
            self._rhythm.poll_soon()
        elif self.core.live.is_leader or self.core.live.is_read_only:
            self.connection.paused()

    def waiting(self) -> Sequence[tuple[str, str, str]]:
        """(run, chunk, why it waits) of every held chunk, in the order of sending."""
        now = self.core.clock.now()
        return [(turn.run, turn.chunk, turn.waits) for turn in turns(self.state, self.settings, now)]
