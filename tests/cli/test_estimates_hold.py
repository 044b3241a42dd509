"""Estimates in dollars, from `submit` to `cost`, over many runs of many shapes.

What is used comes from the simulator's tokenizer and its lengths, which nothing of batchtui can import.
"""

import json
import random
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import httpx2
import pytest

from batchtui.domain.failures import ExitCode
from batchtui.simulator.app import Options
from batchtui.simulator.server import running
from tests.cli.conftest import SETTINGS
from tests.cli.program import Program
from tests.jobs import MODELS, Params, job

JOBS = 20
HELD = 18
"""Nine of ten of them."""

PRICES = {
    "claude-haiku-4-5": ("1", "5", "1.25", "2", "0.1"),
    "claude-sonnet-4-6": ("3", "15", "3.75", "6", "0.3"),
    "claude-opus-5-5": ("4", "20", "5", "8", "0.2"),
    "claude-haiku-5-5": ("0.1", "0.5", "0.125", "0.2", "0.01"),
}
KINDS = ("input", "output", "cache_write_5m", "cache_write_1h", "cache_read")


@pytest.fixture
def service(program: Program, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A simulation with every class of trouble, and prices that stay as they are here."""
    table = "".join(
        f'[prices."{model}"]\n' + "".join(f"{kind} = {usd}\n" for kind, usd in zip(KINDS, PRICES[model], strict=True))
        for model in MODELS
    )
    program.settings(SETTINGS.replace("[submit]", "[submit]\nmax_open_batches = 100") + table)
    with running(Options(scenario="trouble", seed=11)) as url:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", url)
        yield url


def halves(number: int) -> tuple[list[Params], list[Params]]:
    """A job in two parts: the second is estimated by what the first took."""
    dice = random.Random(4000 + number)
    requests = job(dice)
    dice.shuffle(requests)
    return requests[::2], requests[1::2]


def submit(program: Program, name: str, requests: list[Params]) -> None:
    path = program.workspace.parent / f"{name}.jsonl"
    rows = [{"custom_id": f"r-{number}", "params": params} for number, params in enumerate(requests)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert program("submit", str(path), "--name", name, "--yes").code == ExitCode.DONE


def carry_out(program: Program, service: str, names: list[str]) -> dict[str, dict[str, Any]]:
    """Let a day go by, collect everything, and return what each run came to; it is told on stderr as well."""
    assert httpx2.post(f"{service}/_sim/clock", json={"advance": 100_000}).status_code == 200
    ending = program.json("collect", *names)
    told = [line for line in ending.stderr.splitlines() if ": cost " in line and ", est " in line]
    assert len(told) == len(names)
    found = {row["run"]: row for row in program.json("cost", *names).object["rows"]}
    assert {row["run"]: row["estimate"] for row in ending.object["runs"]} == {
        name: row["estimate"] for name, row in found.items()
    }
    return found


def summed(folder: Path) -> Fraction:
    """USD of a run's results as they lie on disk, by another way than the program's."""
    cost = Fraction(0)
    for path in folder.glob("results/*.jsonl"):
        if path.name.endswith(".issues.jsonl"):
            continue
        for line in path.read_text().splitlines():
            message = json.loads(line)["result"].get("message")
            if message is not None:
                cost += billed(message["model"], message["usage"])
    return cost


def billed(model: str, usage: dict[str, Any]) -> Fraction:
    written = usage["cache_creation"]
    tokens = (
        usage["input_tokens"],
        usage["output_tokens"],
        written["ephemeral_5m_input_tokens"],
        written["ephemeral_1h_input_tokens"],
        usage["cache_read_input_tokens"],
    )
    pairs = zip(tokens, PRICES[model], strict=True)
    return sum((number * Fraction(usd) for number, usd in pairs), Fraction(0)) / 2_000_000


def holds(row: dict[str, Any]) -> bool:
    """Whether the stated interval holds; the program must say the same."""
    estimate = row["estimate"]
    most = estimate["high_usd"] if estimate["expected_high_usd"] is None else estimate["expected_high_usd"]
    is_within = bool(estimate["low_usd"] <= row["cost_usd"] <= most)
    assert estimate["within"] == is_within
    return is_within


def width(row: dict[str, Any]) -> float:
    estimate = row["estimate"]
    return float((estimate["expected_high_usd"] - estimate["low_usd"]) / estimate["expected_usd"])


def test_dollars_lie_in_the_stated_interval_and_are_what_the_results_say(program: Program, service: str) -> None:
    first = [f"first-{number}" for number in range(JOBS)]
    again = [f"again-{number}" for number in range(JOBS)]
    for number, name in enumerate(first):
        submit(program, name, halves(number)[0])
    unmeasured = carry_out(program, service, first)
    for number, name in enumerate(again):
        submit(program, name, halves(number)[1])
    measured = carry_out(program, service, again)

    for name, row in {**unmeasured, **measured}.items():
        assert row["cost_usd"] > 0
        assert row["cost_usd"] == pytest.approx(float(summed(program.workspace / "runs" / name)), abs=6e-7)
    assert all(row["estimate"]["expected_usd"] is None for row in unmeasured.values())
    assert sum(map(holds, unmeasured.values())) >= HELD
    assert sum(map(holds, measured.values())) >= HELD
    assert sorted(map(width, measured.values()))[JOBS // 2] < 1.0, "once a shape was measured it says something"
