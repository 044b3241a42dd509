"""`plan` looks ahead: when it would be done, for how much, with which risk, for figures and for files."""

from pathlib import Path
from typing import Any

import pytest

from batchtui.domain.failures import ExitCode
from tests.cli.conftest import write_requests
from tests.cli.program import Program

PRICES = """
[prices."claude-sonnet-4-6"]
input = 3
output = 15
cache_write_5m = 3.75
cache_write_1h = 6
cache_read = 0.3
[prices."claude-haiku-4-5"]
input = 1
output = 5
cache_write_5m = 1.25
cache_write_1h = 2
cache_read = 0.1
[prices."claude-opus-4-7"]
input = 5
output = 25
cache_write_5m = 6.25
cache_write_1h = 10
cache_read = 0.5
"""


def figures(requests: int, tokens_in: int, tokens_out: int, model: str) -> tuple[str, ...]:
    return (
        *("plan", "--requests", str(requests), "--input-tokens", str(tokens_in)),
        *("--output-tokens", str(tokens_out), "--model", model),
    )


JOB = figures(100_000, 5_000, 3_000, "claude-sonnet-4-6")


@pytest.mark.parametrize(
    ("job", "batch", "standard"),
    [
        (JOB, 3000.0, 6000.0),
        (figures(100_000, 5_000, 3_000, "claude-haiku-4-5"), 1000.0, 2000.0),
        (figures(5_000, 20_000, 5_000, "claude-opus-4-7"), 562.5, 1125.0),
        (figures(5_000, 20_000, 5_000, "claude-sonnet-4-6"), 337.5, 675.0),
        (figures(5_000, 20_000, 5_000, "claude-haiku-4-5"), 112.5, 225.0),
        (figures(500_000, 5_000, 3_000, "claude-sonnet-4-6"), 15_000.0, 30_000.0),
    ],
)
def test_the_worked_examples_hold_to_the_cent(
    program: Program, job: tuple[str, ...], batch: float, standard: float
) -> None:
    program.settings(PRICES)
    made = program.json(*job).object
    assert made["cost"]["low_usd"] == made["cost"]["high_usd"] == pytest.approx(batch, abs=0.005)
    assert made["cost"]["standard_low_usd"] == pytest.approx(standard, abs=0.005)
    assert made["forecast"]["saving_usd"] == pytest.approx(standard - batch, abs=0.005)


def test_every_option_of_how_reaches_the_forecast(program: Program) -> None:
    how = ("--chunk-requests", "20000", "--concurrency", "2", "--failure-rate", "10%", "--attempts", "2")
    more = ("--backoff", "linear", "--delay", "90", "--queue-limit", "300000", "--poll", "10")
    found = program.json(*JOB, *how, *more).object["forecast"]
    assert found["job"] == {
        "batch_requests": 20_000,
        "open_batches": 2,
        "queue_limit": 300_000,
        "failure_rate": 0.1,
        "max_attempts": 2,
        "backoff": "linear",
        "delay_seconds": 90,
        "poll_seconds": 10,
    }
    assert (found["batches"], found["batches_with_retries"]) == (5, 6)
    assert (found["failed_first"], found["retried"], found["failed_finally"]) == (10_000, 10_000, 1_000)
    assert [trip["attempt"] for trip in found["queue"]] == [1] * 5 + [2]
    assert found["queue"][2]["goes_seconds"] >= found["queue"][0]["ends_seconds"]


def test_what_no_option_says_is_as_the_settings_say(program: Program) -> None:
    program.settings("[submit]\nmax_open_batches = 3\nchunk_requests = 7000\n[retry]\nmax_attempts = 5\n")
    job = program.json(*JOB).object["forecast"]["job"]
    assert (job["open_batches"], job["batch_requests"], job["max_attempts"]) == (3, 7_000, 5)


def test_a_forecast_says_that_nobody_verified_its_times(program: Program) -> None:
    basis = program.json(*JOB).object["forecast"]["basis"]
    assert (basis["kind"], basis["verified"], basis["batches"]) == ("public", False, 0)
    assert "unverified" in program(*JOB).stdout


