"""A workspace with files for tests of screens that look into them: real bodies, real results, records in memory."""

import asyncio
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, cast

from batchtui.domain.batch import Batch, RequestCounts
from batchtui.domain.money import as_written
from batchtui.domain.records import (
    BatchSeen,
    Collected,
    SubmissionConfirmed,
    SubmissionIntended,
    SubmissionReleasing,
)
from batchtui.domain.retry import RetryPolicy
from batchtui.domain.settings import BudgetSettings, Settings
from batchtui.engine.engine import Engine
from batchtui.engine.jobs import CheckRules, VerifyTask
from batchtui.engine.plans import Plan
from batchtui.engine.submit_options import SubmitOptions
from batchtui.workspace import folder, layout
from batchtui.workspace.bodies.index import custom_ids
from batchtui.workspace.jobs import LocalJobs
from batchtui.workspace.library import FileLibrary
from batchtui.workspace.prices import load_prices
from batchtui.workspace.store import FileStore
from tests.fakes import FakeService, MemoryJournal
from tests.tui.still import NOW, Alone, StillClock, live_link
from tests.tui.world import batch_id

Outcome = Callable[[str], dict[str, Any]]
"""custom_id -> its result."""


def fine(custom_id: str) -> dict[str, Any]:
    """A whole answer."""
    usage = {"input_tokens": 412, "output_tokens": 88, "cache_read_input_tokens": 0}
    content = [{"type": "text", "text": f'{{"score": 4, "reason": "cites both passages of {custom_id}"}}'}]
    message = {
        "id": "msg_01" + custom_id,
        "type": "message",
        "role": "assistant",
        "model": "claude-sonnet-4-6",
        "content": content,
        "stop_reason": "end_turn",
        "usage": usage,
    }
    return {"type": "succeeded", "message": message}


def failing(kind: str, message: str) -> Outcome:
    """An error of the service."""

    def result(custom_id: str) -> dict[str, Any]:
        error = {"type": kind, "message": message, "details": None}
        request_id = f"req_011CTk{sha256(custom_id.encode()).hexdigest()[:12]}uQ"
        return {"type": "errored", "error": {"type": "error", "error": error, "request_id": request_id}}

    return result


def expired(custom_id: str) -> dict[str, Any]:
    """Never begun."""
    return {"type": "expired"}


def stopped(custom_id: str) -> dict[str, Any]:
    """Succeeded, but cut at max_tokens."""
    whole = fine(custom_id)
    return {**whole, "message": {**whole["message"], "stop_reason": "max_tokens"}}


RULES = CheckRules(allow_sampling=True, allow=("max_tokens_invalid",))
OVERLOADED = failing("overloaded_error", "Overloaded")
TOO_MANY = failing(
    "invalid_request_error",
    "max_tokens: 90000 > 64000, which is the maximum allowed number of output tokens for claude-haiku-4-5",
)
EMPTY = failing("invalid_request_error", "messages.0.content.0.text: text content blocks must be non-empty")
API_ERROR = failing("api_error", "Internal server error")
NOT_FOUND = failing("not_found_error", "model: claude-opus-9")


def request(custom_id: str, **params: Any) -> str:
    """A request line as a user writes it."""
    question = "Grade the following answer against the rubric. Rubric: 1) cites at least one passage, 2) no claim "
    question += "beyond the passages, 3) at most 80 words. Question: which release changed the default retention? "
    body = {
        "model": "claude-sonnet-4-6",
        "max_tokens": 1024,
        "system": "You grade answers for a retrieval benchmark. Reply with one JSON object and nothing else.",
        "messages": [{"role": "user", "content": [{"type": "text", "text": f"{question * 3}Answer {custom_id}."}]}],
        "metadata": {"user_id": "eval-1120"},
        **params,
    }
    return json.dumps({"custom_id": custom_id, "params": body})


def requests(count: int, **params: Any) -> list[str]:
    """So many requests, doc-000001 and on."""
    return [request(f"doc-{number:06d}", **params) for number in range(1, count + 1)]


