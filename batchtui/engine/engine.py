"""The engine: its loops, its verbs, and who may do what. Faces watch its states and call its verbs."""

import asyncio
import math
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from enum import Flag, auto
from typing import TYPE_CHECKING, TypeVar, Unpack

from batchtui.domain.failures import Failure, OtherAccount, WorkspaceDamaged
from batchtui.domain.limits import turns
from batchtui.domain.link import Link, LinkState
from batchtui.domain.settings import Settings
from batchtui.domain.state import AppState
from batchtui.engine.collect_pool import collect_all
from batchtui.engine.parts import Adapters, Parts
from batchtui.engine.ports import ServiceProblem
from batchtui.engine.recovery import recover

if TYPE_CHECKING:
    from batchtui.engine.jobs import CheckRules

T = TypeVar("T")

FOLLOW_SECONDS = 0.25
LEAD_SECONDS = 1.0
"""Between two looks whether the process that leads is gone. Each wakes a program that is else at rest."""

HERALD_SECONDS = 5.0
"""Between two looks at what needs a person: alerts are about hours, and all batches are looked at for them."""

WAKE_SECONDS = 1.0
"""Longest sleep of a loop that waits for a time to come, such as a retry-after."""

TROUBLE_SECONDS = 10.0
"""Between two tries of what the disk or the folder kept from being done."""


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

    def __init__(self, **given: Unpack[Adapters]) -> None:
        super().__init__(**given)
        self._tasks: list[asyncio.Task[None]] = []
        self._poke = asyncio.Event()
        self._is_winding_down = False
        self._lock_trouble = ""

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
        self._leadership.release()
        self.core.change_live(is_leader=False)
        await self.jobs.close()
        await self.service.close()
        if not self.core.live.is_read_only:
            with suppress(WorkspaceDamaged):  # a sweep removes what is left
                self.store.release()

    def try_lead(self) -> bool:
        """Become the one process that polls and sends, if nobody is; recovers what the last one left."""
        if self.core.live.is_leader:
            if self._leadership.is_held():
                return True
            self.core.change_live(is_leader=False)  # engine.lock was removed: another process may lead by now
        if self.core.live.is_read_only or not self._acquire():
            return False
        self.core.refresh()
        recover(self.core, self.store)
        self.core.compact()
        self.core.change_live(is_leader=True, leader="")
        if self.core.live.is_polling_paused:
            self.poller.paused()  # until now the link was that of the process that led
        return True

    def _acquire(self) -> bool:
        """Take the lock; a disk that is full or read-only is said, and nothing is sent."""
        try:
            is_acquired = self._leadership.try_acquire()
        except WorkspaceDamaged as failure:
            self._lock_trouble = failure.what
            if failure.what != self.core.live.damage:
                self.core.change_live(damage=failure.what)
            return False
        if self._lock_trouble and self.core.live.damage == self._lock_trouble:
            self.core.change_live(damage="")
        self._lock_trouble = ""
        return is_acquired

    def leader(self) -> str | None:
        """Words about another process that leads, such as `pid 4711`."""
        return None if self.core.live.is_leader else self._leadership.holder()

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
            self._follow_counts()
            self.core.refresh()

    @asynccontextmanager
    async def running(self, duties: Duty) -> AsyncIterator["Engine"]:
        """Run the loops for these duties; on leaving they end without leaving anything half done."""
        loops: list[Coroutine[object, object, None]] = [self._follow_loop()]
        if not self.is_offline:
            loops.extend(self._duty_loops(duties))
        self._is_winding_down = False
        self._tasks = [asyncio.create_task(loop) for loop in loops]
        try:
            yield self
        finally:
            await self._wind_down()

    def _duty_loops(self, duties: Duty) -> list[Coroutine[object, object, None]]:
        loops: list[Coroutine[object, object, None]] = []
        if Duty.POLL in duties:
            loops.append(self._herald_loop())  # first, so that what the first poll brings is news
        if Duty.POLL in duties:
            loops.append(self._poll_loop())
        if self.core.live.is_read_only:
            return loops
        loops.append(self._lead_loop())
        if Duty.SEND in duties:
            loops.append(self._step_loop(self._send_step))
        if Duty.STOP in duties:
            loops.append(self._step_loop(self._stop_step))
        if Duty.RETRY in duties and self.settings.retry.automatic:
            loops.append(self._step_loop(self._again_step))
        if Duty.COLLECT_ORDERED in duties or Duty.COLLECT in duties:
            only_ordered = Duty.COLLECT not in duties
            loops.append(self._step_loop(lambda: self._collect_step(only_ordered=only_ordered)))
        return loops

    async def _wind_down(self) -> None:
        """Stop at once what cannot have been accepted; wait for the answer of a POST whose last block is out."""
        self._is_winding_down = True
        try:
            while self.sender.is_waiting_for_an_answer and not self._is_dead():
                await self._pause(FOLLOW_SECONDS)
        finally:  # also when somebody does not want to wait
            await self._end_loops()

    async def _end_loops(self) -> None:
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            task.cancel()
        outcomes = await asyncio.gather(*tasks, return_exceptions=True)
        for outcome in outcomes:
            if isinstance(outcome, Exception):
                raise outcome
        self.sender.write_outcome()

    def _is_dead(self) -> bool:
        return any(task.done() for task in self._tasks)

    async def until(self, found: Callable[[AppState], T | None], *, within: float | None = None) -> T | None:
        """The first answer of `found` that is not None; None when there is none within so many seconds."""
        deadline = None if within is None else self.core.clock.monotonic() + within
        while (answer := found(self.core.state)) is None:
            if self._is_dead():
                await self._wind_down()
                raise RuntimeError("a loop of the engine ended by itself")
            if deadline is not None and self.core.clock.monotonic() >= deadline:
                return None
            await self._pause(FOLLOW_SECONDS)
        return answer

    async def _pause(self, seconds: float) -> None:
        """Sleep until something changes, at most so long."""
        try:
            async with asyncio.timeout(seconds):
                await self.core.changed()
        except TimeoutError:
            return

    # Loops ---------------------------------------------------------------------------------------------------------

    async def _follow_loop(self) -> None:
        """Fold in what other processes write, leader or not; first put away what dead ones left unfinished."""
        if not self.core.live.is_read_only:
            await self._guarded(self._sweep)
        while True:
            await self._guarded(self._follow)
            await self.core.clock.sleep(FOLLOW_SECONDS)

    async def _sweep(self) -> None:
        await asyncio.to_thread(self.store.sweep)

    async def _follow(self) -> None:
        self.core.refresh()
        if not self.core.live.is_leader and not self.core.live.is_read_only:
            self._follow_counts()

    def _follow_counts(self) -> None:
        """The leader's newest counts and link, for a process that does not poll itself."""
        leader = self._leadership.holder()
        if leader is None:
            return
        moving, link = self.store.read_counts()
        live = self.core.live
        known = (leader, moving, link or live.link)
        if known != (live.leader, live.moving, live.link):
            self.core.change_live(leader=known[0], moving=known[1], link=known[2])
            if live.leader and live.link.state is not known[2].state:
                self._tell_link_of_leader(leader, known[2])

    def _tell_link_of_leader(self, leader: str, link: Link) -> None:
        """It is ours as well: what is shown is as true as the leader's link."""
        why = f": {link.why}" if link.why else ""
        words = f"{link.state}, as {leader} says, which polls{why}"
        self.core.announce("connection", words, details={"state": str(link.state)})

    async def _lead_loop(self) -> None:
        """Take over when the process that leads is gone."""
        while True:
            await self._guarded(self._lead)
            await self.core.clock.sleep(LEAD_SECONDS)

    async def _lead(self) -> bool:
        return self.try_lead()

    async def _herald_loop(self) -> None:
        while True:
            await self._herald.tell_news()
            if self.core.live.is_leader:
                self.core.compact()
            await self.core.clock.sleep(HERALD_SECONDS)

    async def _poll_loop(self) -> None:
        while True:
            if self.core.live.is_polling_paused or not (self.core.live.is_leader or self.core.live.is_read_only):
                await self.core.clock.sleep(FOLLOW_SECONDS)
                continue
            await self._guarded(self.poller.poll)
            await self._wait_for_next_poll()

    async def _wait_for_next_poll(self) -> None:
        """Sleep to the next poll; a refresh, an action or a shorter interval ends it early."""
        begun = self.core.clock.monotonic()
        link = self.core.live.link
        planned = (link.next_at - self.core.clock.now()).total_seconds() if link.next_at else WAKE_SECONDS
        while not self._poke.is_set():
            wait = planned if link.state != LinkState.LIVE else min(planned, self.poller.interval())
            left = min(begun + wait - self.core.clock.monotonic(), self._seconds_to(link.next_at))
            if left <= 0:
                return
            try:
                async with asyncio.timeout(min(left, WAKE_SECONDS)):
                    await self._poke.wait()
            except TimeoutError:
                continue
        self._poke.clear()

    def _seconds_to(self, moment: datetime | None) -> float:
        """By the wall clock, which goes on while a laptop sleeps; infinite when there is no such moment."""
        return (moment - self.core.clock.now()).total_seconds() if moment else math.inf

    async def _step_loop(self, step: Callable[[], Coroutine[object, object, bool]]) -> None:
        """Do steps while there are any, sleep while there are none."""
        while True:
            has_worked = False
            if self.core.live.is_leader and not self._is_winding_down:
                has_worked = await self._guarded(step) or False
            if not has_worked:
                await self._pause(WAKE_SECONDS)

    async def _guarded(self, step: Callable[[], Coroutine[object, object, T]]) -> T | None:
        """What a person or time can mend is told and waited out; a defect ends the engine."""
        try:
            return await step()
        except ServiceProblem as problem:
            self.poller.report(problem)
            await self.core.clock.sleep(self.poller.interval(retry_after=problem.retry_after_seconds))
        except OtherAccount as failure:
            self.core.announce("alert", failure.what)
            await self.core.clock.sleep(self.poller.interval())
        except Failure as failure:
            self.core.announce("alert", str(failure))
            await self.core.clock.sleep(TROUBLE_SECONDS)
        return None

    async def _meet_account(self) -> None:
        """Before the first call that is no look: whose answers are these?

        Raises:
            OtherAccount, ServiceProblem
        """
        if not self.core.has_met_account:
            page = await self.service.list_batches(limit=1)
            self.core.check_account(page.answer)

    async def _send_step(self) -> bool:
        self.sender.write_outcome()
        live = self.core.live
        if live.is_sending_paused or live.account_note or live.damage:
            return False
        self.pilots.judge()
        try:
            has_sent = await self.sender.send_next()
        except WorkspaceDamaged as failure:
            self.core.change_live(send_trouble=failure.what)
            raise
        if live.send_trouble:
            self.core.change_live(send_trouble="")
        if has_sent:
            self.poller.acted()
        return has_sent

    async def _again_step(self) -> bool:
        live = self.core.live
        if live.is_sending_paused or live.account_note or live.damage:
            return False
        return await self.again.step()

    async def _stop_step(self) -> bool:
        if not (self.stopper.wanted_cancels() or self.stopper.wanted_deletes()):
            return False
        await self._meet_account()
        made = await self.stopper.carry_out()
        if made:
            self.poller.acted()
        return made > 0

    async def _collect_step(self, *, only_ordered: bool) -> bool:
        def wanted() -> list[str]:
            if not self.core.live.is_leader or self.core.live.account_note or self._is_winding_down:
                return []
            found = self.collector.wanted()
            return [entry for entry in found if not only_ordered or self.state.batches[entry].collect_ordered]

        if not wanted():
            return False
        await self._meet_account()
        await collect_all(wanted, self.collector.collect)
        return True

    # Small verbs; the larger ones are in engine.verbs ----------------------------------------------------------------

    def refresh_now(self) -> None:
        """Poll at once (`r`)."""
        self._poke.set()

    def pause_polling(self, paused: bool) -> None:
        """Stop or resume polling (`p`)."""
        self.core.change_live(is_polling_paused=paused)
        if not paused:
            self._poke.set()
        elif self.core.live.is_leader or self.core.live.is_read_only:
            self.poller.paused()

    def waiting(self) -> Sequence[tuple[str, str, str]]:
        """(run, chunk, why it waits) of every held chunk, in the order of sending."""
        now = self.core.clock.now()
        return [(turn.run, turn.chunk, turn.waits) for turn in turns(self.state, self.settings, now)]
