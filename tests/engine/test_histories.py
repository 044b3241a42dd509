"""Random histories of sending, losing, dying, adopting and canceling: nothing is accepted twice without an order."""

import asyncio
import tempfile
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from msgspec import structs

from batchtui.domain.batch import RequestCounts
from batchtui.domain.failures import Failure
from batchtui.domain.fold.compaction import shorten
from batchtui.domain.retry import RetryPolicy
from batchtui.domain.status import is_run_settled
from batchtui.domain.submission import Accepted, ChunkState, NoConnection, OtherAnswer, Seen, Undecodable
from batchtui.engine import verbs_cancel, verbs_submissions
from batchtui.engine.engine import Engine
from batchtui.engine.ports import Answer, BatchPage, Body
from batchtui.engine.submit_options import SubmitOptions
from batchtui.workspace import layout
from batchtui.workspace.bodies import index
from tests.engine.conftest import Bench
from tests.engine.test_old_journal import MemoryWitness
from tests.fakes import FakeService

T = TypeVar("T")

Handing = Callable[[], Awaitable[None]]

ANSWERS: list[Seen | str] = [
    "lost",
    "drop",
    "early:529",
    "die before",
    "die after",
    "die accepted",
    "cancel before",
    "cancel after",
    "cancel accepted",
    "500 accepted",
    "replayed",
    "misnamed",
    "miscounted",
    Undecodable(200, "html"),
    NoConnection("refused"),
    OtherAnswer(status=400, message="no"),
    OtherAnswer(status=413),
    OtherAnswer(status=429, retry_after_seconds=20),
    OtherAnswer(status=500),
    OtherAnswer(status=529, is_service_envelope=True),
]


class Killed(BaseException):
    """The process is gone: nothing of it runs any more."""


class WildService(FakeService):
    """A service whose lists flap and whose callers die."""

    hidden: frozenset[str] = frozenset()

    async def list_batches(self, *, limit: int, after_id: str | None = None) -> BatchPage:
        whole = self.batches
        self.batches = [batch for batch in whole if batch.id not in self.hidden]
        try:
            return await super().list_batches(limit=limit, after_id=after_id)
        finally:
            self.batches = whole

    async def submit(self, body: Body, *, release: Handing, sent: Callable[[int], None]) -> tuple[Seen, Answer | None]:
        step = self.script[0] if self.script else "accept"
        if step in ("replayed", "misnamed", "miscounted"):
            return await self._answer_wrongly(step, body, release=release, sent=sent)
        if not isinstance(step, str) or " " not in step:
            return await super().submit(body, release=release, sent=sent)
        ends, when = step.split()
        self.script[0] = "accept"
        if when == "before":
            async for _ in body.blocks():
                self._end(ends)
        self.script[0] = "accept" if when == "accepted" else OtherAnswer(status=599)
        await super().submit(body, release=release, sent=sent)
        self._end(ends)
        return OtherAnswer(status=500), self.answer()

    async def _answer_wrongly(
        self, how: object, body: Body, *, release: Handing, sent: Callable[[int], None]
    ) -> tuple[Seen, Answer | None]:
        """Name the newest older batch, with what was sent accepted or not; or give its counts wrongly."""
        older = next((batch for batch in self.batches if batch.id not in self.hidden), None)
        self.script[0] = OtherAnswer(status=500) if how == "replayed" else "accept"
        seen, answer = await super().submit(body, release=release, sent=sent)
        match seen:
            case Accepted(batch=batch) if how == "miscounted":
                return Accepted(structs.replace(batch, request_counts=RequestCounts())), answer
            case Accepted() | OtherAnswer() if older is not None:
                return Accepted(older), answer
            case _:
                return seen, answer

    def _end(self, how: str) -> None:
        if how == "die":
            raise Killed
        if how == "cancel":
            raise asyncio.CancelledError