def write_requests(path: Path, lines: Iterable[str]) -> Path:
    """A request file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


@dataclass
class Filed:
    """An engine on a folder, and the means to give it a past."""

    root: Path
    settings: Settings = field(default_factory=lambda: Settings(budget=BudgetSettings(daily_usd=200)))
    is_read_only: bool = False
    journal: Any = field(default_factory=MemoryJournal)

    def __post_init__(self) -> None:
        folder.create(self.root)
        self.clock = StillClock(NOW)
        self.store = FileStore(self.root)
        self.engine = self.open()

    def open(self) -> Engine:
        """An engine on what is there, live as in the pictures."""
        engine = Engine(
            service=FakeService(self.clock),
            journal=self.journal,
            store=self.store,
            jobs=LocalJobs(),
            library=FileLibrary(),
            leadership=cast("Any", Alone()),
            clock=self.clock,
            settings=self.settings,
            prices=lambda: load_prices({}),
            is_read_only=self.is_read_only,
        )
        engine.open()
        engine.core.change_live(link=live_link())
        return engine

    def fresh(self) -> Engine:
        """Another engine on the same files, whose records are its own."""
        kept, self.journal = self.journal, MemoryJournal(self.journal.records)
        try:
            return self.open()
        finally:
            self.journal = kept

    async def plan(self, file: Path, name: str, *, chunk_requests: int = 10_000) -> Plan:
        """A plan as the dashboard makes it."""
        options = SubmitOptions(name=name, chunk_requests=chunk_requests, rules=RULES)
        return await self.engine.planner.plan_submit([file], options, builds=True)

    async def run(
        self,
        name: str,
        lines: Sequence[str],
        outcomes: Mapping[str, Outcome] | None = None,
        *,
        chunk_requests: int = 10_000,
        created: datetime = NOW - timedelta(days=1, hours=2),
        lasted: timedelta = timedelta(minutes=40),
        uncollected: Sequence[str] = (),
    ) -> None:
        """A run that was sent and has ended; who is not among the outcomes succeeded."""
        self.clock._now = created
        file = write_requests(self.root / "inputs" / f"{name}.jsonl", lines)
        plan = await self.plan(file, name, chunk_requests=chunk_requests)
        assert plan.report.ok, plan.report.problems[:3]
        self.engine.planner.accept(plan, allows_twin=True)
        await self.end(name, outcomes or {}, lasted=lasted, uncollected=uncollected)
        self.clock._now = NOW

    async def retry(self, run: str, policy: RetryPolicy, *, created: datetime) -> str:
        """Another attempt, accepted and held."""
        self.clock._now = created
        plan = await self.engine.planner.plan_retry(run, policy, builds=True, options=SubmitOptions())
        name = self.engine.planner.accept(plan)
        self.clock._now = NOW
        return name

    async def end(
        self,
        name: str,
        outcomes: Mapping[str, Outcome],
        *,
        lasted: timedelta = timedelta(minutes=40),
        uncollected: Sequence[str] = (),
    ) -> None:
        """Send, end and collect every chunk of a run."""
        run = self.engine.state.runs[name]
        for number, chunk in enumerate(run.live_chunks):
            at = run.created_at + timedelta(minutes=number)
            known_as = batch_id(f"{name}/{chunk.label}")
            ids = list(custom_ids(self.store.index_path(name, chunk.label)))
            results = _results(ids, outcomes)
            batch = _batch(known_as, at, [entry["result"]["type"] for entry in results], at + lasted)
            submission = f"sub_{name}_{chunk.label}"
            self.engine.core.commit(
                SubmissionIntended(
                    at=at, submission=submission, run=name, chunk=chunk.label, requests=len(ids), bytes=chunk.bytes
                ),
                SubmissionReleasing(at=at, submission=submission),
                SubmissionConfirmed(at=at, submission=submission, batch=batch),
                BatchSeen(at=at + lasted, batch=batch),
            )
            if chunk.label not in uncollected:
                await self._collect(name, chunk.label, batch, results)

    async def collect(self, run: str, label: str, outcomes: Mapping[str, Outcome]) -> None:
        """Collect an ended chunk."""
        batch_id = self.engine.state.runs[run].chunks[label].batch_id
        assert batch_id is not None
        ids = list(custom_ids(self.store.index_path(run, label)))
        results = _results(ids, outcomes)
        await self._collect(run, label, self.engine.state.batches[batch_id].batch, results)

    async def collect_elsewhere(self, batch: Batch, outcomes: Mapping[str, Outcome | None]) -> None:
        """Collect a batch that somebody else started."""
        results = [{"custom_id": each, "result": (outcome or fine)(each)} for each, outcome in outcomes.items()]
        await self._collect(None, "", batch, results)

    async def _collect(self, run: str | None, label: str, batch: Batch, results: list[dict[str, Any]]) -> None:
        path = self.store.results_path(batch.id, run)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(json.dumps(entry) + "\n" for entry in results), encoding="utf-8")
        task = VerifyTask(
            results=str(path),
            issues=str(self.store.issues_path(batch.id, run)),
            index=str(layout.index(layout.run(self.root, run), label)) if run is not None else None,
            counts=batch.request_counts,
            prices=self.engine.prices,
        )
        verified = await LocalJobs().verify(task, lambda _: None)
        assert verified.is_complete, verified.reason
        assert batch.ended_at is not None
        self.engine.core.commit(
            Collected(
                at=batch.ended_at + timedelta(seconds=30),
                batch_id=batch.id,
                results=len(results),
                bytes=verified.bytes,
                sha256=verified.sha256,
                tallies=verified.tallies,
                issues=verified.issues,
                cost_usd=as_written(round(len(results) * 0.004, 6)),
            )
        )


def _results(ids: Iterable[str], outcomes: Mapping[str, Outcome]) -> list[dict[str, Any]]:
    return [{"custom_id": each, "result": outcomes.get(each, fine)(each)} for each in ids]


def _batch(known_as: str, created: datetime, types: Sequence[str], ended: datetime) -> Batch:
    counts = RequestCounts(**{kind: types.count(kind) for kind in ("succeeded", "errored", "expired", "canceled")})
    return Batch(
        id=known_as,
        processing_status="ended",
        request_counts=counts,
        created_at=created,
        expires_at=created + timedelta(hours=24),
        ended_at=ended,
    )


def nightly_outcomes() -> dict[str, Outcome]:
    """Who fails how in the pictured run: 112 of 11,912, most overloaded ones in chunk 3."""
    kinds: list[tuple[Outcome, Iterable[int]]] = [
        (OVERLOADED, [*range(2000, 2058), *range(1100, 1105), *range(3100, 3105), *range(4411, 4414)]),
        (expired, range(9000, 9019)),
        (API_ERROR, (512, 6012, 7013)),
        (TOO_MANY, (1207, 1931, 2944, 2517, 3380, 4102, 5518, 6001, 7733, 8214, 9960, 11402)),
        (EMPTY, range(10_000, 10_006)),
        (NOT_FOUND, (77,)),
    ]
    return {f"doc-{number:06d}": outcome for outcome, numbers in kinds for number in numbers}


async def pictured(root: Path) -> Filed:
    """A run of 11,912 requests with failures of many kinds."""
    filed = Filed(root)
    lines = requests(11_912)
    for number in (1207, 1931, 2944, 2517, 3380, 4102, 5518, 6001, 7733, 8214, 9960, 11402):
        lines[number - 1] = request(
            f"doc-{number:06d}", model="claude-haiku-4-5", max_tokens=60_000, temperature=0
        ).replace("60000", "90000")
    await filed.run("nightly-eval-1120", lines, nightly_outcomes(), chunk_requests=993)
    return filed


def fill(root: Path, make: Callable[[Path], Any]) -> Filed:
    """Build in a loop of its own, for fixtures that are not async."""
    return cast("Filed", asyncio.run(make(root)))
