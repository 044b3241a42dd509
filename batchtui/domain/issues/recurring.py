"""A group of issues that run after run has: what sending again does not mend."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from itertools import chain
from typing import Final

import msgspec

from batchtui.domain.issues.group_state import GroupFacts, is_muted
from batchtui.domain.issues.grouping import GroupKey
from batchtui.domain.per_run import is_finished
from batchtui.domain.state import AppState, Run

IN_A_ROW: Final = 3
NORMAL_SHARE: Final = 0.001
"""Of a run's requests; users tell that so many errors are normal (see `statistics`)."""

_NUMBER: Final = re.compile(r"[-_.]?\d[\d_.-]*\Z")


class Recurring(msgspec.Struct, frozen=True, kw_only=True):
    """A group of the newest run of a row, and the runs before it that had it as well."""

    key: GroupKey
    run: str
    requests: int
    since: str
    """The first run of the row."""
    runs: int


def recurring(state: AppState, now: datetime) -> list[Recurring]:
    """Groups in three runs in a row or more, while nobody has looked at what the newest of them got.

    A row is of runs that are not retries, as they were made: all of them, and those of one name but for a number at
    its end (`nightly-eval-1120`, `nightly-eval-1121`); why answers stopped is a matter of one job alone. A run that
    is still under way is passed over; one of which it is not known what went wrong ends a row.
    """
    roots = sorted(
        (run for run in state.runs.values() if run.parent is None and run.chunks), key=lambda run: run.created_at
    )
    found: dict[tuple[str, GroupKey], Recurring] = {}
    of_all = (each for each in _in_row(state, roots[::-1]) if not each.key[0].startswith("stop:"))
    of_one_job = (each for row in _by_series(roots) for each in _in_row(state, row[::-1]))
    for each in chain(of_all, of_one_job):
        if not _is_muted(state, each, now):
            longer = found.get((each.run, each.key), each)
            found[each.run, each.key] = max(longer, each, key=lambda one: one.runs)
    return sorted(found.values(), key=lambda each: (-each.requests, each.key))


@lru_cache(maxsize=4096)
def series_of(name: str) -> str:
    """What names of the same job have in common: all but the number or the day at their end."""
    return _NUMBER.sub("", name)


def _by_series(roots: Iterable[Run]) -> Iterator[list[Run]]:
    rows: dict[str, list[Run]] = {}
    for run in roots:
        rows.setdefault(series_of(run.name), []).append(run)
    return (row for row in rows.values() if len(row) >= IN_A_ROW)


def _in_row(state: AppState, newest_first: Sequence[Run]) -> Iterator[Recurring]:
    """Looks at older runs only where the newest has something that could come again: most have nothing."""
    finished = (run for run in newest_first if is_finished(state, run))
    newest = next(finished, None)
    if newest is None or newest.triaged_at is not None:
        return
    groups = {
        key: requests
        for key, requests in groups_of_run(state, newest).items()
        if requests > NORMAL_SHARE * newest.requests
    }
    before = list(finished) if groups else []
    for key, requests in groups.items():
        runs = [newest]
        for run in before:
            if key not in groups_of_run(state, run):
                break
            runs.append(run)
        if len(runs) >= IN_A_ROW:
            yield Recurring(key=key, run=newest.name, requests=requests, since=runs[-1].name, runs=len(runs))


def groups_of_run(state: AppState, run: Run) -> Mapping[GroupKey, int]:
    """The largest groups of a run, as they were when its results came; nothing where they were not counted."""
    sums: dict[GroupKey, int] = {}
    for chunk in run.live_chunks:
        known = state.batch_of(chunk)
        for tally in known.collected.groups if known is not None and known.collected is not None else ():
            sums[tally.key] = sums.get(tally.key, 0) + tally.requests
    return sums


def _is_muted(state: AppState, each: Recurring, now: datetime) -> bool:
    facts = GroupFacts(
        requests=each.requests,
        muted_until=state.muted.get(each.key),
        muted_below=state.muted_below.get(each.key),
    )
    return is_muted(facts, now)
