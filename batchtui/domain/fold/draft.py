"""The one mutable thing of a fold: copies of the dictionaries while records are applied."""

from typing import Any

from msgspec.structs import replace

from batchtui.domain.bookkeeping import Touched, kept_up
from batchtui.domain.state import AppState, Chunk, KnownBatch, Run
from batchtui.domain.submission import Submission


class Draft:
    """AppState under construction; handlers look values up, replace them, and never keep it."""

    def __init__(self, state: AppState) -> None:
        self._before = state
        self._touched = Touched()
        self.binding = state.binding
        self.has_read_list = state.has_read_list
        self.runs = dict(state.runs)
        self.batches = dict(state.batches)
        self.submissions = dict(state.submissions)
        self.muted = dict(state.muted)
        self.muted_below = dict(state.muted_below)
        self.seen_groups = dict(state.seen_groups)
        self.seen_alerts = dict(state.seen_alerts)
        self._own_chunks: set[str] = set()
        """Runs whose dictionary of chunks was copied by this draft, and may be written in place."""

    def finish(self) -> AppState:
        after = AppState(
            binding=self.binding,
            has_read_list=self.has_read_list,
            runs=self.runs,
            batches=self.batches,
            submissions=self.submissions,
            muted=self.muted,
            muted_below=self.muted_below,
            seen_groups=self.seen_groups,
            seen_alerts=self.seen_alerts,
        )
        return replace(after, ledger=kept_up(self._before, after, self._touched))

    def add_run(self, run: Run) -> None:
        """Put a run that is not there yet; one that is stays."""
        if run.name not in self.runs:
            self.runs[run.name] = run
            self._touched.chunks.setdefault(run.name, {}).update(dict.fromkeys(run.chunks))

    def change_run(self, name: str, **changes: Any) -> None:
        if name in self.runs:
            self.runs[name] = replace(self.runs[name], **changes)

    def chunk(self, run: str, label: str) -> Chunk | None:
        return self.runs[run].chunks.get(label) if run in self.runs else None

    def put_chunk(self, run: str, chunk: Chunk) -> None:
        if run not in self.runs:
            return
        if run not in self._own_chunks:
            self._own_chunks.add(run)
            self.change_run(run, chunks=dict(self.runs[run].chunks))
        self.runs[run].chunks[chunk.label] = chunk
        self._touched.chunks.setdefault(run, {})[chunk.label] = None

    def change_chunk(self, run: str, label: str, **changes: Any) -> None:
        chunk = self.chunk(run, label)
        if chunk is not None:
            self.put_chunk(run, replace(chunk, **changes))

    def change_batch(self, batch_id: str, **changes: Any) -> None:
        if batch_id in self.batches:
            self.put_batch(replace(self.batches[batch_id], **changes))

    def give_batch(self, batch_id: str, run: str, chunk: str, *, is_proved: bool) -> None:
        """A batch from elsewhere becomes a chunk's; results fetched before were not matched with it, so they are
        fetched again."""
        self.change_batch(
            batch_id,
            run=run,
            chunk=chunk,
            is_proved=is_proved,
            is_past=False,
            is_hidden=False,
            collected=None,
            collect_attempts=0,
            collect_why=None,
            collect_retry_at=None,
            is_shut_out=False,
        )

    def put_batch(self, known: KnownBatch) -> None:
        self.batches[known.batch.id] = known
        self._touched.batches.add(known.batch.id)

    def put_submission(self, submission: Submission) -> None:
        self.submissions[submission.id] = submission
        self._touched.submissions.add(submission.id)

    def change_submission(self, submission: str, **changes: Any) -> None:
        if submission in self.submissions:
            self.put_submission(replace(self.submissions[submission], **changes))
