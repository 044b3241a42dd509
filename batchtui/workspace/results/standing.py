"""How each request of a lineage stands: its latest result, and whether a later attempt has taken care of it."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import NamedTuple

from batchtui.domain.results import Issue
from batchtui.engine.jobs import AttemptChunk, AttemptRun, Pruned, Unsolved
from batchtui.workspace.bodies import index
from batchtui.workspace.bodies.attempts import Cursor, Sent, has_order, merged
from batchtui.workspace.results import issue_index
from batchtui.workspace.results.issue_index import IssueLookup


class Standing(NamedTuple):
    """A request that did not simply succeed at some attempt."""

    issue: Issue
    """Of the latest attempt that has a result, or of the last before it succeeded."""
    attempt: Sent
    """The attempt the issue is of."""
    succeeded_in: str | None = None
    """The later run it succeeded in."""
    live_in: str | None = None
    """The later run whose attempt may still succeed."""
    pruned_in: str | None = None
    """The later run that sent it again, and whose results were pruned: what became of it there is not known."""
    untold_in: str | None = None
    """The later run that sent it again in a batch that the service let go of, results and all."""
    number: int = 1
    """Which attempt of its request the issue is of."""
    attempts: int = 1
    """How often the request was sent."""


def standings(lineage: Sequence[AttemptRun], earlier: Sequence[AttemptRun] = ()) -> Iterator[Standing]:
    """All requests of the first run with an issue at any attempt, in the order of its input.

    Args:
        earlier: runs of the same input that were sent before the first one; only their attempts are counted.
    """
    before = [Cursor(run) for run in earlier if has_order(run)]
    with ExitStack() as stack:
        outcomes = {run.run: stack.enter_context(closing(_Outcomes())) for run in lineage}
        for attempts in merged(lineage, _is_collected):
            standing: Standing | None = None
            sent_before = [cursor.find(attempts[0]) for cursor in before]
            count = sum(sent is not None and was_sent(sent.chunk) for sent in sent_before)
            for attempt in attempts:
                count += was_sent(attempt.chunk)
                standing = _after(standing, attempt, outcomes[attempt.run.run], count)
            if standing is not None:
                yield standing


def effective_issues(lineage: Sequence[AttemptRun], earlier: Sequence[AttemptRun] = ()) -> Iterator[Unsolved]:
    """Each request whose latest result is an issue, with the attempt it is of."""
    if len(lineage) == 1 and not has_order(lineage[0]):
        yield from _without_bodies(lineage[0])
        return
    if len(lineage) == 1 and not earlier and not any(chunk.is_ahead for chunk in lineage[0].chunks):
        yield from _of_the_only_attempt(lineage[0])
        return
    for standing in standings(lineage, earlier):
        if standing.succeeded_in is None:
            attempt = standing.attempt
            yield Unsolved(standing.issue, attempt.run, attempt.chunk, standing.number)


def was_sent(chunk: AttemptChunk) -> bool:
    """The service has it, had it, or may have it; a chunk that was refused is no attempt of its requests."""
    return chunk.batch_id is not None or chunk.is_live or chunk.issues is not None


def _after(standing: Standing | None, attempt: Sent, outcomes: "_Outcomes", count: int) -> Standing | None:
    chunk = attempt.chunk
    if chunk.is_live:
        return standing and standing._replace(live_in=attempt.run.run, attempts=count)
    if chunk.pruned is Pruned.ALL_SUCCEEDED:
        return standing and standing._replace(succeeded_in=attempt.run.run, live_in=None, attempts=count)
    if chunk.pruned is Pruned.UNTOLD:
        return standing and standing._replace(pruned_in=attempt.run.run, attempts=count)
    if chunk.issues is None and was_sent(chunk):
        return standing and standing._replace(untold_in=attempt.run.run, attempts=count)
    if chunk.issues is None:
        return standing and standing._replace(attempts=count)
    issue = outcomes.find(chunk, attempt.custom_id)
    if issue is not None:
        return Standing(issue, attempt, number=count, attempts=count)
    return standing and standing._replace(succeeded_in=attempt.run.run, live_in=None, attempts=count)


def _is_collected(chunk: AttemptChunk) -> bool:
    return chunk.issues is not None


def _of_the_only_attempt(run: AttemptRun) -> Iterator[Unsolved]:
    """In the order of the input, chunk by chunk; nothing has to be merged."""
    for chunk in filter(_is_collected, run.chunks):
        with closing(IssueLookup(*_paths(chunk))) as issues:
            for member in index.members(Path(chunk.index)):
                yield from [Unsolved(issue, run, chunk) for issue in map(issues.find, member.ids) if issue is not None]


def _without_bodies(run: AttemptRun) -> Iterator[Unsolved]:
    """A batch from elsewhere, or a pruned run: there is no order but that of the results."""
    for chunk in run.chunks:
        if chunk.issues is not None:
            for issue in issue_index.read(*_paths(chunk)):
                yield Unsolved(issue, run, chunk)


class _Outcomes:
    """The issues of the chunk that is being passed, and of the one that went ahead of it."""

    def __init__(self) -> None:
        self._held: dict[bool, tuple[AttemptChunk, IssueLookup]] = {}
        """By whether it went ahead: its requests are met between those of all the others."""

    def find(self, chunk: AttemptChunk, custom_id: str) -> Issue | None:
        held = self._held.get(chunk.is_ahead)
        if held is None or held[0] is not chunk:
            self._forget(chunk.is_ahead)
            held = self._held[chunk.is_ahead] = chunk, IssueLookup(*_paths(chunk))
        return held[1].find(custom_id)

    def close(self) -> None:
        for is_ahead in (True, False):
            self._forget(is_ahead)

    def _forget(self, is_ahead: bool) -> None:
        held = self._held.pop(is_ahead, None)
        if held is not None:
            held[1].close()


def _paths(chunk: AttemptChunk) -> tuple[Path, Path | None]:
    """Where the issues of a collected chunk are, and what they can be made from again."""
    return Path(chunk.issues or ""), Path(chunk.results) if chunk.results else None
