"""Judges downloaded results: complete only when every custom_id is there once and the service's counts agree.

Writes the index of issues on the way. It publishes nothing: a crash leaves temporary files that are swept.
"""

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from batchtui.domain.batch import RequestCounts
from batchtui.domain.issues.group_counting import GroupTallies
from batchtui.domain.results import Outcome, ResultLine, TypeTallies
from batchtui.engine.jobs import Verified, VerifyTask
from batchtui.workspace import atomic
from batchtui.workspace.background import Background
from batchtui.workspace.bodies import index
from batchtui.workspace.pace import Pace
from batchtui.workspace.results.issue_index import encode, issue_of
from batchtui.workspace.results.result_lines import Placed, decode, opened, placed_lines
from batchtui.workspace.results.usage import UsageSums
from batchtui.workspace.trouble import reported


def verify(task: VerifyTask, pace: Pace) -> Verified:
    """Read the results once; the answer says whether they are complete, and if not why."""
    issues = Path(task.issues)
    issues.unlink(missing_ok=True)
    try:
        with reported("judge", Path(task.results)), atomic.create(issues) as file:
            return _Reading(task, pace, file).run()
    except BaseException:
        issues.unlink(missing_ok=True)
        raise


class _Reading:
    """One pass over a results file."""

    def __init__(self, task: VerifyTask, pace: Pace, issues: BinaryIO) -> None:
        self._task = task
        self._pace = pace
        self._roll = Roll(index.custom_ids(Path(task.index)) if task.index else None)
        self._usage = UsageSums(task.prices)
        self._types = {outcome.value: 0 for outcome in Outcome}
        self._unknown = 0
        self._lines = 0
        self._issues = 0
        self._groups = GroupTallies()
        self._issues_file = issues
        self._trouble = ""
        """The first line that is wrong, in words."""
        self._sha256 = hashlib.sha256()
        self._bytes = 0

    def run(self) -> Verified:
        path = Path(self._task.results)
        total = path.stat().st_size
        with opened(path) as file, Background("hash") as hashing:

            def each_block(block: bytes) -> None:
                self._bytes += len(block)
                hashing.do(lambda: self._sha256.update(block))
                self._pace.beat("bytes", self._bytes, total=total, requests=self._lines)

            for placed in placed_lines(file, each_block=each_block):
                self._take(placed)
        self._pace.finish("bytes", self._bytes, requests=self._lines)
        return self._verdict()

    def _take(self, placed: Placed) -> None:
        self._lines += 1
        line = None if placed.text is None else decode(placed.text)
        if line is None:
            self._note(placed, "is no whole result")
            return
        trouble = self._roll.meet(line.custom_id)
        if trouble is not None:
            self._note(placed, trouble)
        self._count(line)
        issue = issue_of(line, placed)
        if issue is not None:
            self._issues += 1
            self._groups.add(issue.cls, issue.message)
            self._issues_file.write(encode(issue) + b"\n")

    def _note(self, placed: Placed, trouble: str) -> None:
        self._trouble = self._trouble or f"line {placed.number:,}: {trouble}"

    def _count(self, line: ResultLine) -> None:
        result = line.result
        if result.type in self._types:
            self._types[result.type] += 1
        else:
            self._unknown += 1
        if result.message is not None:
            self._usage.add(result.message, is_success=result.type == Outcome.SUCCEEDED)

    def _verdict(self) -> Verified:
        tallies = TypeTallies(**self._types, unknown=self._unknown)
        miscounted = _miscounted(tallies, self._task.counts)
        is_whole = self._lines == self._task.counts.total and not miscounted and not self._roll.repeated
        reason = self._reason(miscounted)
        return Verified(
            is_complete=not reason,
            reason=reason,
            ids_match=not (is_whole and self._roll.strangers),
            is_anothers=is_whole and self._roll.strangers == self._lines > 0,
            tallies=tallies,
            issues=self._issues,
            bytes=self._bytes,
            sha256=self._sha256.hexdigest(),
            usage=self._usage.by_model(),
            groups=self._groups.largest(),
        )

    def _reason(self, miscounted: str) -> str:
        """What keeps the results from being complete; "" when nothing does."""
        expected = self._task.counts.total
        if self._lines != expected:
            detail = f" ({self._trouble})" if self._trouble else ""
            return f"{self._lines:,} of {expected:,} results are there{detail}"
        if self._trouble:
            return self._trouble
        if self._roll.missing:
            return f"{self._roll.missing:,} results are missing, such as that of {self._roll.first_missing()}"
        return miscounted


def _miscounted(tallies: TypeTallies, counts: RequestCounts) -> str:
    """Where a known type's tally is not the service's count; only results of unknown types may make up for that."""
    rest = 0
    for outcome in Outcome:
        there, counted = getattr(tallies, outcome), getattr(counts, outcome)
        rest += counted - there
        if there > counted or (there < counted and not tallies.unknown):
            return f"{there:,} results are {outcome}, the service counts {counted:,}"
    if rest != tallies.unknown:
        return f"{tallies.unknown:,} results are of unknown types, the service's counts leave room for {rest:,}"
    return ""


class Roll:
    """Without a list of who must come, everybody may, once."""

    def __init__(self, expected: Iterable[str] | None) -> None:
        self._has_list = expected is not None
        self._came: dict[str, bool] = dict.fromkeys(expected or (), False)
        self._expected = len(self._came)
        self.strangers = 0
        self.repeated = 0
        self._met = 0

    def meet(self, custom_id: str) -> str | None:
        """Note one; the trouble with it, or None."""
        came = self._came.get(custom_id)
        if came:
            self.repeated += 1
            return f"custom_id {custom_id[:80]} is there twice"
        self._came[custom_id] = True
        if came is None and self._has_list:
            self.strangers += 1
            return f"custom_id {custom_id[:80]} is not of this chunk"
        self._met += 1
        return None

    @property
    def missing(self) -> int:
        return self._expected - self._met if self._has_list else 0

    def first_missing(self) -> str:
        """Some custom_id that did not come; "" when all did."""
        return next((custom_id for custom_id, came in self._came.items() if not came), "")
