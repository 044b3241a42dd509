"""What goes over the wire, in words: measured amounts, and an estimate that says it is one."""

import pytest

from batchtui.engine.jobs import Progress
from batchtui.present.transfers import figures, together

MB = 1_000_000


@pytest.mark.parametrize(
    ("progress", "words"),
    [
        (Progress(job="send a/0001", unit="bytes", done=5 * MB, total=20 * MB), "5.0 MB of 20.0 MB"),
        (
            Progress(job="send a/0001", unit="bytes", done=5 * MB, total=20 * MB, seconds=2.0),
            "5.0 MB of 20.0 MB, 2.5 MB/s, ~6s left",
        ),
        (
            Progress(job="send a/0001", unit="bytes", done=20 * MB, total=20 * MB, seconds=8.0),
            "20.0 MB of 20.0 MB, 2.5 MB/s",
        ),
        (
            Progress(job="collect b", unit="bytes", done=3 * MB, requests=250, of_requests=1_000, seconds=2.0),
            "3.0 MB, 25 %, 1.5 MB/s, ~6s left",
        ),
        (Progress(job="collect b", unit="bytes", done=3 * MB, of_requests=1_000, seconds=2.0), "3.0 MB, 1.5 MB/s"),
        (Progress(job="export", unit="requests", done=10, total=40, seconds=1.0), "10 of 40 requests, 10/s, ~3s left"),
        (Progress(job="collect b", unit="bytes", done=3 * MB, seconds=0.01), "3.0 MB"),
    ],
)
def test_amount_speed_and_time_left_are_said_as_far_as_they_are_known(progress: Progress, words: str) -> None:
    assert figures(progress) == words


def test_several_downloads_are_told_as_one_with_the_time_that_all_of_them_take() -> None:
    quick = Progress(job="collect a", unit="bytes", done=8 * MB, requests=800, of_requests=1_000, seconds=2.0)
    slow = Progress(job="collect b", unit="bytes", done=2 * MB, requests=200, of_requests=1_000, seconds=2.0)
    assert figures(together([quick, slow])) == "10.0 MB, 50 %, 5.0 MB/s, ~2s left"


def test_several_bodies_have_no_end_while_one_of_them_has_none() -> None:
    known = Progress(job="send a/0001", unit="bytes", done=5 * MB, total=20 * MB, seconds=2.0)
    begun = Progress(job="send a/0002", unit="bytes", done=1 * MB)
    assert figures(together([known, begun])) == "6.0 MB, 2.5 MB/s"
