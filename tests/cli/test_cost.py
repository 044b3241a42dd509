"""`cost`: what results did cost, by run, day, model, chunk and request, and that all of these say the same."""

import csv
import io
import json
from fractions import Fraction
from pathlib import Path

import pytest

from batchtui.domain.failures import ExitCode
from tests.cli.conftest import SETTINGS
from tests.cli.program import Program
from tests.otherserver import OtherServer
from tests.otherserver.client import make_requests

CACHE_PRICES = "cache_write_5m = 1\ncache_write_1h = 1\ncache_read = 1\n"
HAIKU = (Fraction("0.10"), Fraction("0.50"))


@pytest.fixture
def run(online: Program, server: OtherServer, requests_file: Path) -> str:
    """A run of three chunks, collected."""
    online("submit", str(requests_file), "--name", "evals", "--chunk-requests", "4", "--yes")
    server.finish()
    online("collect", "evals")
    return "evals"


def summed(workspace: Path) -> float:
    """USD of all results on disk, by another way than the program's."""
    cost = Fraction(0)
    for path in workspace.rglob("results/*.jsonl"):
        if path.name.endswith(".issues.jsonl"):
            continue
        for line in path.read_text().splitlines():
            message = json.loads(line)["result"].get("message")
            if message is not None:
                usage = message["usage"]
                cost += (usage["input_tokens"] * HAIKU[0] + usage["output_tokens"] * HAIKU[1]) / 2_000_000
    return float(cost)


def test_every_grouping_adds_up_to_what_the_results_say(online: Program, run: str) -> None:
    expected = summed(online.workspace)
    assert expected > 0
    for by in ("run", "day", "model", "chunk"):
        shown = online.json("cost", "--by", by).object
        assert shown["by"] == by
        assert all(by in row for row in shown["rows"])
        assert sum(row["cost_usd"] for row in shown["rows"]) == pytest.approx(expected, abs=2e-6)
        assert shown["total"]["cost_usd"] == pytest.approx(expected, abs=5e-7)
        assert shown["total"]["standard_usd"] == pytest.approx(2 * expected, abs=1e-6)


def test_a_run_is_compared_with_its_estimate(online: Program, run: str) -> None:
    (row,) = online.json("cost", run).object["rows"]
    assert (row["run"], row["batches"], row["waiting"], row["results"]) == (run, 3, 0, 10)
    assert row["succeeded"] == row["billed"] < 10
    assert row["estimate"]["low_usd"] <= row["estimate"]["high_usd"]
    assert row["estimate"]["within"] in (True, False)
    assert row["saving_usd"] == pytest.approx(row["cost_usd"], abs=2e-6)
    assert row["not_at_half"] == 0
    text = online("cost", run).stdout
    assert "evals" in text and "measured in 3 batches" in text


def test_single_requests_add_up_too(online: Program, run: str) -> None:
    ending = online.json("cost", run, "--by", "request")
    assert len(ending.objects) == 10
    assert sum(row["cost_usd"] for row in ending.objects) == pytest.approx(summed(online.workspace))
    assert {row["outcome"] for row in ending.objects} > {"succeeded"}
    rows = list(csv.DictReader(io.StringIO(online("cost", run, "--by", "request", "--csv").stdout)))
    assert [row["custom_id"] for row in rows] == [row["custom_id"] for row in ending.objects]


def test_another_price_counts_from_then_on_and_single_requests_say_so(online: Program, run: str) -> None:
    before = online.json("cost", run)
    online.settings(f'{SETTINGS}\n[prices."claude-haiku-5-5"]\ninput = 100\noutput = 500\n{CACHE_PRICES}')
    assert online.json("cost", run).object["total"] == before.object["total"]
    ending = online.json("cost", run, "--by", "request")
    assert sum(row["cost_usd"] for row in ending.objects) == pytest.approx(1000 * summed(online.workspace))
    assert ending.stderr.count("with the prices of now") == 3, "once for each batch"


