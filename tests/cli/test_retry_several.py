"""`retry RUN RUN2 …`: one yes to the sum, a new run for each, and the others in spite of one that has nothing."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from batchtui.domain.failures import ExitCode, worst
from tests.cli.conftest import SETTINGS, write_requests
from tests.cli.program import Program
from tests.otherserver import JsonObject, OtherServer, errored, succeeded


def judge(custom_id: str, params: JsonObject, attempt: int) -> JsonObject:
    """The first two of each run are overloaded at first; none of `fine` is."""
    run, _, number = custom_id.partition("-")
    if run != "fine" and attempt == 1 and int(number) < 2:
        return errored("overloaded_error", "Overloaded")
    return succeeded(params, text=f"to {custom_id}")


@pytest.fixture
def server(environment: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[OtherServer]:
    """A service that judges by custom_id."""
    with OtherServer(seconds=3600, judge=judge) as running:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", running.base_url)
        yield running


@pytest.fixture
def ended(online: Program, server: OtherServer, environment: Path) -> tuple[str, ...]:
    """Two runs of which 2 of 5 can be sent again, and one without failures."""
    for name in ("one", "two", "fine"):
        file = write_requests(environment / f"{name}.jsonl", 5, prefix=name)
        assert online("submit", str(file), "--name", name, "--yes").code == ExitCode.DONE
    server.finish()
    return "one", "fine", "two"


def test_several_runs_are_sent_again_each_as_its_own(
    online: Program,
    server: OtherServer,
    ended: tuple[str, ...],
) -> None:
    before = len(server.ledger)
    ending = online.json("retry", *ended, "--yes")
    assert ending.code == ExitCode.DONE
    one, two, fine = ending.object["runs"]
    assert [(row["run"], row["parent"], row["included"]) for row in (one, two)] == [
        ("one.r1", "one", 2),
        ("two.r1", "two", 2),
    ]
    assert (fine["run"], fine["parent"], fine["reason"]) == (None, "fine", "nothing to send again")
    assert ending.object["requests"] == 4
    assert [sorted(batch.custom_ids) for batch in server.ledger[before:]] == [
        ["one-0", "one-1"],
        ["two-0", "two-1"],
    ]
    again = online.json("retry", *ended, "--yes")
    assert again.code == ExitCode.DONE
    assert [row["run"] for row in again.object["runs"]] == [None, None, None]
    assert "already sent again by one.r1" in again.object["runs"][0]["reason"]
    assert len(server.ledger) == before + 2


def test_without_a_yes_the_plan_of_all_is_printed_and_nothing_is_sent(
    online: Program,
    server: OtherServer,
    ended: tuple[str, ...],
) -> None:
    online.json("collect", *ended)
    before = len(server.ledger)
    ending = online.json("retry", *ended)
    assert ending.code == ExitCode.NOT_CONFIRMED
    assert [row["run"] for row in ending.object["runs"]] == ["one.r1", "two.r1", None]
    dry = online.json("retry", *ended, "--dry-run")
    assert dry.code == ExitCode.DONE
    assert dry.object["dry_run"] and dry.object["cost"]["high_usd"] > 0
    words = online("retry", *ended, "--dry-run").stdout
    assert "4 requests in 2 new runs" in words and "nothing of fine is sent again" in words
    assert len(server.ledger) == before
    assert online.staged == []


def test_the_sum_is_held_against_the_days_budget(
    online: Program,
    server: OtherServer,
    ended: tuple[str, ...],
) -> None:
    online.json("collect", *ended)
    parts = online.json("retry", *ended, "--dry-run").object["runs"][:2]
    taken = sum(float(row["cost_usd"] or 0) for row in online.json("ls").object["runs"])
    limit = taken + 1.5 * parts[0]["cost"]["high_usd"]
    online.settings(f"{SETTINGS}[budget]\ndaily_usd = {limit:.6f}\n")
    before = len(server.ledger)
    ending = online.json("retry", *ended, "--yes")
    assert ending.code == ExitCode.OVER_BUDGET
    assert "taken today" in ending.object["exceeds"]
    assert [row.get("exceeds") for row in ending.object["runs"][:2]] == [None, None]
    assert len(server.ledger) == before
    assert online.json("retry", *ended, "--yes", "--over-budget").code == ExitCode.DONE
    assert len(server.ledger) == before + 2


def test_single_requests_of_several_runs(
    online: Program,
    server: OtherServer,
    ended: tuple[str, ...],
) -> None:
    ending = online.json("retry", "one/one-0", "two/two-1", "two/two-0", "--yes")
    assert [row["included"] for row in ending.object["runs"]] == [1, 2]


def test_a_class_that_no_run_has_is_refused_and_one_that_some_have_is_sent(
    online: Program, ended: tuple[str, ...]
) -> None:
    ending = online.json("retry", *ended, "--class", "overlod_error", "--yes")
    assert ending.code == ExitCode.USAGE
    assert "there is no class 'overlod_error' in any of one, fine, two" in ending.stderr
    ending = online.json("retry", *ended, "--class", "overloaded_error", "--yes")
    assert ending.code == ExitCode.DONE
    assert ending.object["included"] == 4


def test_what_is_about_one_run_takes_one(online: Program, ended: tuple[str, ...]) -> None:
    assert online("retry", "one", "two", "--lost").code == ExitCode.USAGE
    assert online("retry", "one", "two", "--edit", "x.jsonl").code == ExitCode.USAGE
    assert online("retry", "one", "nothing-like-it", "--yes").code == ExitCode.ERROR


def test_every_exit_code_has_its_place_in_the_order() -> None:
    assert {worst([code]) for code in ExitCode} == set(ExitCode)
    assert worst([ExitCode.DONE, ExitCode.UNKNOWN_OUTCOME, ExitCode.ERROR]) is ExitCode.UNKNOWN_OUTCOME
