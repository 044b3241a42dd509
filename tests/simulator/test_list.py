"""Pages of the list."""

import pytest

from tests.simulator.conftest import BATCHES, Simulation, rows


@pytest.fixture
def newest_first(sim: Simulation) -> list[str]:
    """Ids of 25 batches."""
    return [sim.submit(rows(1)) for _ in range(25)][::-1]


def page(sim: Simulation, **query: str | int) -> tuple[list[str], bool]:
    """Ids of a page, and whether there is more."""
    body = sim.http.get(BATCHES, params=query).json()
    ids = [batch["id"] for batch in body["data"]]
    assert (body["first_id"], body["last_id"]) == ((ids[0], ids[-1]) if ids else (None, None))
    return ids, body["has_more"]


def test_the_list_is_newest_first_and_20_long(sim: Simulation, newest_first: list[str]) -> None:
    assert page(sim) == (newest_first[:20], True)


def test_after_id_gives_what_is_older(sim: Simulation, newest_first: list[str]) -> None:
    assert page(sim, after_id=newest_first[19]) == (newest_first[20:], False)
    assert page(sim, after_id=newest_first[4], limit=3) == (newest_first[5:8], True)


def test_before_id_gives_the_closest_newer_ones_newest_first(sim: Simulation, newest_first: list[str]) -> None:
    assert page(sim, before_id=newest_first[10], limit=3) == (newest_first[7:10], True)
    assert page(sim, before_id=newest_first[3]) == (newest_first[:3], False)
    assert page(sim, before_id=newest_first[0]) == ([], False)


def test_all_fit_on_a_large_page(sim: Simulation, newest_first: list[str]) -> None:
    assert page(sim, limit=1000) == (newest_first, False)


def test_an_empty_list_has_no_ids(sim: Simulation) -> None:
    assert page(sim) == ([], False)


@pytest.mark.parametrize("query", [{"limit": 0}, {"limit": 1001}, {"limit": "x"}, {"after_id": "msgbatch_gone"}])
def test_a_bad_query_is_refused(sim: Simulation, query: dict[str, str]) -> None:
    answer = sim.http.get(BATCHES, params=query)
    assert answer.status_code == 400
    assert answer.json()["error"]["type"] == "invalid_request_error"
