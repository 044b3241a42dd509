"""The simulated service: what each call does, apart from HTTP."""

import asyncio
import hashlib
from dataclasses import dataclass, replace
from typing import IO

from batchtui.simulator import envelope, ids
from batchtui.simulator.batch import Batch
from batchtui.simulator.clock import Clock, timestamp
from batchtui.simulator.judge import Judge
from batchtui.simulator.ledger import Ledger
from batchtui.simulator.problems import invalid_request, not_found
from batchtui.simulator.registry import Registry
from batchtui.simulator.results import ResultWriter
from batchtui.simulator.scenarios import Scenario
from batchtui.simulator.spool import Span, Spool

MEMORY_BODY_BYTES = 1_000_000
"""Bodies up to this size are read in place, larger ones in a thread."""


@dataclass(frozen=True, kw_only=True)
class Course:
    """A course of events that a seeder gives a batch instead of the scenario's."""

    created_at: float
    duration: float
    canceled_at: float | None = None
    outcomes: tuple[tuple[int, int], ...] = ()
    """Codes of outcomes, each with the number of requests it befalls."""


class Service:
    """All state of the simulation."""

    def __init__(self, *, seed: int, scenario: Scenario, clock: Clock, ledger: Ledger, incarnation: str = "") -> None:
        self.seed = seed
        self._incarnation = (incarnation,) if incarnation else ()
        self.clock = clock
        self.ledger = ledger
        self.registry = Registry()
        self.spool = Spool()
        self.results = ResultWriter(seed=seed, spool=self.spool)
        self._scenario = scenario
        self._judge = Judge(seed=seed, scenario=scenario, spool=self.spool)
        self._accepting = asyncio.Lock()
        self._unjudged = asyncio.Queue[str]()
        self._spans: dict[str, Span] = {}
        self._made = 0
        self._busy_until = 0.0

    async def create(self, body: IO[bytes], *, version: str, course: Course | None = None) -> Batch:
        """Accept a batch, or say what is wrong with its envelope."""
        async with self._accepting:
            if body.tell() <= MEMORY_BODY_BYTES:
                span, entry, custom_ids = self._stored(body)
            else:
                span, entry, custom_ids = await asyncio.to_thread(self._stored, body)
            batch = self._made_batch(span, version, course)
            self.registry.put(batch)
            self._spans[batch.id] = span
            self._unjudged.put_nowait(batch.id)
            self.ledger.created({"id": batch.id, "created_at": timestamp(batch.created_at), **entry}, custom_ids)
            return batch

    def cancel(self, batch_id: str) -> Batch:
        """Begin to cancel a batch; once more changes nothing."""
        batch, now = self.registry.get(batch_id), self.clock.now()
        if batch.has_ended(now):
            raise invalid_request(f"Message Batch {batch_id} cannot be canceled: its processing has ended")
        if batch.canceled_at is None:
            batch = replace(batch, canceled_at=now)
            self.registry.put(batch)
            self.ledger.recorded("cancel", batch_id, timestamp(now))
        return batch

    def delete(self, batch_id: str) -> None:
        """Remove an ended batch."""
        now = self.clock.now()
        if not self.registry.get(batch_id).has_ended(now):
            raise invalid_request(f"Message Batch {batch_id} cannot be deleted while it is processing; cancel it first")
        self.registry.remove(batch_id)
        self.ledger.recorded("delete", batch_id, timestamp(now))

    def with_results(self, batch_id: str) -> Batch:
        """A batch whose results can be had."""
        batch, now = self.registry.get(batch_id), self.clock.now()
        if not batch.has_ended(now):
            raise not_found(f"Message Batch {batch_id} has not finished processing: results are not available yet")
        if batch.is_archived(now):
            raise not_found(f"Message Batch {batch_id} is archived: its results are no longer available")
        return batch

    def move(self, batch_id: str, *, created_at: float) -> None:
        """Date a batch otherwise, with everything that happened to it."""
        batch = self.registry.get(batch_id)
        by = created_at - batch.created_at
        canceled_at = None if batch.canceled_at is None else batch.canceled_at + by
        self.registry.put(
            replace(batch, created_at=created_at, starts_at=batch.starts_at + by, canceled_at=canceled_at)
        )

    def custom_ids(self, batch_id: str) -> list[str]:
        """The custom_ids of an accepted batch, deleted or not, in request order."""
        span = self._spans[batch_id]
        return [envelope.custom_id(self.spool.read(span, index)) for index in range(len(span))]

    async def judge_forever(self) -> None:
        """Give verdicts on accepted batches, in their order."""
        while True:
            batch_id = await self._unjudged.get()
            try:
                await self._give_verdicts(batch_id)
            finally:
                self._unjudged.task_done()

    async def settled(self) -> None:
        """Wait until every accepted batch has its verdicts."""
        await self._unjudged.join()

    def close(self) -> None:
        """Give files back."""
        self.spool.close()
        self.ledger.close()

    async def _give_verdicts(self, batch_id: str) -> None:
        batch = self.registry.get(batch_id)
        verdicts = await asyncio.to_thread(self._judge.verdicts, batch)
        # The batch may have been canceled meanwhile; it cannot have been deleted, as it had no verdicts.
        self.registry.put(replace(self.registry.get(batch_id), verdicts=verdicts))
        self.results.remember(self.registry.get(batch_id))

    def _stored(self, body: IO[bytes]) -> tuple[Span, dict[str, object], list[str]]:
        with envelope.opened(body) as checked:
            span = self.spool.append(memoryview(row) for row in checked.rows)
            size = body.seek(0, 2)
            body.seek(0)
            entry = {
                "requests": len(checked.rows),
                "ids_sha256": checked.ids_sha256,
                "body_bytes": size,
                "body_sha256": hashlib.file_digest(body, "sha256").hexdigest(),  # type: ignore[arg-type]  # typeshed wants more
            }
            return span, entry, checked.custom_ids

    def _made_batch(self, span: Span, version: str, course: Course | None) -> Batch:
        number, now = self._made, self.clock.now()
        self._made += 1
        chance = 0.75 + ids.fraction(self.seed, "duration", number) / 2
        duration = self._scenario.base_seconds * chance + self._scenario.request_seconds * len(span)
        starts_at = max(now, self._busy_until) if self._scenario.is_serial else now
        batch = Batch(
            id=ids.identifier("msgbatch", self.seed, number, *self._incarnation),
            number=number,
            span=span,
            version=version,
            created_at=now,
            starts_at=starts_at,
            duration=duration,
            cancel_seconds=self._scenario.cancel_seconds,
        )
        if course is not None:
            return _on_course(batch, course)
        self._busy_until = starts_at + duration
        return batch


def _on_course(batch: Batch, course: Course) -> Batch:
    codes = bytearray(len(batch))
    place = 0
    for code, requests in course.outcomes:
        for _ in range(requests):
            codes[batch.shuffled(place)] = code
            place += 1
    return replace(
        batch,
        created_at=course.created_at,
        starts_at=course.created_at,
        duration=course.duration,
        canceled_at=course.canceled_at,
        fixed_codes=bytes(codes) if course.outcomes else None,
    )
