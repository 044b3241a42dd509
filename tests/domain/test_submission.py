"""What each thing seen of a POST proves, before its last block and after, case by case."""

import pytest

from batchtui.domain.batch import Batch, RequestCounts
from batchtui.domain.submission import (
    SPEND_CAP,
    Accepted,
    Broken,
    Conclusion,
    NoConnection,
    OtherAnswer,
    Seen,
    Trouble,
    Undecodable,
    Unreadable,
    conclude,
    may_return_alone,
    trouble_of,
)
from tests.fakes import NOON

BATCH = Batch(id="msgbatch_1", processing_status="in_progress", request_counts=RequestCounts(), created_at=NOON)


@pytest.mark.parametrize("released", [False, True])
@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 405, 415, 422, 300, 301, 302, 307, 308, 399])
def test_a_definite_no_is_refused_whenever_it_comes(status: int, released: bool) -> None:
    assert conclude(OtherAnswer(status=status), released=released) is Conclusion.REFUSED


@pytest.mark.parametrize("released", [False, True])
def test_the_noes_with_a_rule_of_their_own(released: bool) -> None:
    assert conclude(OtherAnswer(status=413), released=released) is Conclusion.TOO_LARGE
    assert conclude(OtherAnswer(status=429), released=released) is Conclusion.WAIT
    assert conclude(OtherAnswer(status=429, error_code=SPEND_CAP), released=released) is Conclusion.CAPPED


def test_a_spend_cap_in_an_answer_that_proves_nothing_proves_nothing() -> None:
    assert conclude(OtherAnswer(status=500, error_code=SPEND_CAP), released=True) is Conclusion.UNKNOWN


@pytest.mark.parametrize("status", [408, 409, 499, 500, 502, 503, 504, 529, 520, 418])
def test_an_answer_that_proves_nothing_is_unknown_only_once_the_last_block_was_out(status: int) -> None:
    assert conclude(OtherAnswer(status=status), released=False) is Conclusion.NOT_ACCEPTED
    assert conclude(OtherAnswer(status=status), released=True) is Conclusion.UNKNOWN


def test_a_broken_connection_is_unknown_only_once_the_last_block_was_out() -> None:
    assert conclude(Broken("reset"), released=False) is Conclusion.NOT_ACCEPTED
    assert conclude(Broken("reset"), released=True) is Conclusion.UNKNOWN


def test_no_connection_means_nothing_was_accepted() -> None:
    assert conclude(NoConnection("refused"), released=False) is Conclusion.NOT_ACCEPTED


def test_a_body_that_was_released_had_a_connection_whatever_its_end_is_called() -> None:
    assert conclude(NoConnection("refused"), released=True) is Conclusion.UNKNOWN


@pytest.mark.parametrize("released", [False, True])
def test_a_success_that_cannot_be_read_is_unknown(released: bool) -> None:
    assert conclude(Undecodable(200, "html"), released=released) is Conclusion.UNKNOWN


def test_a_whole_success_is_confirmed() -> None:
    assert conclude(Accepted(BATCH), released=True) is Conclusion.CONFIRMED


@pytest.mark.parametrize(
    ("status", "envelope", "expected"), [(503, True, True), (529, True, True), (529, False, False), (500, True, False)]
)
def test_only_the_services_own_overload_returns_without_a_person(status: int, envelope: bool, expected: bool) -> None:
    assert may_return_alone(status, is_service_envelope=envelope) is expected


def test_a_body_our_own_disk_does_not_give_is_not_accepted() -> None:
    assert conclude(Unreadable("EIO"), released=False) is Conclusion.NOT_ACCEPTED
    assert trouble_of(Unreadable("EIO"), size_bytes=1) is Trouble.DISK


@pytest.mark.parametrize(
    ("seen", "size_bytes", "trouble"),
    [
        (Broken("reset", is_cut=True), 32_000_001, Trouble.CUT),
        (Broken("reset", is_cut=True), 32_000_000, None),
        (Broken("we were told to stop"), 99_000_000, None),
        (NoConnection("no route"), 99_000_000, None),
        (OtherAnswer(status=503), 99_000_000, None),
    ],
)
def test_only_a_large_body_that_was_cut_counts_towards_a_smaller_split(
    seen: Seen, size_bytes: int, trouble: Trouble | None
) -> None:
    assert trouble_of(seen, size_bytes=size_bytes) is trouble
