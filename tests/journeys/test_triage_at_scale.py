"""The journey of `triage_at_scale`, small: right groups, exactly the right requests, once, in order."""

from pathlib import Path

import pytest

from tests.journeys.triage_at_scale import journey

pytestmark = pytest.mark.pty


def test_from_failures_of_nine_shapes_to_a_retry_of_exactly_the_right_ones_and_an_export_in_order(
    tmp_path: Path,
) -> None:
    figures = journey(tmp_path, 1_000)
    assert (figures.failures, figures.groups) == (120, 9)