def test_sizes_stand_beside_each_other_with_what_one_batch_can_lose(program: Program) -> None:
    sizes = {row["batch_requests"]: row for row in program.json(*JOB).object["forecast"]["sizes"]}
    assert sizes[10_000]["batches"] == 10 and sizes[10_000]["lost_if_one_misses_24h"] == 10_000
    assert sizes[100_000]["batches"] == 1 and sizes[100_000]["lost_if_one_misses_24h"] == 100_000
    assert sizes[100_000]["usual_for"] == "overnight"
    told = program(*JOB).stdout
    assert "> 10,000" in told and "overnight" in told and "urgent work" in told


def test_a_long_queue_is_cut_and_says_so(program: Program) -> None:
    found = program.json(*JOB, "--chunk-requests", "100").object["forecast"]
    assert found["batches"] == 1000 and len(found["queue"]) == 200 and found["queue_cut"] is True


def test_a_file_is_forecast_by_its_own_chunks(program: Program, requests_file: Path) -> None:
    made = program.json("plan", str(requests_file), "--chunk-requests", "4", "--failure-rate", "0.2").object
    queue = made["forecast"]["queue"]
    assert [trip["requests"] for trip in queue if trip["attempt"] == 1] == [4, 4, 2]
    assert made["forecast"]["failed_first"] == 2
    assert made["forecast"]["cost"]["high_usd"] > made["cost"]["high_usd"]
    assert "24 h" in program("plan", str(requests_file)).stdout
    assert not program.workspace.exists()


def test_the_forecast_of_a_file_rests_on_its_tokens_and_counts_those_of_retries(
    program: Program, requests_file: Path
) -> None:
    made = program.json("plan", str(requests_file), "--failure-rate", "0.2", "--attempts", "2").object
    once, all_told = made["cost"], made["forecast"]["cost"]
    assert once["input_tokens_likely"] > 0 and all_told["basis"][0]["input"] == once["basis"][0]["input"]
    assert all_told["input_tokens_high"] == pytest.approx(once["input_tokens_high"] * 1.2, abs=1)
    assert all_told["max_output_tokens"] == pytest.approx(once["max_output_tokens"] * 1.2, abs=1)
    assert all_told["input_tokens_low"] <= once["input_tokens_low"]


def test_figures_are_tokens_as_given(program: Program) -> None:
    made = program.json(*JOB, "--failure-rate", "1%").object
    cost = made["cost"]
    assert cost["input_tokens_low"] == cost["input_tokens_high"] == 500_000_000
    assert cost["output_tokens_likely"] == cost["max_output_tokens"] == 300_000_000
    assert cost["low_usd"] == cost["high_usd"], "what failures add is in the forecast"
    assert made["forecast"]["cost"]["high_usd"] > cost["high_usd"]
    assert cost["basis"][0]["input_source"] == "given"


def test_a_saving_that_is_a_range_says_so_and_none_below_a_cent_is_told(
    program: Program, requests_file: Path, tmp_path: Path
) -> None:
    many = write_requests(tmp_path / "many.jsonl", 1000)
    (line,) = [line for line in program("plan", str(many)).stdout.splitlines() if "  saving" in line]
    assert " to " in line and "at standard price" in line
    assert "  saving" not in program("plan", str(requests_file)).stdout


def test_a_broken_file_has_no_forecast(program: Program, tmp_path: Path) -> None:
    bad = tmp_path / "bad.jsonl"
    bad.write_text("nope\n")
    assert program.json("plan", str(bad)).object["forecast"] is None


@pytest.mark.parametrize("extra", [("--allow", "model_unknown"), ("--chunk-bytes", "1000")])
def test_options_about_a_file_are_refused_for_figures(program: Program, extra: tuple[str, ...]) -> None:
    ending = program(*JOB, *extra)
    assert ending.code == ExitCode.USAGE
    assert "about a file" in ending.stderr


@pytest.mark.parametrize("share", ["101%", "-0.1", "few", "1.5", "nan"])
def test_a_failure_rate_is_a_share(program: Program, share: str) -> None:
    assert program(*JOB, f"--failure-rate={share}").code == ExitCode.USAGE


def test_an_unknown_price_has_no_saving(program: Program) -> None:
    made: dict[str, Any] = program.json(*figures(10, 1, 1, "someone-elses")).object
    assert made["forecast"]["saving_usd"] is None and made["forecast"]["cost"]["high_usd"] is None