class Histories(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.loop = asyncio.new_event_loop()
        self.bench = Bench(Path(self.folder.name))
        self.bench.service = self.service = WildService(self.bench.clock)
        self.strangers: set[str] = set()
        self.allowed: Counter[str] = Counter()
        """custom_id -> how often it may be accepted: once a run that holds it, and once more for each order."""
        self.jumped = 0
        self.saved: bytes | None = None
        self.is_brought_back = False
        self.bench.witness = MemoryWitness()
        self.leader = self.bench.start()
        self.follower = self.bench.start(leads=False)

    def run(self, work: Coroutine[Any, Any, T]) -> T | None:
        """Do something as the leader, who may die of it."""
        try:
            return self.loop.run_until_complete(work)
        except asyncio.CancelledError:
            return None
        except Killed:
            self.leader_dies()
            return None

    @rule()
    def leader_compacts(self) -> None:
        self.leader.core.refresh()
        before = self.leader.state
        self.leader.core.journal.compact(shorten)
        self.leader.core.refresh()
        assert self.leader.state == before

    @rule()
    def leader_dies(self) -> None:
        self.bench.die(self.leader)
        self.leader = self.follower
        assert self.leader.try_lead()
        self.follower = self.bench.start(leads=False)

    @rule()
    def backup(self) -> None:
        path = layout.journal(self.bench.root)
        self.saved = path.read_bytes() if path.exists() else None

    @precondition(lambda self: self.saved is not None)
    @rule()
    def journal_is_brought_back(self) -> None:
        """As it was saved: whatever came after it is forgotten, but for what lies outside of it."""
        assert self.saved is not None
        for engine in (self.leader, self.follower):
            self.bench.die(engine)
            engine.store.release()
        layout.journal(self.bench.root).write_bytes(self.saved)
        self.is_brought_back, self.service.hidden = True, frozenset()
        self.leader = self.bench.start()
        self.follower = self.bench.start(leads=False)

    @rule()
    def lock_is_removed(self) -> None:
        """Both believe for a moment that they lead."""
        (self.bench.root / "engine.lock").unlink()
        assert self.follower.try_lead()
        self.leader, self.follower = self.follower, self.leader
        assert not self.follower.try_lead()

    @rule(count=st.integers(1, 7), by_follower=st.booleans())
    def submit(self, count: int, by_follower: bool) -> None:
        name = f"run{len(self.leader.state.runs)}-{len(self.allowed)}"
        ids = [f"{name}-{number}" for number in range(count)]
        self.run(self.bench.submit(self.follower if by_follower else self.leader, ids, name))
        self.allowed.update(ids)

    @rule(answers=st.lists(st.sampled_from(ANSWERS), min_size=1, max_size=3))
    def answer_so(self, answers: list[Seen | str]) -> None:
        self.service.script = list(answers)

    @rule()
    def send(self) -> None:
        self.leader.core.refresh()
        self.run(self.leader.sender.send_next())

    @rule(seconds=st.sampled_from([1, 15, 100, 1000]))
    def poll(self, seconds: int) -> None:
        self.bench.clock.advance(seconds)
        self.leader.core.refresh()
        self.run(self.leader.poller.poll())

    @rule(hours=st.sampled_from([-3, 3]))
    def clock_jumps(self, hours: int) -> None:
        """At most six hours back in all: waits are that much longer then, never shorter."""
        if self.jumped + hours >= -6:
            self.jumped += hours
            self.bench.clock.advance(hours * 3600)

    @rule(count=st.integers(1, 3))
    def stranger(self, count: int) -> None:
        self.strangers.add(self.service.add(count).id)

    @precondition(lambda self: not self.is_brought_back)  # two reads a minute apart are believed then
    @rule(data=st.data())
    def flap(self, data: st.DataObject) -> None:
        ids = [batch.id for batch in self.service.batches]
        self.service.hidden = frozenset(data.draw(st.sets(st.sampled_from(ids)))) if ids else frozenset()

    @rule(errs=st.booleans())
    def end_all(self, errs: bool) -> None:
        for batch in self.service.batches:
            if not batch.is_ended:
                self.service.end(batch.id, errored=self.service.custom_ids[batch.id][:1] if errs else ())

    @rule()
    def collect(self) -> None:
        for batch_id in self.leader.collector.wanted():
            self.run(self.leader.collector.collect(batch_id))

    @precondition(lambda self: self.leader.state.runs)
    @rule(data=st.data(), by_follower=st.booleans())
    def order(self, data: st.DataObject, by_follower: bool) -> None:
        """A person cancels, sends lost chunks again, or retries; on whatever their process knows."""
        engine = self.follower if by_follower else self.leader
        engine.core.refresh()
        name = data.draw(st.sampled_from(sorted(engine.state.runs)))
        what = data.draw(st.sampled_from([self.cancel, self.return_lost, self.retry]))
        with suppress(Failure):
            what(engine, name)

    def cancel(self, engine: Engine, name: str) -> None:
        async def cancel() -> None:
            with suppress(TimeoutError):
                async with asyncio.timeout(0.001):
                    await verbs_cancel.cancel(engine, verbs_cancel.plan_cancel(engine.state, [name]))

        self.loop.run_until_complete(cancel())
        self.run(self.leader.stopper.carry_out())

    def return_lost(self, engine: Engine, name: str) -> None:
        plan = verbs_submissions.plan_lost(engine.state, name)
        verbs_submissions.return_lost(engine, plan)
        for entry in plan.submissions:
            self.allowed.update(self.ids_of(engine, name, entry.chunk))

    def retry(self, engine: Engine, name: str) -> None:
        plan = self.loop.run_until_complete(
            engine.planner.plan_retry(name, RetryPolicy(), builds=True, options=SubmitOptions())
        )
        run = engine.planner.accept(plan)
        for chunk in plan.chunks:
            self.allowed.update(self.ids_of(engine, run, chunk.label))

    @staticmethod
    def ids_of(engine: Engine, run: str, label: str) -> list[str]:
        return list(index.custom_ids(engine.store.index_path(run, label)))

    def accepted(self) -> list[str]:
        return [batch_id for batch_id in self.service.custom_ids if batch_id not in self.strangers]

    @invariant()
    def nothing_is_accepted_twice_without_an_order(self) -> None:
        counts = Counter(id_ for batch_id in self.accepted() for id_ in self.service.custom_ids[batch_id])
        assert counts <= self.allowed

    def teardown(self) -> None:
        try:
            self.settle()
            if not self.is_brought_back:  # what was forgotten is for a person to find
                self.everything_is_accounted_for()
        finally:
            for engine in self.bench.engines:
                engine._leadership.release()
            self.loop.close()
            self.folder.cleanup()

    def settle(self) -> None:
        """Time goes on, the network is well, nobody gives orders."""
        self.service.script, self.service.hidden = [], frozenset()
        self.leader.core.refresh()
        for _ in range(20):
            self.poll(3600)
            while self.run(self.leader.sender.send_next()):
                pass
            self.end_all(errs=False)
            self.run(self.leader.stopper.carry_out())
            self.collect()
        self.nothing_is_accepted_twice_without_an_order()

    def everything_is_accounted_for(self) -> None:
        state = self.leader.state
        for submission in state.submissions.values():
            assert submission.state is not ChunkState.SENDING
            assert submission.is_proved
            assert submission.state is not ChunkState.UNKNOWN or submission.is_not_found
        ordered = {id_ for id_, times in self.allowed.items() if times > 1}
        for batch_id in self.accepted():
            known = state.batches[batch_id]
            given_up = ordered.issuperset(self.service.custom_ids[batch_id])
            assert known.run is not None or given_up or self.was_abandoned(batch_id)
        for run in state.runs.values():
            for chunk in run.live_chunks:
                if chunk.batch_id is not None:
                    sent = self.ids_of(self.leader, run.name, chunk.label)
                    assert sorted(self.service.custom_ids[chunk.batch_id]) == sorted(sent)
                    assert state.batches[chunk.batch_id].collected is not None
            if not any(chunk.state is ChunkState.UNKNOWN for chunk in run.live_chunks):
                assert is_run_settled(state, run, self.bench.clock.now())

    def was_abandoned(self, batch_id: str) -> bool:
        ids = set(self.service.custom_ids[batch_id])
        return any(
            chunk.state is ChunkState.ABANDONED and ids == set(self.ids_of(self.leader, run.name, chunk.label))
            for run in self.leader.state.runs.values()
            for chunk in run.live_chunks
        )


Histories.TestCase.settings = settings(
    max_examples=20,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
TestHistories = Histories.TestCase
