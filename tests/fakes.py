"""Fakes of the engine's ports, shared by all tests: a clock that only moves when told, and a service in memory."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from batchtui.domain.batch import Batch, RequestCounts
from batchtui.domain.models import ModelFact
from batchtui.domain.records import Record
from batchtui.domain.submission import Accepted, Broken, NoConnection, OtherAnswer, Seen
from batchtui.engine.ports import Account, Answer, BatchAnswer, BatchPage, Body, Credentials, Renewal, ServiceProblem

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


class FakeClock:
    """Time stands still until `advance`; sleepers wake when their time has come."""

    def __init__(self, now: datetime = NOON) -> None:
        self._now = now
        self._start = now

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return (self._now - self._start).total_seconds()

    def advance(self, seconds: float) -> None:
        self._now += timedelta(seconds=seconds)

    async def sleep(self, seconds: float) -> None:
        self.advance(seconds)
        await asyncio.sleep(0)


class FakeTransaction:
    def __init__(self, journal: "MemoryJournal") -> None:
        self._journal = journal
        self.tail: Sequence[Record] = journal.read_new()

    def append(self, records: Sequence[Record]) -> None:
        self._journal.append(records)


class MemoryJournal:
    """A journal in a list; `others` lets a test write as another process would."""

    def __init__(self, records: Sequence[Record] = ()) -> None:
        self.records: list[Record] = list(records)
        self.position = 0
        self.generation = 0
        self.warnings: list[str] = []

    def load(self) -> list[Record]:
        self.position = len(self.records)
        return list(self.records)

    def read_new(self) -> list[Record]:
        new = self.records[self.position :]
        self.position = len(self.records)
        return new

    @property
    def lines(self) -> int:
        return len(self.records)

    def renewal(self, records: Sequence[Record]) -> Renewal:
        return Renewal(past=tuple(self.records))

    def compact(self, shorten: Callable[[Sequence[Record]], Sequence[Record]]) -> bool:
        self.records = list(shorten(self.records))
        self.generation += 1
        return True

    def append(self, records: Sequence[Record]) -> None:
        self.records.extend(records)
        self.position = len(self.records)

    def others(self, *records: Record) -> None:
        self.records.extend(records)

    @contextmanager
    def transaction(self) -> Iterator[FakeTransaction]:
        yield FakeTransaction(self)


class FakeService:
    """The service in memory. `script` holds what the next submissions meet; without one they are accepted."""

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self.batches: list[Batch] = []
        self.custom_ids: dict[str, list[str]] = {}
        self.posts: list[list[str]] = []
        """custom_ids of every body whose last block was handed over."""
        self.script: list[Seen | str | Callable[[list[str]], Seen]] = []
        """A Seen or what makes one of the custom_ids once they are here, or `lost` (accepted, no answer), `drop` (cut
        before the last block), `early:STATUS`."""
        self.results_lines: dict[str, list[bytes]] = {}
        self.results_wait: dict[int, asyncio.Event] = {}
        """Number of a line -> what it is sent after."""
        self.problems: dict[str, list[ServiceProblem]] = {}
        """Operation -> problems its next calls raise."""
        self.account = Account(base_url="http://127.0.0.1:1", organization_id="org-1", api_workspace_id="wrkspc_1")
        self.calls: list[str] = []
        self.page = 1000
        self._number = 0

    def credentials(self) -> Credentials:
        return Credentials(origin="ANTHROPIC_API_KEY", tail="a91F", base_url=self.account.base_url)

    def answer(self) -> Answer:
        return Answer(account=self.account, server_time=self.clock.now(), request_id="req_1")

    def add(self, total: int, *, ids: Sequence[str] | None = None, created_at: datetime | None = None) -> Batch:
        """A batch that is simply there, as from elsewhere."""
        self._number += 1
        created = created_at or self.clock.now()
        batch = Batch(
            id=f"msgbatch_{self._number:04d}",
            processing_status="in_progress",
            request_counts=RequestCounts(processing=total),
            created_at=created,
            expires_at=created + timedelta(hours=24),
        )
        self.batches.insert(0, batch)
        self.custom_ids[batch.id] = list(ids if ids is not None else (f"x{n}" for n in range(total)))
        return batch

    def end(self, batch_id: str, *, errored: Sequence[str] = ()) -> None:
        """End a batch: all succeed but the errored ones (overloaded)."""
        ids = self.custom_ids[batch_id]
        self.results_lines[batch_id] = [result_line(custom_id, is_good=custom_id not in errored) for custom_id in ids]
        self.change(
            batch_id,
            processing_status="ended",
            ended_at=self.clock.now(),
            request_counts=RequestCounts(succeeded=len(ids) - len(errored), errored=len(errored)),
        )

    def change(self, batch_id: str, **changes: object) -> None:
        self.batches = [replace(batch, **changes) if batch.id == batch_id else batch for batch in self.batches]

    def find(self, batch_id: str) -> Batch:
        for batch in self.batches:
            if batch.id == batch_id:
                return batch
        raise ServiceProblem("not_found", "no such batch", status=404)

    def _enter(self, operation: str) -> None:
        self.calls.append(operation)
        if self.problems.get(operation):
            raise self.problems[operation].pop(0)

    async def list_batches(self, *, limit: int, after_id: str | None = None) -> BatchPage:
        self._enter("list")
        ids = [batch.id for batch in self.batches]
        start = ids.index(after_id) + 1 if after_id in ids else 0
        size = min(limit, self.page)
        page = tuple(self.batches[start : start + size])
        last = page[-1].id if page else None
        return BatchPage(batches=page, has_more=start + size < len(ids), last_id=last, answer=self.answer())

    async def retrieve(self, batch_id: str) -> BatchAnswer:
        self._enter("retrieve")
        return BatchAnswer(batch=self.find(batch_id), answer=self.answer())

    async def submit(
        self, body: Body, *, release: Callable[[], Awaitable[None]], sent: Callable[[int], None]
    ) -> tuple[Seen, Answer | None]:
        self._enter("submit")
        step = self.script.pop(0) if self.script else "accept"
        if isinstance(step, NoConnection):
            return step, None
        whole = b"".join([block async for block in body.blocks()])
        if step == "drop":
            return Broken("connection reset"), None
        if isinstance(step, str) and step.startswith("early:"):
            return OtherAnswer(status=int(step.partition(":")[2]), message="early"), None
        try:
            await release()
        except Exception as problem:  # as the port says: whatever it is, the last block stays here
            return Broken(f"not released: {problem!r}"), None
        sent(len(whole))
        ids = [entry["custom_id"] for entry in json.loads(whole)["requests"]]
        self.posts.append(ids)
        if not isinstance(step, str):
            return step(ids) if callable(step) else step, self.answer()
        batch = self.add(len(ids), ids=ids)
        if step == "lost":
            return Broken("read timeout"), None
        return Accepted(batch, "req_1"), self.answer()

    async def cancel(self, batch_id: str) -> BatchAnswer:
        self._enter("cancel")
        self.find(batch_id)
        self.change(batch_id, processing_status="canceling", cancel_initiated_at=self.clock.now())
        return BatchAnswer(batch=self.find(batch_id), answer=self.answer())

    async def delete(self, batch_id: str) -> Answer:
        self._enter("delete")
        self.batches.remove(self.find(batch_id))
        return self.answer()

    @asynccontextmanager
    async def results(self, batch_id: str) -> AsyncIterator[AsyncIterator[bytes]]:
        self._enter("results")

        async def blocks() -> AsyncIterator[bytes]:
            for number, line in enumerate(self.results_lines[batch_id]):
                if number in self.results_wait:
                    await self.results_wait[number].wait()
                yield line + b"\n"

        yield blocks()

    async def models(self) -> tuple[ModelFact, ...]:
        self._enter("models")
        return ()

    async def count_tokens(self, params: bytes) -> int:
        self._enter("count_tokens")
        return 10 + len(json.dumps(json.loads(params)["messages"])) // 3

    async def close(self) -> None:
        return None


def result_line(custom_id: str, *, is_good: bool = True) -> bytes:
    """A line of results as the service writes it."""
    if is_good:
        usage = {"input_tokens": 100, "output_tokens": 50}
        message = {"model": "claude-haiku-4-5", "stop_reason": "end_turn", "usage": usage, "content": []}
        return json.dumps({"custom_id": custom_id, "result": {"type": "succeeded", "message": message}}).encode()
    inner = {"type": "overloaded_error", "message": "Overloaded", "details": None}
    error = {"type": "error", "error": inner, "request_id": "req_2"}
    return json.dumps({"custom_id": custom_id, "result": {"type": "errored", "error": error}}).encode()


def request_line(custom_id: str, *, model: str = "claude-haiku-4-5", **params: object) -> str:
    """A valid request as a user would write it."""
    body = {"model": model, "max_tokens": 64, "messages": [{"role": "user", "content": f"Say {custom_id}"}], **params}
    return json.dumps({"custom_id": custom_id, "params": body})
