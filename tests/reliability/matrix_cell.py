"""One cell of the matrix: a fault at a journey, carried out and judged by the server's own ledger."""

import time
import traceback
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.reliability import matrix_trail
from tests.reliability.matrix_faults import Fault, Journey
from tests.reliability.matrix_journeys import CARRY_OUT
from tests.reliability.matrix_line import Line, Names
from tests.reliability.matrix_place import TOTAL, Place, TooLong, custom_ids, place
from tests.reliability.matrix_servers import OVERLOADED, other, simulated

SKEW_SECONDS = 3600


@dataclass(frozen=True, kw_only=True)
class Cell:
    """What is to be tried."""

    fault: Fault
    journey: Journey
    is_other: bool = False

    @property
    def name(self) -> str:
        return f"{self.fault.name} at {self.journey}{' (other server)' if self.is_other else ''}"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What was seen."""

    cell: Cell
    seen: str
    wrong: tuple[str, ...]
    seconds: float


def cells(faults: tuple[Fault, ...]) -> Iterator[Cell]:
    """Every fault at every journey it can strike, on each server that can do it."""
    for fault in faults:
        for journey in fault.expects:
            if fault.specs or fault.is_weather or fault.sleeps or fault.archives:
                yield Cell(fault=fault, journey=journey)
            if fault.other_server:
                yield Cell(fault=fault, journey=journey, is_other=True)


async def try_cell(cell: Cell, *, folder: Path, names: Names, seed: int) -> Outcome:
    """Carry out one cell on a server and a workspace of its own, below a folder that is there."""
    began = time.monotonic()
    seen: list[str] = []
    with Line(1) as sink, other(sink.url) if cell.is_other else simulated(seed) as server:
        try:
            async with place(cell.fault, server, sink, names, folder) as at:
                wrong = await _carry_out(cell, at)
                seen = at.trail()
                wrong += list(_judge(cell, at, seen)) if not wrong else []
        except Exception:  # a defect in one cell must show in the page, and leave the others their turn
            wrong = [traceback.format_exc()]
    return Outcome(cell=cell, seen=matrix_trail.short(seen), wrong=tuple(wrong), seconds=time.monotonic() - began)


async def _carry_out(cell: Cell, at: Place) -> list[str]:
    try:
        await CARRY_OUT[cell.journey](at)
    except TooLong as failure:
        link = at.engine.core.live.link
        return [f"waited in vain for: {failure}; link {link.state} {link.why}; chunks {at.unsettled_chunks()}"]
    return []


def _judge(cell: Cell, at: Place, seen: list[str]) -> Iterator[str]:
    expected = cell.fault.expects[cell.journey]
    lacking = matrix_trail.missing(expected, seen)
    if lacking:
        yield f"{lacking!r} was not seen in its place"
    for word in matrix_trail.BY_A_PERSON:
        if word in seen and word not in expected:
            yield f"{word}, though it should have come by itself"
    if at.sink.connections:
        yield "something was sent elsewhere"
    if cell.fault.specs[-1:] == ("any:skew:3600",) and not _is_skew_known(at):
        yield f"the clock's skew was taken for {at.engine.core.live.link.skew_seconds} s"
    yield from _by_the_ledger(cell, at)


def _is_skew_known(at: Place) -> bool:
    return abs(at.engine.core.live.link.skew_seconds - SKEW_SECONDS) < 60


def _by_the_ledger(cell: Cell, at: Place) -> Iterator[str]:
    accepted = at.server.accepted()
    times = Counter(custom_id for ids in accepted.values() for custom_id in ids)
    for custom_id in (f"doc-{number}" for number in range(TOTAL)):
        expected = 2 if cell.journey is Journey.RETRY and custom_id in OVERLOADED else 1
        if times[custom_id] != expected:
            yield f"{custom_id} was accepted {times[custom_id]} times, not {expected}"
    for batch_id, ids in accepted.items():
        yield from _collected(cell, at, batch_id, ids)


def _collected(cell: Cell, at: Place, batch_id: str, ids: list[str]) -> Iterator[str]:
    known = at.engine.state.batches.get(batch_id)
    if known is None or known.run is None:
        yield f"{batch_id} is not owned"
    elif cell.fault.archives:
        if known.collected is not None:
            yield f"{batch_id} is called collected"
    elif known.collected is None or known.collected.results != len(ids):
        yield f"{batch_id} is not collected"
    elif sorted(custom_ids(at.engine.store.results_path(batch_id, known.run))) != sorted(ids):
        yield f"the results of {batch_id} on disk are not those of its requests"
