"""Which requests go ahead of a run: few, and like the others in model and size. The same file gives the same ones."""

from collections.abc import Sequence
from typing import NamedTuple

from batchtui.domain.failures import BadInput
from batchtui.domain.forecasting.prompts import SharedPrefix
from batchtui.engine.jobs import PilotTask
from batchtui.workspace.prompts.sample import Strata
from batchtui.workspace.requests.check import Request

POOL = 8_192
"""Requests that are chosen from, spread evenly over the file."""

Places = frozenset[tuple[int, int]]
"""(file, line number) of requests."""


class Candidate(NamedTuple):
    """A request that may go ahead: its model, its size in bytes, and where it is."""

    model: str
    size: int
    file: int
    number: int


class Pool:
    """Gathers candidates while the requests pass by."""

    def __init__(self) -> None:
        self._strata = Strata(most=POOL)
        self._candidates: dict[int, Candidate] = {}

    def offer(self, file: int, numbers: Sequence[int], lines: Sequence[bytes], requests: Sequence[Request]) -> None:
        for ordinal, at in self._strata.pass_by(len(lines)):
            self._candidates[ordinal] = Candidate(requests[at].model, len(lines[at]), file, numbers[at])
            if self._strata.is_overfull(len(self._candidates)):
                self._strata.double()
                self._candidates = {each: it for each, it in self._candidates.items() if self._strata.keeps(each)}

    def candidates(self) -> list[Candidate]:
        return list(self._candidates.values())


def canary(pool: Sequence[Candidate], task: PilotTask, *, chunk_requests: int, chunk_bytes: int, total: int) -> Places:
    """So many requests, every model by its share, evenly spread over the sizes of each.

    Raises:
        BadInput: the file has no more requests than that.
    """
    wanted = min(task.requests, chunk_requests)
    if total <= wanted:
        raise BadInput(
            f"a canary of {wanted:,} is all of the {total:,} requests", next="choose a smaller one, or leave it away"
        )
    by_model: dict[str, list[Candidate]] = {}
    for each in pool:
        by_model.setdefault(each.model, []).append(each)
    chosen: list[Candidate] = []
    for model, number in shares({model: len(group) for model, group in by_model.items()}, wanted).items():
        chosen += _spread(sorted(by_model[model], key=lambda it: (it.size, it.file, it.number)), number)
    room = chunk_bytes - 64
    kept: set[tuple[int, int]] = set()
    for each in sorted(chosen, key=lambda it: it.size):
        room -= each.size + 1
        if room >= 0 or not kept:
            kept.add((each.file, each.number))
    return frozenset(kept)


def shares(sizes: dict[str, int], wanted: int) -> dict[str, int]:
    """How many of each group, by largest remainder, and at least one of each while there is room."""
    total = sum(sizes.values())
    exact = {name: wanted * size / total for name, size in sizes.items()}
    given = {name: min(sizes[name], max(1, int(quota))) for name, quota in exact.items()}
    by_remainder = sorted(sizes, key=lambda name: (given[name] - exact[name], name))
    while sum(given.values()) < min(wanted, total):
        name = next(name for name in by_remainder if given[name] < sizes[name])
        given[name] += 1
        by_remainder.sort(key=lambda name: (given[name] - exact[name], name))
    for name in sorted(given, key=lambda name: exact[name]):
        if sum(given.values()) <= wanted:
            break
        given[name] -= 1
    return given


def _spread(group: Sequence[Candidate], number: int) -> list[Candidate]:
    """The middles of so many equal parts."""
    return [group[(2 * at + 1) * len(group) // (2 * number)] for at in range(number)]


def warming(starts: dict[str, tuple[int, int]], prefixes: Sequence[SharedPrefix]) -> Places:
    """For each model whose prompts begin alike one request that does.

    Raises:
        BadInput: no model's prompts do.
    """
    found = frozenset(starts[prefix.key] for prefix in prefixes if prefix.key in starts)
    if not found:
        raise BadInput("there is nothing to warm: the prompts have no beginning in common", next="leave --warm away")
    return found
