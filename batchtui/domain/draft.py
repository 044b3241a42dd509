"""The one mutable thing of a fold: copies of the dictionaries while records are applied."""

from typing import Any

from msgspec.structs import replace

from batchtui.domain.state import AppState, Chunk, KnownBatch


class Draft:
    """AppState under construction; handlers look values up, replace them, and never keep it."""

    def __init__(self, state: AppState) -> None:
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
        return AppState(
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

    def change_chunk(self, run: str, label: str, **changes: Any) -> None:
        chunk = self.chunk(run, label)
        if chunk is not None:
            self.put_chunk(run, replace(chunk, **changes))

    def change_batch(self, batch_id: str, **changes: Any) -> None:
        if batch_id in self.batches:
            self.batches[batch_id] = replace(self.batches[batch_id], **changes)

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

    def change_submission(self, submission: str, **changes: Any) -> None:
        if submission in self.submissions:
            self.submissions[submission] = replace(self.submissions[submission], **changes)
