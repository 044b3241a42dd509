"""Some seconds of random orders by two engines beside a `watch`; `python -m tests.reliability.two_processes` takes a
minute."""

from pathlib import Path

from tests.reliability.ground import ground
from tests.reliability.two_processes import SPEED, carry_out


def test_two_engines_and_a_watch_agree_after_random_orders_and_the_death_of_a_leader(tmp_path: Path) -> None:
    with ground(tmp_path / "ground", faults=["create:lost@3"], speed=SPEED) as place:
        assert carry_out(place, seconds=6, seed=1, kill_every=2.5) == []
