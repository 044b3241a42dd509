"""What is refused at create, before anything is accepted."""

import gzip
import json
from collections.abc import Iterator
from typing import Any

import pytest

from batchtui.simulator.envelope import MAX_BODY_BYTES
from tests.simulator.conftest import BATCHES, Simulation, request_row, rows

GOOD = request_row("a")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "A JSON body is required"),
        (b"{", "not valid JSON"),
        (b"[]", "valid dictionary"),
        (b"{}", "requests: Field required"),
        (b'{"requests": []}', "requests: List should have at least 1 item after validation, not 0"),
        (b'{"requests": {}}', "requests: Input should be a valid list"),
        (b'{"requests": [1]}', "requests.0: Input should be a valid dictionary"),
        (b'{"requests": [{"params": {}}]}', "requests.0.custom_id: Field required"),
        (b'{"requests": [{"custom_id": "a"}]}', "requests.0.params: Field required"),
        (b'{"requests": [{"custom_id": 7, "params": {}}]}', "requests.0.custom_id: Input should be a valid string"),
        (b'{"requests": [{"custom_id": "a", "params": []}]}', "requests.0.params: Input should be a valid dictionary"),
        (b'{"requests": [{"custom_id": "a", "params": {}, "x": 1}]}', "requests.0.x: Extra inputs are not permitted"),
        (b'{"requests": [{"custom_id": "a", "params": {"k": "\xff"}}]}', "not valid JSON"),
        (b'{"requests": [], "model": "x"}', "model: Extra inputs are not permitted"),
    ],
)
def test_a_bad_body_is_refused_and_nothing_accepted(sim: Simulation, body: bytes, words: str) -> None:
    answer = sim.http.post(BATCHES, content=body)
    assert answer.status_code == 400
    error = answer.json()["error"]
    assert error["type"] == "invalid_request_error"
    assert words in error["message"]
    assert sim.accepted() == []


@pytest.mark.parametrize("custom_id", ["", "a b", "ä", "x" * 65, "line\n"])
def test_a_bad_custom_id_is_refused(sim: Simulation, custom_id: str) -> None:
    answer = sim.create([GOOD, request_row(custom_id)])
    assert answer.status_code == 400
    assert answer.json()["error"]["message"].startswith("requests.1.custom_id: String should match pattern")


def test_the_same_custom_id_twice_is_refused(sim: Simulation) -> None:
    answer = sim.create([*rows(5), request_row("r2")])
    assert answer.status_code == 400
    assert "requests.5.custom_id: custom_id must be unique" in answer.json()["error"]["message"]


def test_more_than_100_000_requests_are_refused(sim: Simulation) -> None:
    body = b'{"requests":[' + b",".join([b"{}"] * 100_001) + b"]}"
    answer = sim.http.post(BATCHES, content=body)
    assert answer.status_code == 400
    assert "at most 100000 items" in answer.json()["error"]["message"]


def test_a_body_over_256_mb_is_a_413(sim: Simulation) -> None:
    def body() -> Iterator[bytes]:
        block = b" " * 4_000_000
        for _ in range(MAX_BODY_BYTES // len(block)):
            yield block
        yield b" "

    answer = sim.http.post(BATCHES, content=body())
    assert answer.status_code == 413
    assert answer.json()["error"]["type"] == "request_too_large"


def test_a_compressed_body_is_not_understood(sim: Simulation) -> None:
    body = gzip.compress(json.dumps({"requests": rows(1)}).encode())
    answer = sim.http.post(BATCHES, content=body, headers={"content-encoding": "gzip"})
    assert answer.status_code == 415
    assert sim.accepted() == []


@pytest.mark.parametrize("params", [{}, {"model": 3}, {"messages": None, "nonsense": [1]}])
def test_params_are_no_reason_to_refuse_a_batch(sim: Simulation, params: dict[str, Any]) -> None:
    assert sim.create([{"custom_id": "a", "params": params}]).status_code == 200


def test_the_ledger_knows_the_bytes_that_were_sent(sim: Simulation) -> None:
    body = json.dumps({"requests": rows(3)}, indent=1).encode()
    assert sim.http.post(BATCHES, content=body).status_code == 200
    (entry,) = sim.accepted()
    assert entry["body_bytes"] == len(body)
    assert entry["custom_ids"] == ["r0", "r1", "r2"]