def test_csv_has_the_same_figures(online: Program, run: str) -> None:
    (row,) = csv.DictReader(io.StringIO(online("cost", "--csv").stdout))
    (same,) = online.json("cost").object["rows"]
    assert row["run"] == run
    assert float(row["cost_usd"]) == same["cost_usd"]
    assert float(row["estimate_high_usd"]) == same["estimate"]["high_usd"]


def test_what_is_not_collected_is_counted_and_not_guessed(
    online: Program, server: OtherServer, requests_file: Path
) -> None:
    online("submit", str(requests_file), "--name", "evals", "--yes")
    (row,) = online.json("cost").object["rows"]
    assert (row["batches"], row["waiting"], row["cost_usd"], row["estimate"]) == (0, 1, 0, None)


def test_a_model_without_a_price_leaves_the_cost_unknown(online: Program, server: OtherServer, tmp_path: Path) -> None:
    requests = [{**entry, "params": {**entry["params"], "model": "claude-nobody"}} for entry in make_requests(4)]
    path = tmp_path / "odd.jsonl"
    path.write_text("".join(json.dumps(entry) + "\n" for entry in requests))
    online("submit", str(path), "--name", "odd", "--yes")
    server.finish()
    online("collect", "odd")
    (row,) = online.json("cost", "--by", "model").object["rows"]
    assert (row["model"], row["cost_usd"], row["per_1000_usd"]) == ("claude-nobody", None, None)
    assert "not known" in online("cost").stdout


def test_prices_that_nobody_confirmed_are_said_with_the_cost_and_with_the_plan(
    online: Program, server: OtherServer, tmp_path: Path
) -> None:
    model = "claude-3-5-haiku-20241022"
    requests = [{**entry, "params": {**entry["params"], "model": model}} for entry in make_requests(4)]
    path = tmp_path / "old.jsonl"
    path.write_text("".join(json.dumps(entry) + "\n" for entry in requests))
    assert online.json("plan", str(path)).object["cost"]["unconfirmed_models"] == [model]
    assert f"price of {model} not confirmed by the service" in online("plan", str(path)).stdout
    online("submit", str(path), "--name", "old", "--yes")
    server.finish()
    online("collect", "old")
    assert online.json("cost").object["unconfirmed_models"] == [model]
    assert f"prices of {model} are not confirmed by the service" in online("cost").stdout
    online.settings(f'{SETTINGS}\n[prices."{model}"]\ninput = 1\noutput = 1\n{CACHE_PRICES}')
    assert online.json("cost").object["unconfirmed_models"] == [], "whoever gives a price knows it"


def test_the_error_of_the_estimate_is_told_when_a_run_is_collected(
    online: Program, server: OtherServer, requests_file: Path
) -> None:
    online("submit", str(requests_file), "--name", "evals", "--chunk-requests", "4", "--yes")
    (first, *_) = online.json("show", "evals").object["chunks"]
    server.finish()
    part = online.json("collect", first["batch_id"])
    assert part.object["runs"] == [] and "cost " not in part.stderr, "a part of a run is not judged"
    whole = online.json("collect", "evals")
    (row,) = whole.object["runs"]
    assert row["run"] == "evals" and row["estimate"] == online.json("cost").object["rows"][0]["estimate"]
    assert "evals: cost " in whole.stderr and ", est " in whole.stderr
    assert "est " in online("show", "evals").stdout


def test_the_sums_stay_when_the_results_are_pruned(online: Program, run: str) -> None:
    before = online.json("cost").object["total"]["cost_usd"]
    assert online("prune", run, "--results", "--yes").code == ExitCode.DONE
    assert online.json("cost").object["total"]["cost_usd"] == before
    assert online("cost", run, "--by", "request").code == ExitCode.ERROR


def test_cost_needs_no_network_and_a_new_workspace_says_so(program: Program) -> None:
    assert "nothing was collected" in program("cost").stdout
    assert program("cost", "--by", "request").code == ExitCode.USAGE
