"""Some seconds of random orders; `python -m tests.reliability.dashboards` takes a minute."""

from pathlib import Path

import pytest

from tests.reliability.dashboards import SPEED, carry_out
from tests.reliability.ground import ground

pytestmark = pytest.mark.pty


def test_two_dashboards_and_a_watch_show_the_same_after_random_orders_and_the_death_of_a_leader(
    tmp_path: Path,
) -> None:
    with ground(tmp_path / "ground", faults=["create:lost@3"], speed=SPEED) as place:
        assert carry_out(place, seconds=10, seed=1, kill_every=4) == []
