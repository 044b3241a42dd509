"""What the engine needs of the world, as Protocols; adapters fulfil them, tests fake them."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Protocol

import msgspec

from batchtui.domain.alert import Alert
from batchtui.domain.batch import Batch, RequestCounts
from batchtui.domain.issues.grouping import Grouping
from batchtui.domain.issues.triage import DEFAULT_RULES, Group, TriageRules
from batchtui.domain.link import Link
from batchtui.domain.models import ModelFact, ModelList
from batchtui.domain.records import Record
from batchtui.domain.results import Issue, ResultLine
from batchtui.domain.retry import RetryPolicy
from batchtui.domain.run import ChunkPlan, Manifest
from batchtui.domain.submission import Seen
from batchtui.engine.jobs import (
    AttemptRun,
    Exported,
    ExportTask,
    Prepared,
    PrepareTask,
    Progress,
    RetryPrepared,
    RetryTask,
    SplitTask,
    Unsolved,
    Verified,
    VerifyTask,
)

ProgressSink = Callable[[Progress], None]


class Alarm(Protocol):
    """Carries an alert out of the program."""

    async def ring(self, alert: Alert, at: datetime) -> str:
        """Tell it once; words about why that did not work, or nothing. Never raises for the world's troubles."""
        ...


class Clock(Protocol):
    """Time: `now` in aware UTC, `monotonic` in seconds that no one sets."""

    def now(self) -> datetime: ...
    def monotonic(self) -> float: ...
    async def sleep(self, seconds: float) -> None: ...


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """Whose answers these are; None where a header was absent, which is unknown and no mismatch."""

    base_url: str
    organization_id: str | None = None
    api_workspace_id: str | None = None


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What comes with every authenticated answer."""

    account: Account
    server_time: datetime | None = None
    """The Date header, in the server's clock, seconds precise."""
    request_id: str | None = None
    bytes: int = 0


class BatchPage(msgspec.Struct, frozen=True, kw_only=True):
    """One page of the list, newest first."""

    batches: tuple[Batch, ...]
    has_more: bool
    last_id: str | None
    answer: Answer


class BatchAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """One batch, with what came beside it."""

    batch: Batch
    answer: Answer


class Credentials(msgspec.Struct, frozen=True, kw_only=True):
    """Where the key comes from and its last four characters, never more."""

    origin: str
    tail: str = ""
    base_url: str = ""


class ServiceProblem(Exception):
    """An answer or its absence that is no result, from any call but a submission.

    `kind`: offline (no connection, timeouts, cut), limited (429), not_authorized (401, 403), not_found (404),
    conflict (409), refused (other 4xx), broken (5xx), garbage (a 2xx that does not decode, a redirect).
    """

    def __init__(
        self,
        kind: str,
        message: str,
        *,
        status: int | None = None,
        type: str | None = None,
        retry_after_seconds: float | None = None,
        request_id: str | None = None,
        answer: Answer | None = None,
    ) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.status = status
        self.type = type
        self.retry_after_seconds = retry_after_seconds
        self.request_id = request_id
        self.answer = answer


class Body(Protocol):
    """A chunk's body as it is POSTed; every `blocks()` starts anew, so a second send is never an empty one."""

    @property
    def size_bytes(self) -> int: ...

    def blocks(self) -> AsyncIterator[bytes]: ...


class Service(Protocol):
    """The Message Batches API. No call repeats or redirects itself; each raises ServiceProblem, a submission never."""

    def credentials(self) -> Credentials: ...
    async def list_batches(self, *, limit: int, after_id: str | None = None) -> BatchPage: ...
    async def retrieve(self, batch_id: str) -> BatchAnswer: ...
    async def submit(
        self, body: Body, *, release: Callable[[], Awaitable[None]], sent: Callable[[int], None]
    ) -> tuple[Seen, Answer | None]:
        """POST one body once. `release` is awaited before the last block is handed over; `sent` hears bytes so far."""
        ...

    async def cancel(self, batch_id: str) -> BatchAnswer: ...
    async def delete(self, batch_id: str) -> Answer: ...
    def results(self, batch_id: str) -> AbstractAsyncContextManager[AsyncIterator[bytes]]: ...
    async def models(self) -> tuple[ModelFact, ...]: ...
    async def count_tokens(self, params: bytes) -> int:
        """The input tokens of one request, by the service's own estimate. Free, rate limited, sends the prompt."""
        ...

    async def close(self) -> None: ...


