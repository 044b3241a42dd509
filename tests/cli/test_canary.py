"""`submit --canary`, `--warm` and `--continue`: what goes ahead, what waits, and who says so."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from batchtui.domain.failures import ExitCode
from tests.cli.conftest import SETTINGS, write_requests
from tests.cli.program import Program
from tests.otherserver import OtherServer


@pytest.fixture
def swift(program: Program, environment: Path, monkeypatch: pytest.MonkeyPatch) -> Program:
    """The program, settings under which nobody waits."""
    program.settings(SETTINGS)
    return program


@pytest.fixture
def ending(environment: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[OtherServer]:
    """A service whose batches end at once."""
    server = OtherServer(seconds=0)
    server.start()
    monkeypatch.setenv("ANTHROPIC_BASE_URL", server.base_url)
    yield server
    server.stop()


def test_without_a_rule_a_canary_holds_the_rest_and_says_how_to_go_on(
    swift: Program, ending: OtherServer, requests_file: Path
) -> None:
    held = swift.json("submit", str(requests_file), "--name", "evals", "--canary", "3", "--yes")
    assert held.code == ExitCode.NOT_CONFIRMED
    pilot = held.object["pilot"]
    assert (pilot["kind"], pilot["requests"], pilot["stage"]) == ("canary", 3, "landed")
    assert pilot["report"]["requests"] == 3
    assert "submit --continue evals" in held.stderr
    assert sum(ending.attempts().values()) == 3

    unasked = swift.json("submit", "--continue", "evals")
    assert unasked.code == ExitCode.NOT_CONFIRMED
    dry = swift.json("submit", "--continue", "evals", "--dry-run")
    assert dry.code == ExitCode.DONE and dry.object["dry_run"] is True
    assert sum(ending.attempts().values()) == 3

    shown = swift("show", "evals")
    assert "submit --continue evals" in shown.stdout
    (alert,) = swift.json("ls").object["alerts"]
    assert alert["alert"] == "pilot:evals::landed"
    watched = swift("watch", "evals")
    assert watched.code == ExitCode.NOT_CONFIRMED
    assert "evals waits: its canary is back; `batchtui submit --continue evals` sends the rest" in watched.stdout

    gone_on = swift.json("submit", "--continue", "evals", "--yes")
    assert gone_on.code == ExitCode.DONE
    assert gone_on.object["pilot"]["stage"] == "passed"
    assert dict(ending.attempts()) == {f"r-{number}": 1 for number in range(10)}
    assert "pilot:evals::landed" not in swift("ls", "--json").stdout


def test_a_rule_that_is_met_sends_the_rest_in_the_same_command(
    swift: Program, ending: OtherServer, requests_file: Path
) -> None:
    rule = ("--canary", "3", "--canary-max-errors", "1", "--canary-max-usd", "100")
    sent = swift.json("submit", str(requests_file), "--name", "evals", *rule, "--yes", "--wait")
    assert sent.code in (ExitCode.DONE, ExitCode.NOT_ALL_SUCCEEDED)
    assert dict(ending.attempts()) == {f"r-{number}": 1 for number in range(10)}


def test_a_rule_that_is_not_met_is_said(swift: Program, ending: OtherServer, requests_file: Path) -> None:
    rule = ("--canary", "3", "--canary-max-usd", "0")
    held = swift.json("submit", str(requests_file), "--name", "evals", *rule, "--yes")
    assert held.code == ExitCode.NOT_CONFIRMED
    assert "by its canary" in held.object["pilot"]["why"]
    assert sum(ending.attempts().values()) == 3


def test_what_waits_for_its_canary_waits_for_watch_as_well(
    swift: Program, ending: OtherServer, requests_file: Path
) -> None:
    detached = swift.json("submit", str(requests_file), "--name", "evals", "--canary", "3", "--yes", "--detach")
    assert detached.object["pilot"]["stage"] == "unsent"
    watched = swift("watch", "evals")
    assert watched.code == ExitCode.NOT_CONFIRMED
    assert "`batchtui submit --continue evals` sends the rest" in watched.stderr
    assert sum(ending.attempts().values()) == 3


def test_a_plan_says_what_goes_ahead_and_what_the_cache_may_save(swift: Program, environment: Path) -> None:
    path = environment / "cached.jsonl"
    system = "You grade answers. " * 400
    lines = []
    for number in range(30):
        messages = [{"role": "user", "content": f"Grade answer {number}."}]
        params = {"model": "claude-haiku-4-5", "max_tokens": 64, "system": system, "messages": messages}
        lines.append(json.dumps({"custom_id": f"c-{number}", "params": params}))
    path.write_text("\n".join(lines) + "\n")
    refused = swift.json("submit", str(path), "--warm", "--dry-run")
    assert refused.code == ExitCode.ERROR
    plan = swift.json("submit", str(path), "--warm", "--cache-control", "1h", "--dry-run").object
    assert plan["pilot"] == {
        "kind": "warm", "chunk": "0001", "requests": 1, "max_errors": None, "max_usd": None, "stage": "unsent",
        "why": "", "report": None,
    }  # fmt: skip
    assert (plan["cache"]["requests"], plan["cache"]["marked"], plan["cache"]["ttl"]) == (30, 30, "1h")
    assert plan["cache"]["saves_usd"] > 0 and plan["cache"]["loses_usd"] > 0
    words = swift("submit", str(path), "--warm", "--cache-control", "1h", "--dry-run").stdout
    assert "cache_control added to 30" in words and "unverified" in words


def test_a_warmed_run_is_sent_whole_and_each_request_once(
    swift: Program, ending: OtherServer, environment: Path
) -> None:
    path = write_requests(environment / "warm.jsonl", 12)
    marked = [{"type": "text", "text": "Be brief. " * 300, "cache_control": {"type": "ephemeral", "ttl": "1h"}}]
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    path.write_text("\n".join(json.dumps({**line, "params": {**line["params"], "system": marked}}) for line in lines))
    sent = swift.json("submit", str(path), "--name", "warm", "--warm", "--yes")
    assert sent.object["pilot"]["requests"] == 1
    assert set(ending.attempts().values()) == {1}
    if sent.object["pilot"]["stage"] == "passed":
        assert len(ending.attempts()) == 12


def test_a_canary_without_an_answer_ends_as_any_submission_without_one(
    swift: Program, ending: OtherServer, requests_file: Path
) -> None:
    ending.lose_next_create()
    lost = swift.json("submit", str(requests_file), "--name", "evals", "--canary", "3", "--yes")
    assert lost.code == lost.object["exit"] == ExitCode.UNKNOWN_OUTCOME
    assert [chunk["state"] for chunk in lost.object["chunks"]] == ["unknown", "held"]
    assert "reconcile" in lost.stderr
    early = swift("submit", "--continue", "evals", "--yes")
    assert early.code == ExitCode.ERROR and "is not back yet" in early.stderr, "the list has told which batch it is"
    assert len(ending.ledger) == 1


def test_to_go_on_after_a_canary_without_an_answer_ends_as_any_submission_without_one(
    swift: Program, ending: OtherServer, requests_file: Path
) -> None:
    ending.answer_next("create", 500)
    swift("submit", str(requests_file), "--name", "evals", "--canary", "3", "--yes")
    unsure = swift.json("submit", "--continue", "evals", "--yes")
    assert unsure.code == unsure.object["exit"] == ExitCode.UNKNOWN_OUTCOME, "nobody can have looked at it"
    assert [chunk["state"] for chunk in unsure.object["chunks"]] == ["unknown", "held"]
    assert "`batchtui reconcile` settles it" in unsure.stderr
    assert swift("submit", "--continue", "evals", "--dry-run").code == ExitCode.UNKNOWN_OUTCOME
    assert not ending.ledger


def test_a_canary_that_is_under_way_is_not_back_yet(online: Program, requests_file: Path, server: OtherServer) -> None:
    online("submit", str(requests_file), "--name", "evals", "--canary", "3", "--yes", "--detach")
    early = online("submit", "--continue", "evals", "--yes")
    assert early.code == ExitCode.ERROR
    assert "is not back yet. `batchtui watch evals` waits for it" in early.stderr
    assert not server.ledger


@pytest.mark.parametrize(("status", "code"), [(401, ExitCode.UNREACHABLE), (400, ExitCode.ERROR)])
def test_a_refused_canary_ends_as_any_refused_chunk_and_says_how_the_rest_can_go(
    swift: Program, ending: OtherServer, requests_file: Path, status: int, code: ExitCode
) -> None:
    ending.answer_next("create", status)
    refused = swift.json("submit", str(requests_file), "--name", "evals", "--canary", "3", "--yes")
    assert refused.code == refused.object["exit"] == code
    assert refused.object["pilot"]["stage"] == "lost"
    assert "submit --continue evals" in refused.stderr
    assert not ending.ledger


@pytest.mark.parametrize(
    "arguments",
    [
        ("--canary-max-errors", "0.1"),
        ("--canary", "3", "--warm"),
        ("--continue", "evals"),
    ],
)
def test_what_cannot_be_meant_is_refused(swift: Program, requests_file: Path, arguments: tuple[str, ...]) -> None:
    assert swift("submit", str(requests_file), *arguments, "--dry-run").code == ExitCode.USAGE


def test_nothing_that_waits_is_nothing_to_continue(swift: Program, ending: OtherServer, requests_file: Path) -> None:
    swift("submit", str(requests_file), "--name", "evals", "--yes")
    assert swift("submit", "--continue", "evals", "--yes").code == ExitCode.ERROR
    assert swift("submit").code == ExitCode.USAGE


def test_after_a_run_its_estimate_is_compared_with_what_was_measured(
    swift: Program, ending: OtherServer, requests_file: Path
) -> None:
    swift("submit", str(requests_file), "--name", "evals", "--yes", "--detach")
    events = swift.json("watch", "evals").objects
    (settled,) = [event for event in events if event["event"] == "run_settled"]
    assert {"estimate_within", "estimate_input_error", "estimate_high_usd", "cost_usd"} <= settled["details"].keys()
    found = swift.json("show", "evals").object["estimate_check"]
    assert found["input_tokens"] > 0
    assert "the best guess" in swift("show", "evals").stdout


def test_what_waits_for_a_yes_is_not_called_sending_and_the_yes_that_was_given_is_named(
    swift: Program, ending: OtherServer, requests_file: Path
) -> None:
    held = swift.json("submit", str(requests_file), "--name", "evals", "--canary", "3", "--yes")
    assert "evals waits: --yes sent its canary, not the rest; `batchtui submit --continue evals" in held.stderr
    assert "nobody agreed" not in held.stderr
    (run,) = swift.json("ls").object["runs"]
    assert run["status"] == "planned"
