"""Heavy work as data: tasks that a child process carries out on files, and what it answers.

Paths are strings, since tasks travel as JSON. Byte counts and hashes are of uncompressed data.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

import msgspec

from batchtui.domain.batch import RequestCounts
from batchtui.domain.billing import ModelUsage
from batchtui.domain.issues.grouping import GroupTally
from batchtui.domain.models import ModelFact
from batchtui.domain.pilot import PilotKind
from batchtui.domain.prices import PriceTable
from batchtui.domain.requests import CheckReport
from batchtui.domain.results import Issue, TypeTallies
from batchtui.domain.retry import RetryPolicy, Skip
from batchtui.domain.run import ChunkPlan, InputFile

LEAST_SECONDS = 0.2
"""Before that a speed would be a guess."""


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """How far a job is; `total` is None when it cannot be known. Written at most four times a second."""

    job: str
    unit: str
    done: int
    total: int | None = None
    requests: int = 0
    of_requests: int | None = None
    """How many requests there will be, where that is known and the bytes are not."""
    seconds: float = 0.0
    """How long it has taken, as far as whoever tells it knows."""

    @property
    def speed(self) -> float:
        """Units a second; 0 while nothing can be said."""
        return self.done / self.seconds if self.seconds >= LEAST_SECONDS else 0.0

    @property
    def part(self) -> tuple[int, int | None]:
        """How much is done of how much: of the bytes, or of the requests where their number alone is known."""
        return (self.done, self.total) if self.total is not None else (self.requests, self.of_requests)

    @property
    def seconds_left(self) -> float | None:
        """An estimate; None while nothing can be said."""
        done, total = self.part
        if not done or total is None or self.seconds < LEAST_SECONDS:
            return None
        return self.seconds * max(0, total - done) / done


class CheckRules(msgspec.Struct, frozen=True, kw_only=True):
    """What a check may not know by itself."""

    allow: tuple[str, ...] = ()
    """Codes turned into warnings by `--allow`."""
    allow_sampling: bool = False
    """True when an older `anthropic-version` is pinned that still takes temperature, top_p, top_k."""
    known_models: tuple[str, ...] = ()
    """Empty means that no model can be called unknown."""
    retiring_models: dict[str, str] = {}
    """Model id -> the day it retires."""
    models: tuple[ModelFact, ...] = ()
    """The service's own list, which has the last word; empty when it was not read."""
    models_as_of: datetime | None = None
    today: date | None = None


class Countable(msgspec.Struct, frozen=True, kw_only=True):
    """One request of the sample as `count_tokens` takes it."""

    model: str
    guessed: float
    body: str


class PilotTask(msgspec.Struct, frozen=True, kw_only=True):
    """Put some requests into a chunk of their own that is sent before all others."""

    kind: PilotKind
    requests: int = 1


class PrepareTask(msgspec.Struct, frozen=True, kw_only=True):
    """Read request files as one, check every line, split, and build the bodies.

    `staging` None only checks and plans: chunks then carry no sha256 and nothing is written.
    """

    inputs: tuple[str, ...]
    rules: CheckRules = CheckRules()
    chunk_requests: int
    chunk_bytes: int
    staging: str | None = None
    countable: int = 0
    """So many requests are handed back, to be counted by the service."""
    pilot: PilotTask | None = None
    cache_control: str = ""
    """`5m` or `1h`: mark the beginning that most prompts share, in every request that has it; "" changes nothing."""


class Prepared(msgspec.Struct, frozen=True, kw_only=True):
    """What a pass over request files found, and built."""

    report: CheckReport
    inputs: tuple[InputFile, ...]
    chunks: tuple[ChunkPlan, ...]
    pilot_chunk: str = ""
    """The label of the chunk that goes ahead, where one was asked for."""
    countable: tuple[Countable, ...] = ()
    marked: int = 0
    """Requests that `cache_control` was added to."""


class Pruned(StrEnum):
    """What is still known of a chunk whose results were pruned here."""

    ALL_SUCCEEDED = "all_succeeded"
    UNTOLD = "untold"
    """Some did not succeed, and nothing tells which."""


class AttemptChunk(msgspec.Struct, frozen=True, kw_only=True):
    """The files of one chunk of one attempt; `issues` and `results` are None until it is collected."""

    label: str
    body: str
    index: str
    results: str | None = None
    issues: str | None = None
    is_live: bool = False
    """It may still succeed: held, sending, unknown, with the API, or ended but not collected."""
    batch_id: str | None = None
    pruned: Pruned | None = None
    is_ahead: bool = False
    """It went ahead of its run: its requests are from everywhere in the input."""


class AttemptRun(msgspec.Struct, frozen=True, kw_only=True):
    """One attempt as the jobs need it: where its files are."""

    run: str
    chunks: tuple[AttemptChunk, ...]
    inputs: tuple[str, ...] = ()
    """Paths of the request files, by the file numbers that the indexes use."""
    is_pruned: bool = False
    """What it sent is not here any more, or not all of it."""