class Transaction(Protocol):
    """The journal while its lock is held: what others wrote since, and the place to append."""

    @property
    def tail(self) -> Sequence[Record]: ...

    def append(self, records: Sequence[Record]) -> None:
        """Append and fsync; on return the records are durable."""
        ...


class Renewal(msgspec.Struct, frozen=True, kw_only=True):
    """A new generation of the journal, for who followed the one before."""

    missed: tuple[Record, ...] = ()
    """The last records of the generation before, not read yet."""
    past: tuple[Record, ...] = ()
    """They say again what all before said."""
    news: tuple[Record, ...] = ()
    own: tuple[Record, ...] = ()
    """Records of a session that may not write."""


class Journal(Protocol):
    """Append-only records; the truth. `position` counts records of all generations, so notices have an order."""

    @property
    def position(self) -> int: ...
    @property
    def generation(self) -> int:
        """Another one after a compaction: state must then be loaded anew."""
        ...

    @property
    def warnings(self) -> Sequence[str]:
        """Damaged lines met while reading, with their numbers; nothing is dropped from the file."""
        ...

    @property
    def lines(self) -> int:
        """How many lines this generation has, as far as it was read."""
        ...

    def load(self) -> list[Record]: ...
    def read_new(self) -> list[Record]:
        """What other processes appended since the last read, up to the last whole line; [] when nothing."""
        ...

    def renewal(self, records: Sequence[Record]) -> Renewal:
        """The records that `read_new` gave with another `generation`, told apart."""
        ...

    def compact(self, shorten: Callable[[Sequence[Record]], Sequence[Record]]) -> bool:
        """Write a new generation that says the same in fewer records; False where that can't be done."""
        ...

    def transaction(self) -> AbstractContextManager[Transaction]: ...


class Leadership(Protocol):
    """`engine.lock`: held for life by the one process that polls and sends."""

    def try_acquire(self) -> bool: ...
    def is_held(self) -> bool: ...
    def holder(self) -> str | None:
        """Words about the process that holds it, such as `pid 4711`; None when nobody does."""
        ...

    def is_stopped(self) -> bool:
        """Whether the process that holds it is known to stand still (ctrl+z, SIGSTOP) and can do nothing."""
        ...

    def release(self) -> None: ...


class Witness(Protocol):
    """What is remembered of a workspace outside its folder, so that it does not go back with a backup of it."""

    def newest(self) -> str | None:
        """What was noted here last, of the newest submission; None where nothing ever was."""
        ...

    def note(self, text: str) -> None:
        """Remember a line of words. Best effort: what could not be written makes an older note, or none."""
        ...


class ByteSink(Protocol):
    """A file that is written in order and durable after `close`."""

    def write(self, block: bytes) -> None: ...
    def close(self) -> None: ...


