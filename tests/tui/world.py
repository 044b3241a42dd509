"""Workspaces for tests, told as the records that lead to them: the one of the pictures, and very large ones."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256

from msgspec.structs import replace

from batchtui.domain.batch import Batch, RequestCounts
from batchtui.domain.cost import CostRange
from batchtui.domain.money import as_written
from batchtui.domain.records import (
    BatchGone,
    BatchSeen,
    CancelConfirmed,
    CancelIntended,
    Collected,
    ListRead,
    Record,
    RunHeld,
    RunPlanned,
    RunTriaged,
    SubmissionConfirmed,
    SubmissionIntended,
    SubmissionRefused,
    SubmissionReleasing,
    SubmissionUnknown,
    WorkspaceBound,
)
from batchtui.domain.results import TypeTallies
from batchtui.domain.run import ChunkPlan
from tests.tui.still import NOW

SONNET = "claude-sonnet-4-6"


def batch_id(seed: str) -> str:
    """An id as the service makes them, the same for the same seed."""
    return "msgbatch_01" + sha256(seed.encode()).hexdigest()[:20]


def ago(*, days: float = 0, hours: float = 0, minutes: float = 0) -> datetime:
    return NOW - timedelta(days=days, hours=hours, minutes=minutes)


@dataclass(frozen=True)
class Part:
    """A chunk as a test wants it: without `sent` it is held; without `ended` it is with the API."""

    requests: int
    sent: datetime | None = None
    ended: datetime | None = None
    ok: int = 0
    errored: int = 0
    expired: int = 0
    canceled: int = 0
    is_unsure: bool = False
    is_stopping: bool = False
    is_collected: bool = True
    cost: float | None = None

    @property
    def counts(self) -> RequestCounts:
        return RequestCounts(succeeded=self.ok, errored=self.errored, expired=self.expired, canceled=self.canceled)


@dataclass
class World:
    """Collects records in the order in which they would have been written."""

    told: list[tuple[datetime, int, Record]] = field(default_factory=list)

    def tell(self, *records: Record) -> None:
        for record in records:
            self.told.append((record.at, len(self.told), record))

    def records(self) -> list[Record]:
        return [record for _, _, record in sorted(self.told, key=lambda entry: entry[:2])]

    def run(
        self,
        name: str,
        created: datetime,
        parts: Sequence[Part],
        *,
        cost: float = 1.0,
        model: str = SONNET,
        parent: str | None = None,
        is_triaged: bool = False,
    ) -> None:
        """A run and whatever became of its chunks."""
        total = sum(part.requests for part in parts)
        plans = tuple(
            ChunkPlan(label=f"{number:04d}", requests=part.requests, bytes=part.requests * 3400, sha256="0" * 64)
            for number, part in enumerate(parts, 1)
        )
        self.tell(
            RunPlanned(
                at=created,
                run=name,
                requests=total,
                bytes=total * 3400,
                models={model: total},
                content_sha256=sha256(name.encode()).hexdigest(),
                chunks=plans,
                cost=CostRange(
                    low_usd=as_written(round(cost * 0.7, 6)), high_usd=as_written(cost), priced_at="2026-11-21"
                ),
                inputs=(f"evals/{name}.jsonl",),
                parent=parent,
            )
        )
        for plan, part in zip(plans, parts, strict=True):
            if part.sent is not None:
                self._sent(name, plan, part, part.sent)
        if is_triaged:
            self.tell(RunTriaged(at=NOW, run=name))

    def _sent(self, run: str, plan: ChunkPlan, part: Part, sent: datetime) -> None:
        submission = f"sub_{sha256(f'{run}/{plan.label}'.encode()).hexdigest()[:12]}"
        self.tell(
            SubmissionIntended(
                at=sent, submission=submission, run=run, chunk=plan.label, requests=plan.requests, bytes=plan.bytes
            ),
            SubmissionReleasing(at=sent, submission=submission),
        )
        if part.is_unsure:
            self.tell(SubmissionUnknown(at=sent, submission=submission, why="read timeout", ended_at=sent))
            return
        known_as = batch_id(f"{run}/{plan.label}")
        created = _batch(known_as, sent, plan.requests)
        self.tell(SubmissionConfirmed(at=sent, submission=submission, batch=created))
        if part.is_stopping:
            stopping = _batch(known_as, sent, plan.requests, status="canceling", stopped=ago(minutes=5))
            self.tell(
                CancelIntended(at=ago(minutes=5), batch_id=known_as),
                CancelConfirmed(at=ago(minutes=5), batch_id=known_as, batch=stopping),
            )
        if part.ended is not None:
            self._ended(known_as, part, sent, part.ended)

    def _ended(self, known_as: str, part: Part, sent: datetime, ended: datetime) -> None:
        archived = sent + timedelta(days=29) if ended < ago(days=29) else None
        batch = _batch(known_as, sent, part.requests, status="ended", ended=ended, counts=part.counts)
        self.tell(BatchSeen(at=ended, batch=_with(batch, archived)))
        if part.is_collected:
            counts = part.counts
            tallies = TypeTallies(
                succeeded=counts.succeeded, errored=counts.errored, canceled=counts.canceled, expired=counts.expired
            )
            self.tell(
                Collected(
                    at=ended + timedelta(seconds=30),
                    batch_id=known_as,
                    results=part.requests,
                    bytes=part.requests * 3000,
                    sha256="0" * 64,
                    tallies=tallies,
                    issues=counts.bad,
                    cost_usd=as_written(part.cost if part.cost is not None else round(part.ok * 0.004, 6)),
                )
            )

    def elsewhere(
        self, known_as: str, created: datetime, requests: int, *, counts: RequestCounts | None = None
    ) -> None:
        """A batch that somebody else started, seen at the first look."""
        batch = _batch(
            known_as,
            created,
            requests,
            status="ended" if counts else "in_progress",
            ended=created + timedelta(hours=1) if counts else None,
            counts=counts,
        )
        self.tell(BatchSeen(at=NOW - timedelta(days=90), batch=batch, first_sight=True))


def _batch(
    known_as: str,
    created: datetime,
    requests: int,
    *,
    status: str = "in_progress",
    ended: datetime | None = None,
    stopped: datetime | None = None,
    counts: RequestCounts | None = None,
) -> Batch:
    return Batch(
        id=known_as,
        processing_status=status,
        request_counts=counts or RequestCounts(processing=requests),
        created_at=created,
        expires_at=created + timedelta(hours=24),
        ended_at=ended,
        cancel_initiated_at=stopped,
    )


def _with(batch: Batch, archived: datetime | None) -> Batch:
    return replace(batch, archived_at=archived)


def pictured() -> list[Record]:
    """A workspace with a row of every kind, as records."""
    world = World()
    world.tell(
        WorkspaceBound(
            at=ago(days=40), base_url="https://api.anthropic.com", organization_id="org-1", api_workspace_id="wrkspc_1"
        ),
        ListRead(at=ago(days=40)),
    )
    _running(world)
    _ended(world)
    world.elsewhere("msgbatch_01HkT8aWc2Nq5LzQe", ago(hours=2, minutes=10), 1500)
    return world.records()


def _running(world: World) -> None:
    begun = ago(hours=3, minutes=12)

    def at(hour: int, minute: int) -> datetime:
        return NOW.replace(hour=hour, minute=minute)

    nightly = [
        Part(1008, at(10, 50), at(12, 41), ok=1008, cost=2.02),
        Part(1008, at(10, 50), at(12, 21), ok=996, errored=4, expired=8, cost=1.99),
        Part(1008, at(10, 51), at(13, 17), ok=994, errored=14, cost=1.99),
        Part(1008, at(10, 51), at(13, 50), ok=1003, errored=5, cost=2.02),
        Part(1008, at(10, 51)),
        Part(1008, at(10, 51)),
        Part(1008, at(10, 52), is_unsure=True),
        Part(1008, at(11, 13)),
        Part(1008, at(12, 23)),
        Part(1008, at(12, 42)),
        Part(1008),
        Part(1008),
    ]
    world.run("nightly-eval-1121", begun, nightly, cost=24.10)
    world.run("backfill-docs", ago(hours=6, minutes=40), [Part(10_000, ago(hours=6, minutes=40))], cost=8.90)
    old = ago(hours=22, minutes=31)
    halves = [Part(4960, old, ago(hours=18), ok=4960), Part(4960, old, ago(hours=17), ok=4960), Part(4940, old)]
    world.run("judge-haiku", old, [*halves, Part(4940, old)], cost=12.40, model="claude-haiku-4-5")
    new = ago(minutes=41)
    stopping = [Part(1000, new, is_stopping=True) for _ in range(3)]
    done = [Part(1000, new, ago(minutes=3), ok=600, canceled=400) for _ in range(2)]
    world.run("ablation-b", new, [*done, *stopping], cost=6.20)


def _ended(world: World) -> None:
    day = ago(days=1, hours=2)
    late = day + timedelta(hours=5, minutes=1)
    eleven = [Part(1000, day, late, ok=991, errored=8, expired=1, cost=3.93) for _ in range(11)]
    world.run(
        "nightly-eval-1120",
        day,
        [*eleven, Part(912, day, late, ok=899, errored=5, expired=8, cost=3.89)],
        cost=48,
    )
    day = ago(days=1, hours=20)
    world.run("embeddings-qa", day, [Part(1000, day, day + timedelta(hours=1), ok=1000, cost=0.65) for _ in range(2)])
    day = ago(days=2, hours=5)
    world.run("smoke-schema", day, [Part(50, day, day + timedelta(minutes=20), errored=50, cost=0.0)])
    day = ago(days=3, hours=1)
    thirds = [Part(500, day, day + timedelta(hours=1), ok=134, canceled=366, cost=0.61) for _ in range(3)]
    world.run("ablation-a", day, thirds)
    day = ago(days=4, hours=11)
    halves = [Part(1000, day, day + timedelta(hours=24), ok=320, expired=680, cost=19.01) for _ in range(2)]
    world.run("long-ctx-sweep", day, halves, is_triaged=True, cost=40)
    day = ago(days=34)
    gone = [Part(500, day, day + timedelta(hours=1), ok=500, is_collected=False) for _ in range(4)]
    world.run("eval-2025-10", day, gone, cost=20)


def mixed() -> list[Record]:
    """Rows of every state in turn, with names as long as they may be, and wide characters in what is said of them."""
    world = World()
    world.tell(*pictured())
    new, stem = ago(minutes=20), "a-run-whose-name-is-as-long-as-a-name-may-be-which-is-quite-long"
    for number in range(3):
        name = f"{stem[:61]}-{number}"
        held, sending, refused = f"{name}h", f"{name}s", f"{name}r"
        world.run(held, new, [Part(10, new, ago(minutes=5), ok=10), Part(10)])
        world.tell(RunHeld(at=NOW, run=held, reason="残高が足りません 请求额度已用完 " * 2))
        world.run(sending, new, [Part(20_000, new), Part(20_000)], cost=1_234.5)
        _begun(world, sending)
        world.run(refused, new, [Part(50)], cost=0.0031)
        _begun(world, refused, SubmissionRefused(at=NOW, submission="", status=400, message="無効なリクエスト です"))
        world.elsewhere(batch_id(f"stranger {number}"), new, 100_000)
        world.elsewhere(batch_id(f"lost {number}"), new, 7)
        world.tell(BatchGone(at=NOW, batch_id=batch_id(f"lost {number}")))
    return world.records()


def _begun(world: World, run: str, outcome: SubmissionRefused | None = None) -> None:
    """The last chunk of a run is on its way, or was refused."""
    planned = next(record for _, _, record in world.told if isinstance(record, RunPlanned) and record.run == run)
    chunk, submission = planned.chunks[-1], f"sub_{run[-3:]}"
    world.tell(
        SubmissionIntended(
            at=NOW, submission=submission, run=run, chunk=chunk.label, requests=chunk.requests, bytes=chunk.bytes
        )
    )
    if outcome is not None:
        world.tell(replace(outcome, submission=submission))


def many_runs(count: int) -> list[Record]:
    """The pictured workspace with a long past."""
    world = World()
    for number in range(count - 10):
        day = ago(days=5, hours=number * 0.5)
        bad = 0 if number % 3 else 12
        parts = [Part(700, day, day + timedelta(hours=2), ok=700 - bad, errored=bad) for _ in range(12)]
        world.run(f"nightly-eval-{9999 - number}", day, parts, is_triaged=True)
    return [*world.records(), *pictured()]


def only_elsewhere(count: int) -> list[Record]:
    """No run, and many batches that somebody else started."""
    world = World()
    world.tell(ListRead(at=ago(days=90)))
    for number in range(count):
        created = ago(hours=1 + number * 0.6)
        ended = RequestCounts(succeeded=400 + number, errored=number % 5) if number > 3 else None
        world.elsewhere(batch_id(f"elsewhere {number}"), created, 500, counts=ended)
    return world.records()
