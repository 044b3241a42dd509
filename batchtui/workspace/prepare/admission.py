"""Requests that go into the run: counted, hashed, and put into a chunk. The same for files and for retries."""

from collections.abc import Sequence

from batchtui.domain.requests import CheckReport, Code
from batchtui.domain.run import ChunkPlan
from batchtui.domain.settings import MAX_CHUNK_REQUESTS, NEAR_CHUNK_LIMIT
from batchtui.domain.words import chunk_name
from batchtui.engine.jobs import CheckRules, Countable
from batchtui.workspace.prepare.content_hash import ContentHash
from batchtui.workspace.prepare.model_rules import ModelLimits, model_complaints
from batchtui.workspace.prepare.splitter import Splitter
from batchtui.workspace.prompts.cache_marks import CacheMarker
from batchtui.workspace.prompts.pilot_choice import Pool
from batchtui.workspace.prompts.sample import Judged
from batchtui.workspace.prompts.tallies import Tallies
from batchtui.workspace.requests.check import Request
from batchtui.workspace.requests.problems import Problems


class Admission:
    """Takes sound requests in order; `report` sums them up with the problems noted."""

    def __init__(
        self,
        rules: CheckRules,
        splitter: Splitter,
        problems: Problems,
        content: ContentHash | None = None,
        *,
        pool: Pool | None = None,
        marker: CacheMarker | None = None,
        counts: int = 0,
    ) -> None:
        """With a `pool` it looks for requests that may go ahead; with a `marker` it changes what is sent."""
        self.requests = 0
        self.line_bytes = 0
        self._rules = rules
        self._splitter = splitter
        self._problems = problems
        self._tallies = Tallies()
        self._limits = ModelLimits(rules, problems)
        self._content = content
        self._pool = pool
        self._marker = marker
        self._counts = counts
        self.countable: tuple[Countable, ...] = ()
        """Requests of the sample that the service may count, once there is a report."""
        self.judged: Judged | None = None
        """What the sample says, once there is a report."""

    def admit(self, file: int, numbers: Sequence[int], lines: Sequence[bytes], requests: Sequence[Request]) -> None:
        """Take some requests; `file` and `numbers` say which input lines they came from."""
        size = sum(map(len, lines))
        sent = lines
        if self._marker is not None:
            mark = self._marker.mark
            sent = [mark(line, request.model) for line, request in zip(lines, requests, strict=True)]
        self._tallies.add(file, numbers, sent, requests)
        self._limits.judge(file, numbers, lines, requests)
        if self._pool is not None:
            self._pool.offer(file, numbers, lines, requests)
        self._splitter.add_all(file, numbers, sent, [request.custom_id for request in requests])
        self.requests += len(lines)
        self.line_bytes += size
        if self._content is not None:
            self._content.add(lines, size)

    def reject(self, size_bytes: int) -> None:
        """Count a request that cannot be sent: it keeps the whole run from being sent."""
        self.requests += 1
        self.line_bytes += size_bytes

    def close(self) -> None:
        """Nothing more comes; what is queued beside the caller must end before `report`."""
        if self._content is not None:
            self._content.close()
        self._splitter.close()

    def report(self, chunks: tuple[ChunkPlan, ...], content_sha256: str) -> CheckReport:
        """The verdict, once everything was hashed and split."""
        models = self._tallies.requests()
        self._judge_models(models)
        self._judge_chunks(chunks)
        judged = self.judged = self._tallies.judged()
        self.countable = self._tallies.countable(self._counts)
        return CheckReport(
            ok=not self._problems.has_errors,
            requests=self.requests,
            bytes=self.line_bytes,
            models=models,
            problems=self._problems.listed(),
            problem_counts=dict(self._problems.counts),
            tallies=self._tallies.all(judged),
            prefixes=judged.prefixes,
            models_as_of=self._rules.models_as_of,
            content_sha256=content_sha256,
        )

    def _judge_models(self, models: dict[str, int]) -> None:
        for model, requests in models.items():
            for code, message in model_complaints(model, requests, self._rules):
                self._note_model(code, message, model, requests)

    def _note_model(self, code: Code, message: str, model: str, requests: int) -> None:
        file, line, custom_id = self._tallies.first(model)
        self._problems.add(code, message, file=file, line=line, custom_id=custom_id, times=requests)

    def _judge_chunks(self, chunks: tuple[ChunkPlan, ...]) -> None:
        for chunk in chunks:
            if chunk.requests > NEAR_CHUNK_LIMIT:
                limit = f"{MAX_CHUNK_REQUESTS:,} a batch takes"
                message = f"chunk {chunk_name(chunk.label)} has {chunk.requests:,} requests of the {limit}"
                self._problems.add(Code.CHUNK_NEAR_LIMIT, message, file=0, line=0)
