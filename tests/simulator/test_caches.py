"""Caches: requests of one batch hardly share them; a small batch that has ended leaves them warm for an hour."""

from typing import Any

import pytest

from tests.simulator.conftest import HOUR, Simulation, request_row


def marked(ttl: str) -> list[dict[str, Any]]:
    return [{"type": "text", "text": "You are terse. " * 400, "cache_control": {"type": "ephemeral", "ttl": ttl}}]


def written(sim: Simulation, batch_id: str) -> int:
    """Requests of an ended batch that wrote the cache, for all that others had."""
    usages = [line["result"]["message"]["usage"] for line in sim.results(batch_id)]
    return sum(usage["cache_creation_input_tokens"] > 0 for usage in usages)


def later(sim: Simulation, ttl: str, *, wait: float) -> int:
    """How many of thirty write a prefix, so long after a batch of one request with it has ended."""
    system = marked(ttl)
    first = sim.submit([request_row("warm", system=system)])
    while sim.batch(first)["processing_status"] != "ended":
        sim.advance(30)
    sim.advance(wait)
    rest = sim.ended([request_row(f"r{number}", system=system) for number in range(30)])
    return written(sim, rest)


def test_a_batch_alone_writes_the_same_prefix_many_times(sim: Simulation) -> None:
    assert written(sim, sim.ended([request_row(f"r{number}", system=marked("1h")) for number in range(30)])) > 3


@pytest.mark.parametrize(("ttl", "wait", "is_warm"), [("1h", 60, True), ("1h", 2 * HOUR, False), ("5m", 600, False)])
def test_what_a_small_batch_wrote_is_read_as_long_as_it_is_kept(
    sim: Simulation, ttl: str, wait: float, is_warm: bool
) -> None:
    assert (later(sim, ttl, wait=wait) == 0) == is_warm
