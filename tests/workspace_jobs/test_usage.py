"""The measured cost is what an independent sum over the raw results file says, to the last digit."""

import json
import random
from fractions import Fraction
from pathlib import Path
from typing import Any

from batchtui.domain.batch import RequestCounts
from batchtui.domain.billing import together
from batchtui.engine.jobs import VerifyTask
from batchtui.workspace.prices import load_prices
from batchtui.workspace.results.verify import verify
from tests.workspace_jobs.files import PACE, ended, errored, succeeded, verify_results, write

# USD per million tokens, from the service's price list: input, output, 5 m write, 1 h write, read, and 1.1 in the US.
LISTED = {
    "claude-sonnet-4-6": ("3", "15", "3.75", "6", "0.30", True),
    "claude-opus-5-5": ("4", "20", "5", "8", "0.20", True),
    "claude-haiku-4-5": ("1", "5", "1.25", "2", "0.10", False),
    "claude-haiku-5-5": ("0.10", "0.50", "0.125", "0.20", "0.01", True),
}
LONG_HAIKU = ("0.50", "2.50", "0.625", "1.00", "0.05", True)


def independent_cost(results: Path) -> Fraction:
    """USD of a results file with rational numbers and plain JSON, sharing nothing with the program."""
    cost = Fraction(0)
    for line in results.read_text().splitlines():
        message = json.loads(line)["result"].get("message")
        if message is None:
            continue
        usage, model = message["usage"], message["model"].removesuffix("-20251001")
        creation = usage.get("cache_creation") or {
            "ephemeral_5m_input_tokens": usage.get("cache_creation_input_tokens", 0),
            "ephemeral_1h_input_tokens": 0,
        }
        tokens = [
            usage["input_tokens"],
            usage["output_tokens"],
            creation["ephemeral_5m_input_tokens"],
            creation["ephemeral_1h_input_tokens"],
            usage.get("cache_read_input_tokens") or 0,
        ]
        prompt = tokens[0] + sum(tokens[2:])
        *prices, is_dearer_in_us = LONG_HAIKU if model == "claude-haiku-5-5" and prompt > 100_000 else LISTED[model]
        of_tokens = sum(number * Fraction(price) for number, price in zip(tokens, prices, strict=True)) / 10**6
        if is_dearer_in_us and usage.get("inference_geo") == "us":
            of_tokens *= Fraction(11, 10)
        if usage.get("service_tier") in (None, "batch"):
            of_tokens /= 2
        cost += of_tokens + Fraction((usage.get("server_tool_use") or {}).get("web_search_requests", 0), 100)
    return cost


def any_usage(chance: random.Random) -> dict[str, Any]:
    fine, hour = chance.choice([0, 0, 3_000]), chance.choice([0, 0, 20_001])
    usage: dict[str, Any] = {
        "input_tokens": chance.choice([1, 950, 7_777, 99_999, 120_000]),
        "output_tokens": chance.randrange(1, 4_000),
        "cache_read_input_tokens": chance.choice([0, None, 2, 12_345]),
        "cache_creation_input_tokens": fine + hour,
        "service_tier": chance.choices(["batch", None, "standard"], [90, 8, 2])[0],
        "inference_geo": chance.choice([None, "us", "global"]),
    }
    if chance.random() < 0.7:
        usage["cache_creation"] = {"ephemeral_5m_input_tokens": fine, "ephemeral_1h_input_tokens": hour}
    if chance.random() < 0.1:
        usage["server_tool_use"] = {"web_search_requests": chance.randrange(5), "web_fetch_requests": 2}
    return usage


def any_result(chance: random.Random, number: int) -> dict[str, Any]:
    line = succeeded(f"r-{number:05d}")
    line["result"]["message"]["model"] = chance.choice([*LISTED, "claude-haiku-4-5-20251001"])
    line["result"]["message"]["usage"] = any_usage(chance)
    return line


def test_the_measured_cost_is_an_independent_sum_over_the_results_file(tmp_path: Path) -> None:
    chance = random.Random(7)
    lines = [any_result(chance, number) for number in range(3_000)]
    lines += [errored("bad-1"), ended("gone-1", "expired"), ended("gone-2", "canceled")]
    path = write(tmp_path / "results.jsonl", lines)
    counts = RequestCounts(succeeded=3_000, errored=1, expired=1, canceled=1)
    task = VerifyTask(
        results=str(path), issues=str(tmp_path / "issues"), index=None, counts=counts, prices=load_prices({})
    )
    verified = verify(task, PACE)
    assert verified.is_complete
    cost = together(verified.usage.values()).cost_usd
    assert cost is not None and Fraction(cost) == independent_cost(path) > 10


def test_canceled_work_is_billed_only_where_usage_came_with_it(tmp_path: Path) -> None:
    billed = succeeded("r-1", input_tokens=1_000_000, output_tokens=0)
    billed["result"]["type"] = "canceled"
    found = verify_results(tmp_path, [billed, ended("r-2", "canceled")], {"canceled": 2}, None)
    usage = found.usage["claude-sonnet-5"]
    assert found.is_complete
    assert (usage.requests, usage.succeeded, usage.cost_usd) == (1, 0, 1)


def test_results_that_did_not_come_at_half_are_counted(tmp_path: Path) -> None:
    lines = [succeeded(f"r-{number}") for number in range(4)]
    for line, tier in zip(lines, ["batch", "batch", "standard", None], strict=True):
        line["result"]["message"]["usage"]["service_tier"] = tier
    usage = verify_results(tmp_path, lines, {"succeeded": 4}, None).usage["claude-sonnet-5"]
    assert (usage.requests, usage.other_tier, usage.tier_unsaid) == (4, 1, 1)
    assert usage.cost_usd is not None and usage.standard_usd is not None
    assert usage.cost_usd / usage.standard_usd == (3 * 1 + 2) / 8


def test_a_success_without_usage_makes_the_cost_unknown(tmp_path: Path) -> None:
    lines = [succeeded("r-1"), succeeded("r-2")]
    del lines[1]["result"]["message"]["usage"]
    usage = verify_results(tmp_path, lines, {"succeeded": 2}, None).usage["claude-sonnet-5"]
    assert (usage.requests, usage.cost_usd) == (2, None)
