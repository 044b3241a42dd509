"""A part of the matrix: each way a fault can be met, once; `python -m tests.reliability.matrix` tries all of it."""

import asyncio
from pathlib import Path

from tests.reliability.matrix import try_all
from tests.reliability.matrix_cell import Cell, cells
from tests.reliability.matrix_faults import FAULTS, Journey

AT_ONCE = 8

EVERYWHERE = ("401", "429, retry-after in seconds", "502 with HTML", "connection refused")
"""Tried at every journey but the retry, which sends as a submission does."""

SUBMITTED = (
    "409",
    "413",
    "429, spend cap",
    "529",
    "200 with {}",
    "done, no answer",
    "hang after it is done",
    "redirect elsewhere",
    "clock an hour off, no answer",
    "laptop sleeps 8 h",
)
COLLECTED = (
    "404 flap",
    "cut",
    "ends politely too soon",
    "a line twice",
    "a line of an unknown type",
    "a malformed line",
    "a blank line",
    "a count too high",
    "a result counted as another",
    "results archived",
    "results_url elsewhere",
)
CANCELED = ("409", "DNS failure")
POLLED = ("TLS failure", "clock an hour off")


def is_quick(cell: Cell) -> bool:
    """Whether a cell is tried in every run of the tests."""
    name = cell.fault.name
    match cell.journey:
        case Journey.POLL:
            return name in EVERYWHERE + POLLED and not cell.is_other
        case Journey.SUBMIT:
            return name in EVERYWHERE + SUBMITTED and not cell.is_other
        case Journey.COLLECT:
            return name in EVERYWHERE + COLLECTED
        case Journey.CANCEL:
            return name in EVERYWHERE + CANCELED and not cell.is_other
        case Journey.RETRY:
            return name == "done, no answer"


def test_each_kind_of_fault_is_met_as_it_should_be(tmp_path: Path) -> None:
    wanted = [cell for cell in cells(FAULTS) if is_quick(cell)]
    outcomes = asyncio.run(try_all(wanted, scratch=tmp_path, at_once=AT_ONCE))
    assert {outcome.cell.name: outcome.wrong for outcome in outcomes if outcome.wrong} == {}


def test_the_quick_cells_are_there() -> None:
    named = {*EVERYWHERE, *SUBMITTED, *COLLECTED, *CANCELED, *POLLED}
    assert named <= {fault.name for fault in FAULTS}