class Store(Protocol):
    """The immutable files of a workspace, and counts.json."""

    @property
    def root(self) -> Path: ...

    def new_staging(self) -> Path: ...
    def discard(self, staging: Path) -> None: ...
    def sweep(self) -> int:
        """Remove staging folders and partial files whose owners are gone; how many."""
        ...

    def release(self) -> None:
        """Let go of what this process claims as unfinished work of its own; somebody's sweep removes it."""
        ...

    def accept(self, staging: Path, manifest: Manifest) -> None:
        """Write run.toml and rename the staging folder to runs/NAME (the commit point). BadInput if it is taken."""
        ...

    def furnish(self, staging: Path, manifest: Manifest) -> None:
        """Put the bodies built in a staging folder, then run.toml, into a run that has none."""
        ...

    def remove_unrecorded(self, run: str) -> None:
        """Remove what this process put into runs/ and could not record."""
        ...

    def was_collected(self, run: str) -> bool:
        """Whether anything of a run was ever collected."""
        ...

    def results_of(self, run: str) -> frozenset[str]:
        """Ids of the batches whose results are in a run's folder, whatever the journal says of them."""
        ...

    def set_aside(self, run: str) -> Path:
        """Move a run out of runs/, whole; where it is now."""
        ...

    def unrecorded(self, known: set[str]) -> tuple[str, ...]:
        """Folders in runs/ that no record knows: a crash between the rename and the record."""
        ...

    def manifest(self, run: str) -> Manifest: ...
    def body(self, run: str, label: str) -> Body: ...
    def body_path(self, run: str, label: str) -> Path: ...
    def index_path(self, run: str, label: str) -> Path: ...
    def results_path(self, batch_id: str, run: str | None) -> Path: ...
    def issues_path(self, batch_id: str, run: str | None) -> Path: ...
    def is_unchanged(self, path: Path, *, sha256: str) -> bool:
        """Whether a file is there with these very bytes."""
        ...

    def partial_path(self, batch_id: str, run: str | None) -> Path:
        """A unique temporary name beside the results."""
        ...

    def open_partial(self, path: Path) -> ByteSink:
        """A new 0600 file, durable once closed."""
        ...

    def forget(self, path: Path) -> None:
        """Remove a partial file if it is there."""
        ...

    def publish(self, pairs: Sequence[tuple[Path, Path]]) -> None:
        """fsync each temporary file, rename it into place, fsync the folders; all durable on return."""
        ...

    def write_counts(self, counts: dict[str, RequestCounts], link: Link) -> None:
        """Replace counts.json: the newest counts of open batches and the link, for those who follow."""
        ...

    def read_counts(self) -> tuple[dict[str, RequestCounts], Link | None]:
        """({}, None) when there is none or it cannot be read: it may be lost."""
        ...

    def write_models(self, models: ModelList) -> None:
        """Keep the service's models list."""
        ...

    def read_models(self) -> ModelList | None:
        """The list as it was last read; None when there is none, or it cannot be read: it may be lost."""
        ...

    def read_grouping(self) -> Grouping:
        """Which groups of errors were split and merged here."""
        ...

    def write_grouping(self, grouping: Grouping) -> None: ...
    def has_prunable(self, run: str, *, results: bool) -> bool:
        """Whether there is anything that `prune` would remove."""
        ...

    def prune(self, run: str, *, results: bool) -> int:
        """Remove local bodies (and results); bytes freed."""
        ...

    def free_bytes(self) -> int: ...


class Library(Protocol):
    """Looking things up in bodies and results on disk: quick, read-only, in place."""

    def issues(self, path: Path) -> list[Issue]: ...
    def groups(self, lineage: Sequence[AttemptRun], rules: TriageRules = DEFAULT_RULES) -> tuple[Group, ...]: ...
    def effective_issues(
        self, lineage: Sequence[AttemptRun], earlier: Sequence[AttemptRun] = ()
    ) -> Iterator[Unsolved]: ...
    def worth_sending(
        self, lineage: Sequence[AttemptRun], earlier: Sequence[AttemptRun], policy: RetryPolicy
    ) -> "Worth":
        """How many requests would be sent again."""
        ...

    def find_request(self, run: AttemptRun, custom_id: str) -> "FoundRequest | None": ...
    def first_request(self, folder: Path, label: str) -> "FoundRequest | None":
        """The first one of a chunk that was built in a folder; its file is not known there."""
        ...

    def results(self, path: Path) -> Iterator[ResultLine]:
        """Every result of a file, decoded just far enough."""
        ...

    def find_result(self, results: Path, custom_id: str) -> bytes | None: ...
    def compare_ids(self, staging: Path, results: Path) -> "IdDifference":
        """The requests that were built in a staging folder against results: what only one of them has."""
        ...


class IdDifference(msgspec.Struct, frozen=True, kw_only=True):
    """custom_ids that only the requests have, and such that only the results have, each in the order of its file."""

    only_requests: tuple[str, ...] = ()
    only_results: tuple[str, ...] = ()

    @property
    def is_any(self) -> bool:
        return bool(self.only_requests or self.only_results)


class Worth(msgspec.Struct, frozen=True, kw_only=True):
    """What of a lineage would be sent again, and what would be but for somebody who put it aside."""

    requests: int
    put_aside: int = 0


class FoundRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A request as it was sent: its line, its chunk, and the place in the file it came from."""

    line: bytes
    label: str
    file: str
    line_number: int


class Jobs(Protocol):
    """Heavy work on files, in a child process or in place. Cancelling the await ends the work and leaves nothing."""

    async def prepare(self, task: PrepareTask, progress: ProgressSink) -> Prepared: ...
    async def prepare_retry(self, task: RetryTask, progress: ProgressSink) -> RetryPrepared: ...
    async def split(self, task: SplitTask) -> tuple[ChunkPlan, ChunkPlan]: ...
    async def verify(self, task: VerifyTask, progress: ProgressSink) -> Verified: ...
    async def export(self, task: ExportTask, progress: ProgressSink) -> Exported: ...
    async def close(self) -> None:
        """End what is kept between tasks; a task after it is done all the same."""
