"""Outcomes that are asked for, and those that a scenario deals out."""

from collections import Counter
from typing import Any

import pytest

from tests.simulator.conftest import Simulation, Starter, request_row, rows

CREDIT = "Your credit balance is too low to access the Anthropic API"


def marked(custom_id: str, name: str) -> dict[str, Any]:
    """A request that asks for an outcome."""
    return request_row(custom_id, metadata={"user_id": f"sim:{name}"})


@pytest.mark.parametrize(
    ("name", "error_type"),
    [
        ("overloaded", "overloaded_error"),
        ("api_error", "api_error"),
        ("timeout", "timeout_error"),
        ("rate-limit", "rate_limit_error"),
        ("credit", "invalid_request_error"),
        ("billing", "billing_error"),
        ("permission", "permission_error"),
        ("authentication", "authentication_error"),
        ("not_found", "not_found_error"),
        ("too_large", "request_too_large"),
        ("too_long", "invalid_request_error"),
        ("novel", "quantum_decoherence_error"),
    ],
)
def test_an_error_can_be_asked_for(sim: Simulation, name: str, error_type: str) -> None:
    result = sim.outcomes([marked("a", name)])["a"]
    assert result["type"] == "errored"
    assert result["error"]["type"] == "error"
    assert result["error"]["error"]["type"] == error_type
    assert "{n}" not in result["error"]["error"]["message"]


@pytest.mark.parametrize("name", ["max_tokens", "refusal", "pause_turn", "model_context_window_exceeded", "tool_use"])
def test_a_stop_reason_can_be_asked_for(sim: Simulation, name: str) -> None:
    result = sim.outcomes([marked("a", name)])["a"]
    assert result["type"] == "succeeded"
    assert result["message"]["stop_reason"] == name


def test_canceled_expired_and_unknown_say_nothing_more(sim: Simulation) -> None:
    results = sim.outcomes([marked("a", "canceled"), marked("b", "expired"), marked("c", "unknown")])
    assert results == {"a": {"type": "canceled"}, "b": {"type": "expired"}, "c": {"type": "postponed"}}


def test_a_type_without_a_count_of_its_own_is_counted_as_errored(sim: Simulation) -> None:
    counts = sim.batch(sim.ended([marked("a", "unknown"), request_row("b")]))["request_counts"]
    assert counts == {"processing": 0, "succeeded": 1, "errored": 1, "canceled": 0, "expired": 0}


def test_the_custom_id_can_ask_too(sim: Simulation) -> None:
    assert sim.outcomes([request_row("x-sim-refusal")])["x-sim-refusal"]["message"]["stop_reason"] == "refusal"


def test_transient_trouble_passes_at_the_second_attempt(sim: Simulation) -> None:
    requests = [marked("a", "overloaded"), marked("b", "overloaded!"), marked("c", "credit")]
    assert {result["type"] for result in sim.outcomes(requests).values()} == {"errored"}
    again = sim.outcomes(requests)
    assert {name: result["type"] for name, result in again.items()} == {
        "a": "succeeded",
        "b": "errored",
        "c": "errored",
    }


def test_trouble_has_every_class_and_mostly_succeeds(start: Starter) -> None:
    sim = start(scenario="trouble")
    results = sim.outcomes(rows(2000)).values()
    errors = Counter(result["error"]["error"]["type"] for result in results if result["type"] == "errored")
    stops = Counter(result["message"]["stop_reason"] for result in results if result["type"] == "succeeded")
    assert set(errors) == {
        "overloaded_error",
        "api_error",
        "timeout_error",
        "rate_limit_error",
        "invalid_request_error",
        "permission_error",
        "not_found_error",
        "request_too_large",
    }
    assert {"end_turn", "max_tokens", "refusal"} <= set(stops)
    assert any(result["type"] == "expired" for result in results)
    assert stops["end_turn"] > 1500
    assert any(CREDIT in result["error"]["error"]["message"] for result in results if result["type"] == "errored")


def test_at_a_later_attempt_trouble_spares_the_transient(start: Starter) -> None:
    sim = start(scenario="trouble")
    first = sim.outcomes(rows(1000))
    overloaded = [name for name, result in first.items() if "Overloaded" in str(result)]
    again = sim.outcomes([request_row(name) for name in overloaded])
    assert len(overloaded) > 10
    assert {result["type"] for result in again.values()} == {"succeeded"}
