"""Answers that look real."""

import json
from typing import Any

from tests.simulator.conftest import Simulation, request_row

DIFF = (
    "diff --git a/app/cart.py b/app/cart.py\n--- a/app/cart.py\n+++ b/app/cart.py\n@@ -10,4 +10,6 @@\n+    total = 0\n"
)
CACHED = [{"type": "text", "text": "You are terse. " * 200, "cache_control": {"type": "ephemeral", "ttl": "1h"}}]


def text_of(result: dict[str, Any]) -> str:
    """The text of a succeeded result."""
    return str(result["message"]["content"][0]["text"])


def test_a_review_is_answered_with_its_sentiment(sim: Simulation) -> None:
    system = "Classify the sentiment of each review. Answer in JSON."
    results = sim.outcomes(
        [
            request_row("good", "I love it, great battery, highly recommend", system=system),
            request_row("bad", "Broke after a week, terrible support and no refund", system=system),
        ]
    )
    good, bad = json.loads(text_of(results["good"])), json.loads(text_of(results["bad"]))
    assert (good["sentiment"], bad["sentiment"]) == ("positive", "negative")
    assert "battery" in good["topics"]
    assert "support" in bad["topics"]


def test_a_diff_is_reviewed_at_its_lines(sim: Simulation) -> None:
    results = sim.outcomes([request_row(f"d{n}", DIFF) for n in range(8)])
    assert all("app/cart.py" in text_of(result) for result in results.values())


def test_a_product_is_praised_by_name(sim: Simulation) -> None:
    result = sim.outcomes([request_row("p", "Write a product description.\nProduct: Fjell enamel mug")])["p"]
    assert "Fjell enamel mug" in text_of(result)


def test_answers_to_one_prompt_differ(sim: Simulation) -> None:
    results = sim.outcomes([request_row(f"q{n}", "What is a good name for a cat?") for n in range(20)])
    assert len({text_of(result) for result in results.values()}) > 10


def test_a_tool_that_is_insisted_on_is_called(sim: Simulation) -> None:
    tools = [{"name": "save", "input_schema": {"type": "object"}}]
    choice = {"type": "tool", "name": "save"}
    message = sim.outcomes([request_row("a", tools=tools, tool_choice=choice)])["a"]["message"]
    assert message["stop_reason"] == "tool_use"
    assert message["content"][0]["name"] == "save"


def test_max_tokens_cuts_an_answer_by_itself(sim: Simulation) -> None:
    message = sim.outcomes([request_row("a", "Product: tent", max_tokens=12)])["a"]["message"]
    assert message["stop_reason"] == "max_tokens"
    assert message["usage"]["output_tokens"] == 12
    assert len(message["content"][0]["text"]) < 60


def test_usage_has_the_parts_that_are_billed_apart(sim: Simulation) -> None:
    results = sim.outcomes([request_row(f"c{n}", system=CACHED) for n in range(40)])
    usages = [result["message"]["usage"] for result in results.values()]
    for usage in usages:
        creation = usage["cache_creation"]
        written = usage["cache_creation_input_tokens"]
        assert creation == {"ephemeral_5m_input_tokens": 0, "ephemeral_1h_input_tokens": written}
        assert (written > 0) != (usage["cache_read_input_tokens"] > 0)
        assert usage["input_tokens"] > 0
        assert usage["service_tier"] == "batch"
    assert {usage["cache_read_input_tokens"] > 0 for usage in usages} == {True, False}