class Unsolved(NamedTuple):
    """A request whose latest result is an issue."""

    issue: Issue
    run: AttemptRun
    chunk: AttemptChunk
    number: int = 1
    """Which attempt of the request it is of."""


class Edit(msgspec.Struct, frozen=True, kw_only=True):
    """`--set KEY=VALUE`: a params key (dots descend) and the JSON of its new value."""

    key: str
    value: msgspec.Raw


class RetryTask(msgspec.Struct, frozen=True, kw_only=True):
    """Choose what deserves another attempt and build its bodies.

    `lineage` is the run named and every later attempt made from it, oldest first. The latest attempt of a
    request decides its class, and its body (with earlier edits) is what is sent again.
    """

    lineage: tuple[AttemptRun, ...]
    policy: RetryPolicy
    earlier: tuple[AttemptRun, ...] = ()
    """Runs of the same input before the one named: a request that was in them has been sent more often."""
    edits: tuple[Edit, ...] = ()
    edited: str | None = None
    """A JSONL file of edited requests (`--edit`): its lines replace the originals, ids must be among the included."""
    rules: CheckRules = CheckRules()
    chunk_requests: int
    chunk_bytes: int
    staging: str | None = None


class RetryPrepared(msgspec.Struct, frozen=True, kw_only=True):
    """What was chosen for another attempt, and built."""

    report: CheckReport
    chunks: tuple[ChunkPlan, ...]
    included: int
    skipped: tuple[Skip, ...]
    classes: tuple[str, ...]
    missing: tuple[str, ...] = ()
    """Named custom_ids that have no unsuccessful result in the run."""
    not_included_running: int = 0
    """Requests of chunks that have not ended."""
    attempts: dict[int, int] = {}
    """Which attempt of its request this is -> of how many of the included."""


class SplitTask(msgspec.Struct, frozen=True, kw_only=True):
    """Halve one body by requests into two chunks beside it (`0007` -> `0007a`, `0007b`)."""

    body: str
    index: str
    label: str
    folder: str


class VerifyTask(msgspec.Struct, frozen=True, kw_only=True):
    """Judge downloaded results against what was sent and what the API counts; write the index of issues.

    Without `index` (a batch from elsewhere) ids must be unique and the tallies right.
    """

    results: str
    issues: str
    index: str | None
    counts: RequestCounts
    prices: PriceTable


class Verified(msgspec.Struct, frozen=True, kw_only=True):
    """`is_complete` when each request's result is there once and the counts agree; else `reason` says what is wrong."""

    is_complete: bool
    reason: str = ""
    ids_match: bool = True
    """False when the ids are whole but not those of the chunk: another batch's results."""
    is_anothers: bool = False
    """The same, and not one of them is the chunk's."""
    tallies: TypeTallies = TypeTallies()
    issues: int = 0
    bytes: int = 0
    sha256: str = ""
    usage: dict[str, ModelUsage] = {}
    groups: tuple[GroupTally, ...] = ()


class ExportFormat(StrEnum):
    """How an export is written."""

    JSONL = "jsonl"
    CSV = "csv"
    PARQUET = "parquet"
    REQUESTS = "requests"
    """The requests alone, as they were sent: what `retry --edit` and `submit` take."""


class ExportOnly(StrEnum):
    """Which results an export is about."""

    SUCCEEDED = "succeeded"
    ERRORS = "errors"


class ExportTask(msgspec.Struct, frozen=True, kw_only=True):
    """Effective results in input order: the latest success of each custom_id, else its latest result."""

    lineage: tuple[AttemptRun, ...]
    target: str
    """A path; `-` is stdout."""
    format: ExportFormat = ExportFormat.JSONL
    only: ExportOnly | None = None
    classes: frozenset[str] = frozenset()
    """Only results of these classes; empty means any."""
    custom_ids: frozenset[str] = frozenset()
    """Only these requests; empty means any."""
    columns: tuple[str, ...] = ()
    """For CSV and Parquet: `path`, or `name=path`."""
    adds_requests: bool = False
    """Put the params beside each result, where what was sent is still here."""
    joins: bool = False
    """Write each request as the input had it, with its result behind it; null where there is none yet."""
    is_for_spreadsheet: bool = False
    """Keep CSV cells from being taken for formulas."""


class Exported(msgspec.Struct, frozen=True, kw_only=True):
    """What an export wrote, and what it could not."""

    requests: int
    """Lines or rows written."""
    succeeded: int
    errors: int
    missing: int
    """Requests without any collected result yet."""
    bytes: int
    without_request: int = 0
    """Results written without the request that was to stand beside them: it is not here."""
    formulas: int = 0
    """CSV cells that a spreadsheet would take for formulas, as they stand in the file."""
    pruned: tuple[str, ...] = ()
    """Later attempts whose results were pruned: what they sent again stands as it was before them."""


Task = PrepareTask | RetryTask | SplitTask | VerifyTask | ExportTask
