"""What the service says of params, row by row, once the batch has ended."""

from typing import Any

import pytest

from tests.simulator.conftest import BATCHES, Simulation, request_row

USER = {"role": "user", "content": "Hi"}
EMPTY_BLOCK = {"role": "user", "content": [{"type": "text", "text": " "}]}
LONG = "word " * 160_000


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        (
            {"max_tokens": 99_999},
            "max_tokens: 99999 > 64000, which is the maximum allowed number of output tokens for claude-haiku-4-5",
        ),
        ({"max_tokens": 0}, "max_tokens: Input should be greater than or equal to 1"),
        ({"max_tokens": "9"}, "max_tokens: Input should be a valid integer"),
        ({"messages": []}, "messages: at least one message is required"),
        ({"messages": [{"role": "user", "content": ""}]}, "messages.0: user messages must have non-empty content"),
        ({"messages": [USER, EMPTY_BLOCK]}, "messages.1.content.0.text: text content blocks must be non-empty"),
        ({"messages": [{"role": "bot", "content": "x"}]}, "messages.0.role: Input should be 'user' or 'assistant'"),
        ({"messages": [{"role": "assistant", "content": "x"}]}, 'messages: first message must use the "user" role'),
        ({"messages": [{"role": "user", "content": LONG}]}, "prompt is too long: 216224 tokens > 200000 maximum"),
        ({"stream": True}, "stream: not supported in the Message Batches API"),
        ({"temperature": 1.0}, "temperature: this parameter is not supported with anthropic-version 2026-10-21"),
        ({"colour": "red"}, "colour: Extra inputs are not permitted"),
        ({"model": 4}, "model: Input should be a valid string"),
        ({"system": 4}, "system: Input should be a valid string or list"),
    ],
)
def test_bad_params_make_an_errored_result(sim: Simulation, changes: dict[str, Any], message: str) -> None:
    result = sim.outcomes([request_row("a", **changes)])["a"]
    assert result["type"] == "errored"
    assert result["error"]["error"] == {"type": "invalid_request_error", "message": message, "details": None}
    assert result["error"]["request_id"].startswith("req_01")


def test_missing_params_are_named(sim: Simulation) -> None:
    result = sim.outcomes([{"custom_id": "a", "params": {"model": "claude-opus-4-7", "max_tokens": 5}}])["a"]
    assert result["error"]["error"]["message"] == "messages: Field required"


def test_an_unknown_model_is_not_found(sim: Simulation) -> None:
    error = sim.outcomes([request_row("a", model="claude-3-opus-20240229")])["a"]["error"]["error"]
    assert error == {"type": "not_found_error", "message": "model: claude-3-opus-20240229", "details": None}


def test_a_dated_model_name_is_known(sim: Simulation) -> None:
    assert sim.outcomes([request_row("a", model="claude-haiku-4-5-20251001")])["a"]["type"] == "succeeded"


@pytest.mark.parametrize(("model", "expected"), [("claude-haiku-4-5", "succeeded"), ("claude-opus-4-7", "errored")])
def test_the_older_wire_version_allows_sampling_on_older_models(sim: Simulation, model: str, expected: str) -> None:
    body = {"requests": [request_row("a", model=model, temperature=0.2)]}
    batch_id = sim.http.post(BATCHES, json=body, headers={"anthropic-version": "2023-06-01"}).json()["id"]
    sim.advance(3600)
    assert sim.results(batch_id)[0]["result"]["type"] == expected


def test_a_bad_row_does_not_harm_its_neighbours(sim: Simulation) -> None:
    batch_id = sim.ended([request_row("good"), request_row("bad", max_tokens=0)])
    counts = sim.batch(batch_id)["request_counts"]
    assert (counts["succeeded"], counts["errored"]) == (1, 1)
