"""Keys, and the headers of every answer."""

from email.utils import parsedate_to_datetime

import httpx2
import pytest

from batchtui.simulator.headers import Account
from tests.simulator.conftest import BATCHES, Simulation, Starter, rows


@pytest.mark.parametrize("headers", [{}, {"x-api-key": ""}, {"authorization": "Bearer"}])
def test_without_a_key_nothing_is_said(sim: Simulation, headers: dict[str, str]) -> None:
    answer = httpx2.get(sim.url + BATCHES, headers=headers)
    assert answer.status_code == 401
    assert answer.json()["error"] == {
        "type": "authentication_error",
        "message": "invalid x-api-key",
        "details": None,
    }


@pytest.mark.parametrize("headers", [{"x-api-key": "right"}, {"authorization": "Bearer right"}])
def test_only_the_key_asked_for_is_let_in(start: Starter, headers: dict[str, str]) -> None:
    sim = start(account=Account(key="right"))
    assert httpx2.get(sim.url + BATCHES, headers=headers).status_code == 200
    assert httpx2.post(sim.url + BATCHES, headers={"x-api-key": "wrong"}, json={}).status_code == 401


def test_every_answer_names_its_account_request_and_time(start: Starter) -> None:
    sim = start(account=Account(organization="org-1", api_workspace="wrkspc_1"))
    answers = [sim.http.get(BATCHES), sim.http.get("/v1/none"), sim.create(rows(1))]
    for answer in answers:
        assert answer.headers["anthropic-organization-id"] == "org-1"
        assert answer.headers["anthropic-workspace-id"] == "wrkspc_1"
        assert answer.headers["request-id"].startswith("req_01")
    assert len({answer.headers["request-id"] for answer in answers}) == 3


def test_the_date_is_simulated(sim: Simulation) -> None:
    before = parsedate_to_datetime(sim.http.get(BATCHES).headers["date"])
    sim.advance(86_400)
    after = parsedate_to_datetime(sim.http.get(BATCHES).headers["date"])
    assert (after - before).total_seconds() >= 86_400


def test_answers_are_compressed_for_those_who_accept_it(sim: Simulation) -> None:
    path = f"{BATCHES}/{sim.ended(rows(30))}/results"
    packed = sim.http.get(path, headers={"accept-encoding": "gzip"})
    plain = sim.http.get(path, headers={"accept-encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.content == plain.content
