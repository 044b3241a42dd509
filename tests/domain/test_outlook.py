"""What a run still waits for."""

import pytest

from batchtui.domain.fold.apply import apply
from batchtui.domain.outlook import Outlook, outlook
from batchtui.domain.records import (
    BatchSeen,
    Collected,
    CollectFailed,
    Record,
    SubmissionAbandoned,
    SubmissionConfirmed,
    SubmissionIntended,
    SubmissionLooked,
    SubmissionRefused,
    SubmissionReleasing,
    SubmissionUnknown,
)
from batchtui.domain.results import TypeTallies
from batchtui.domain.state import AppState
from tests.domain.builders import batch, planned
from tests.fakes import NOON


def _sent(chunk: str, number: int) -> list[Record]:
    submission = f"sub_{number}"
    return [
        SubmissionIntended(at=NOON, submission=submission, run="evals", chunk=chunk, requests=10, bytes=1000),
        SubmissionReleasing(at=NOON, submission=submission),
    ]


def _confirmed(chunk: str, number: int) -> list[Record]:
    return [*_sent(chunk, number), SubmissionConfirmed(at=NOON, submission=f"sub_{number}", batch=batch(number))]


def _unknown(chunk: str, number: int, *, is_not_found: bool) -> list[Record]:
    submission = f"sub_{number}"
    looked = SubmissionLooked(at=NOON, submission=submission, begun_at=NOON, is_not_found=is_not_found)
    return [*_sent(chunk, number), SubmissionUnknown(at=NOON, submission=submission, why="cut", ended_at=NOON), looked]


def _refused(chunk: str, number: int) -> list[Record]:
    return [*_sent(chunk, number), SubmissionRefused(at=NOON, submission=f"sub_{number}", status=400)]


def _ended(number: int) -> Record:
    return BatchSeen(at=NOON, batch=batch(number, status="ended", succeeded=10))


def _collected(number: int) -> Record:
    return Collected(
        at=NOON,
        batch_id=batch(number).id,
        results=10,
        bytes=1,
        sha256="0" * 64,
        tallies=TypeTallies(succeeded=10),
        issues=0,
    )


_DONE = [*_confirmed("0001", 1), _ended(1), _collected(1)]
_GAVE_UP = CollectFailed(at=NOON, batch_id=batch(1).id, why="cut", attempt=12)


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        ([], Outlook.MOVING),
        (_confirmed("0001", 1), Outlook.MOVING),
        (_DONE, Outlook.MOVING),
        ([*_DONE, *_confirmed("0002", 2), _ended(2)], Outlook.MOVING),
        ([*_DONE, *_confirmed("0002", 2), _ended(2), _collected(2)], Outlook.SETTLED),
        ([*_DONE, *_refused("0002", 2)], Outlook.SETTLED),
        ([*_DONE, *_unknown("0002", 2, is_not_found=False)], Outlook.MOVING),
        ([*_DONE, *_unknown("0002", 2, is_not_found=True)], Outlook.LOST),
        ([*_confirmed("0001", 1), *_unknown("0002", 2, is_not_found=True)], Outlook.MOVING),
        (
            [*_DONE, *_unknown("0002", 2, is_not_found=True), SubmissionAbandoned(at=NOON, submission="sub_2")],
            Outlook.SETTLED,
        ),
        ([*_confirmed("0001", 1), _ended(1), _GAVE_UP, *_refused("0002", 2)], Outlook.SETTLED),
    ],
)
def test_a_run_waits_as_long_as_anything_of_it_can_still_change(records: list[Record], expected: Outlook) -> None:
    state = apply(AppState(), [planned(), *records])
    assert outlook(state, state.runs["evals"], NOON) is expected
