"""`errors`, `retry` and `export`: what went wrong, sent again where it deserves it, and brought together."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from batchtui.cli.commands.retry import parse_edit
from batchtui.domain.failures import ExitCode
from tests.cli.conftest import SETTINGS, write_requests
from tests.cli.program import Program
from tests.otherserver import JsonObject, OtherServer, errored, succeeded
from tests.otherserver.client import make_requests

VERDICTS = {
    "overloaded_error": "resend",
    "expired": "resend",
    "invalid_request_error": "edit",
    "credit": "refuse",
    "stop:max_tokens": "ask",
}


def judge(custom_id: str, params: JsonObject, attempt: int) -> JsonObject:
    """r-0 to r-4 fail each in its own way at first; r-2 until it gets more tokens."""
    number = int(custom_id.partition("-")[2])
    if attempt == 1 and number == 0:
        return errored("overloaded_error", "Overloaded", request_id="req_1")
    if attempt == 1 and number == 1:
        return {"type": "expired"}
    if number == 2 and params["max_tokens"] < 100:
        return errored("invalid_request_error", "max_tokens: 64 < 100, the least")
    if attempt == 1 and number == 3:
        return errored("invalid_request_error", "Your credit balance is too low to access the API")
    if attempt == 1 and number == 4:
        return succeeded(params, stop_reason="max_tokens")
    return succeeded(params, text=f"to {custom_id}, attempt {attempt}")


@pytest.fixture
def server(environment: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[OtherServer]:
    """A service that judges by custom_id."""
    with OtherServer(seconds=3600, judge=judge) as running:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", running.base_url)
        yield running


@pytest.fixture
def ended(online: Program, server: OtherServer, requests_file: Path) -> str:
    """A run that has ended, and is not collected."""
    online("submit", str(requests_file), "--name", "evals", "--chunk-requests", "4", "--yes")
    server.finish()
    return "evals"


def test_errors_collects_first_and_groups_with_what_a_retry_would_do(online: Program, ended: str) -> None:
    ending = online.json("errors", ended)
    assert ending.code == ExitCode.DONE
    groups = ending.object["groups"]
    assert {group["class"]: group["retry"] for group in groups} == VERDICTS
    assert [group["retry"] for group in groups] == ["resend", "resend", "edit", "ask", "refuse"]
    edit = next(group for group in groups if group["retry"] == "edit")
    assert edit["template"] == "max_tokens: <n> < <n>, the least"
    assert (edit["sample_custom_id"], edit["requests"], edit["already_retried"]) == ("r-2", 1, 0)
    assert edit["est_cost_usd"] > 0
    assert ending.object["not_collected"] == 0


def test_members_are_lines_with_all_that_leads_back(online: Program, server: OtherServer, ended: str) -> None:
    members = {member["custom_id"]: member for member in online.json("errors", ended, "--members").objects}
    assert members.keys() == {"r-0", "r-1", "r-2", "r-3", "r-4"}
    first = members["r-0"]
    assert (first["class"], first["message"], first["request_id"]) == ("overloaded_error", "Overloaded", "req_1")
    assert (first["chunk"], first["batch_id"], first["attempt"]) == ("0001", server.ledger[0].batch_id, 1)
    only = online.json("errors", ended, "--members", "--class", "credit").objects
    assert [member["custom_id"] for member in only] == ["r-3"]
    assert [member["custom_id"] for member in online.json("errors", f"{ended}#2", "--members").objects] == ["r-4"]


def test_a_known_class_without_members_does_not_say_that_nothing_went_wrong(online: Program, ended: str) -> None:
    ending = online("errors", ended, "--class", "billing_error")
    assert ending.code == ExitCode.DONE
    assert ending.stdout == "nothing of class billing_error in what is collected\n"


@pytest.mark.parametrize("command", ["errors", "errors --members", "retry --yes", "retry --dry-run", "export -o out"])
def test_a_class_that_nobody_knows_is_refused_with_those_there_are(
    online: Program, server: OtherServer, ended: str, environment: Path, command: str
) -> None:
    online("collect", ended)
    verb, *options = command.split()
    ending = online.json(verb, ended, *options, "--class", "overloaded")
    assert ending.code == ExitCode.USAGE == ending.object["exit"]
    assert ending.object["error"]["what"] == "there is no class 'overloaded' in evals"
    assert "did you mean overloaded_error? there are credit, expired," in ending.object["error"]["next"]
    assert ending.object["error"]["near"] == ["overloaded_error"]
    assert len(server.ledger) == 3
    assert not (environment / "out").exists()


def test_a_known_class_without_members_leaves_a_retry_nothing_to_do(online: Program, ended: str) -> None:
    ending = online.json("retry", ended, "--class", "stop:refusal", "--yes")
    assert ending.code == ExitCode.DONE
    assert "nothing to do" in ending.stderr


def test_errors_of_a_batch_from_elsewhere(online: Program, server: OtherServer) -> None:
    batch_id = server.add_batch(make_requests(6))
    server.finish()
    groups = online.json("errors", batch_id).object["groups"]
    assert {group["class"] for group in groups} == set(VERDICTS)
    assert all(group["est_cost_usd"] is None for group in groups)


def test_a_retry_sends_again_what_is_transient_and_names_the_rest(
    online: Program, server: OtherServer, ended: str
) -> None:
    ending = online.json("retry", ended, "--yes")
    assert ending.code == ExitCode.DONE
    sent = ending.object
    assert (sent["run"], sent["parent"], sent["included"]) == ("evals.r1", "evals", 2)
    assert sum(skip["requests"] for skip in sent["skipped"]) == 3
    assert sorted(server.ledger[-1].custom_ids) == ["r-0", "r-1"]
    groups = {group["class"]: group["already_retried"] for group in online.json("errors", ended).object["groups"]}
    assert groups["overloaded_error"] == 1
    assert groups["credit"] == 0


def test_groups_say_what_became_of_them(online: Program, server: OtherServer, ended: str) -> None:
    def states() -> dict[str, str]:
        return {group["class"]: group["state"] for group in online.json("errors", ended).object["groups"]}

    assert set(states().values()) == {"new"}
    online("retry", ended, "--yes", "--detach")
    assert (states()["expired"], states()["credit"]) == ("planned", "new")
    online("watch", "evals.r1", "--timeout", "1")
    assert states()["expired"] == "retried"
    server.finish()
    online("watch", "evals.r1")
    assert states()["expired"] == "fixed"


def test_groups_can_be_put_aside_until_they_double(online: Program, ended: str) -> None:
    online("group", "credit", "Your credit balance is too low to access the API", "--mute", "--below", "2")
    online("group", "expired", "not begun within 24 h", "--mute", "--below", "1")
    assert "2 can be sent again as they are\n" in online("errors", ended).stdout
    groups = {group["class"]: group for group in online.json("errors", ended).object["groups"]}
    assert (groups["credit"]["state"], groups["credit"]["muted_below"]) == ("muted", 2)
    assert groups["expired"]["state"] == "new"
    online("group", "credit", "Your credit balance is too low to access the API", "--lift")
    groups = {group["class"]: group for group in online.json("errors", ended).object["groups"]}
    assert groups["credit"]["state"] == "new"
    online("group", "expired", "not begun within 24 h", "--mute", "--below", "2")
    assert "1 can be sent again as they are, 1 more put aside\n" in online("errors", ended).stdout
    assert online.json("retry", ended, "--dry-run").object["included"] == 1


def test_groups_are_split_and_put_back_by_command(online: Program, ended: str) -> None:
    def templates() -> set[str]:
        return {group["template"] for group in online.json("errors", ended).object["groups"]}

    shape = "max_tokens: <n> < <n>, the least"
    ending = online.json("group", "invalid_request_error", shape, "--split")
    assert (ending.code, ending.object["revision"]) == (ExitCode.DONE, 1)
    assert "max_tokens: 64 < 100, the least" in templates()
    online("group", "invalid_request_error", "max_tokens: 64 < 100, the least", "--split")
    assert shape in templates()
    assert online("group", "credit", "x").code == ExitCode.USAGE
    endless = online("group", "credit", "x", "--mute")
    assert endless.code == ExitCode.USAGE and "--days N, or --below N" in endless.stderr
    pointless = online("group", "credit", "x", "--split", "--days", "7")
    assert pointless.code == ExitCode.USAGE and "--days and --below say how long --mute lasts" in pointless.stderr
    assert online("group", "credit", "x", "y", "--split").code == ExitCode.USAGE


def test_without_a_yes_the_plan_of_a_retry_is_printed(online: Program, server: OtherServer, ended: str) -> None:
    ending = online.json("retry", ended)
    assert ending.code == ExitCode.NOT_CONFIRMED
    assert (ending.object["run"], ending.object["included"]) == ("evals.r1", 2)
    assert len(server.ledger) == 3
    assert online.staged == []
    assert online.json("retry", ended, "--dry-run").object["included"] == 2


def test_what_was_sent_again_is_not_sent_a_third_time(online: Program, server: OtherServer, ended: str) -> None:
    online("retry", ended, "--yes")
    for finished in (False, True):
        if finished:
            server.finish()
        ending = online.json("retry", ended, "--yes")
        assert ending.code == ExitCode.DONE
        assert ending.object["run"] is None
        assert "nothing to do" in ending.stderr
        assert any("evals.r1" in skip["reason"] for skip in ending.object["skipped"])
    assert len(server.ledger) == 4


def test_classes_that_ask_or_refuse_are_sent_when_named(online: Program, server: OtherServer, ended: str) -> None:
    ending = online.json("retry", ended, "--class", "credit", "--class", "stop:max_tokens", "--yes")
    assert ending.object["included"] == 2
    assert sorted(server.ledger[-1].custom_ids) == ["r-3", "r-4"]


def test_edited_requests_that_are_left_aside_are_named(
    online: Program, server: OtherServer, ended: str, tmp_path: Path
) -> None:
    online("retry", ended, "--class", "invalid_request_error", "--set", "max_tokens=100", "--yes")
    online("retry", ended, "--yes")
    edited = tmp_path / "edited.jsonl"
    edited.write_text(json.dumps({"custom_id": "r-4", "params": {"max_tokens": 9}}) + "\n")
    ending = online("retry", ended, "--edit", str(edited), "--yes")
    assert ending.code == ExitCode.DONE
    assert "edited.jsonl:1: r-4 not among the requests that are sent again" in ending.stdout


def test_a_request_that_fails_as_it_is_needs_an_edit(online: Program, server: OtherServer, ended: str) -> None:
    refused = online.json("retry", ended, "--class", "invalid_request_error", "--yes")
    assert refused.object["included"] == 0
    edited = online.json("retry", ended, "--class", "invalid_request_error", "--set", "max_tokens=128", "--yes")
    assert edited.object["included"] == 1
    server.finish()
    online("collect", "evals.r1")
    shown = online.json("show", "evals.r1/r-2").object
    assert shown["request"]["params"]["max_tokens"] == 128
    assert shown["result"]["type"] == "succeeded"
    assert [(attempt["run"], attempt["outcome"]) for attempt in shown["attempts"]] == [
        ("evals", "errored"),
        ("evals.r1", "succeeded"),
    ]


def test_requests_can_be_replaced_by_a_file(online: Program, server: OtherServer, ended: str, tmp_path: Path) -> None:
    (request,) = [entry for entry in make_requests(10) if entry["custom_id"] == "r-2"]
    request["params"]["max_tokens"] = 256
    edited = tmp_path / "edited.jsonl"
    edited.write_text(json.dumps(request) + "\n")
    ending = online.json("retry", ended, "--custom-id", "r-2", "--edit", str(edited), "--yes")
    assert ending.object["included"] == 1
    assert server.ledger[-1].custom_ids == ("r-2",)
    assert online.json("show", "evals.r1/r-2").object["request"]["params"]["max_tokens"] == 256


def test_one_request_is_named_by_id_or_by_path(online: Program, server: OtherServer, ended: str) -> None:
    assert online.json("retry", f"{ended}/r-0", "--yes").object["included"] == 1
    assert server.ledger[-1].custom_ids == ("r-0",)
    missing = online.json("retry", ended, "--custom-id", "r-9", "--yes")
    assert missing.code == ExitCode.ERROR
    assert "r-9" in missing.object["error"]["what"]


def test_a_part_of_a_run_is_not_taken_for_the_run(online: Program, server: OtherServer, ended: str) -> None:
    for id_ in (f"{ended}#1", server.ledger[0].batch_id):
        ending = online("retry", id_, "--yes")
        assert ending.code == ExitCode.ERROR
        assert ended in ending.stderr
    assert len(server.ledger) == 3


def test_the_export_is_the_latest_success_of_each_in_the_order_of_the_input(
    online: Program, server: OtherServer, ended: str, tmp_path: Path
) -> None:
    online("retry", ended, "--yes")
    server.finish()
    assert online("watch", "evals.r1").code == ExitCode.DONE
    target = tmp_path / "out.jsonl"
    ending = online.json("export", ended, "-o", str(target), "--only", "succeeded")
    assert ending.code == ExitCode.DONE
    lines = [json.loads(line) for line in target.read_text().splitlines()]
    assert [line["custom_id"] for line in lines] == [f"r-{number}" for number in range(10) if number not in (2, 3)]
    assert lines[0]["result"]["message"]["content"][0]["text"] == "to r-0, attempt 2"
    assert (ending.object["requests"], ending.object["missing"]) == (8, 0)


def test_an_export_to_stdout_is_the_results_and_nothing_else(online: Program, ended: str) -> None:
    online("collect", ended)
    ending = online("export", ended, "-o", "-", "--only", "errors")
    assert [json.loads(line)["custom_id"] for line in ending.stdout.splitlines()] == ["r-0", "r-1", "r-2", "r-3"]
    assert "4 results" in ending.stderr
    assert online("export", ended, "-o", "-", "--json").code == ExitCode.USAGE


def test_an_export_as_csv_has_columns(online: Program, ended: str, tmp_path: Path) -> None:
    online("collect", ended)
    target = tmp_path / "out.csv"
    assert online("export", ended, "-o", str(target), "--format", "csv").code == ExitCode.DONE
    with target.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["custom_id"] for row in rows] == [f"r-{number}" for number in range(10)]
    assert rows[0]["class"] == "overloaded_error"


def test_a_file_that_is_there_is_replaced_only_with_a_yes(online: Program, ended: str, tmp_path: Path) -> None:
    online("collect", ended)
    target = tmp_path / "out.jsonl"
    target.write_text("mine")
    assert online("export", ended, "-o", str(target)).code == ExitCode.NOT_CONFIRMED
    assert target.read_text() == "mine"
    assert online.json("export", ended, "-o", str(target), "--yes").object["replaced"] is True
    assert len(target.read_text().splitlines()) == 10


def test_what_has_no_result_yet_is_counted(online: Program, server: OtherServer, requests_file: Path) -> None:
    online("submit", str(requests_file), "--name", "evals", "--yes")
    ending = online.json("export", "evals", "-o", "out.jsonl")
    assert ending.object["missing"] == 10
    assert "collect" in ending.stderr


def test_over_budget_and_an_unknown_price_hold_for_a_retry_too(
    online: Program, server: OtherServer, ended: str, tmp_path: Path
) -> None:
    online.settings(SETTINGS + "[budget]\nrun_usd = 0.0000001\n")
    assert online("retry", ended, "--yes").code == ExitCode.OVER_BUDGET
    assert online.staged == []
    assert online("retry", ended, "--yes", "--over-budget").code == ExitCode.DONE
    assert write_requests(tmp_path / "x.jsonl", 1).exists()


def test_failures_of_a_class_are_exported_with_their_requests_and_as_what_retry_takes(
    online: Program, server: OtherServer, ended: str, tmp_path: Path
) -> None:
    online("collect", ended)
    target = tmp_path / "failed.jsonl"
    ending = online.json("export", ended, "-o", str(target), "--class", "overloaded_error")
    assert (ending.object["classes"], ending.object["requests"]) == (["overloaded_error"], 1)
    found = [json.loads(line) for line in target.read_text().splitlines()]
    assert [line["params"]["messages"][0]["role"] for line in found] == ["user"]
    edited = tmp_path / "edited.jsonl"
    online("export", ended, "-o", str(edited), "--class", "overloaded_error", "--format", "requests")
    edited.write_text(edited.read_text().replace('"max_tokens": ', '"max_tokens": 1'))
    ending = online.json("retry", ended, "--class", "overloaded_error", "--edit", str(edited), "--dry-run")
    assert ending.object["included"] == 1


def test_what_a_file_ends_with_chooses_the_format(online: Program, ended: str, tmp_path: Path) -> None:
    online("collect", ended)
    for name, format_ in (("a.csv", "csv"), ("a.jsonl", "jsonl"), ("a", "jsonl"), ("A.PARQUET", "parquet")):
        ending = online.json("export", ended, "-o", str(tmp_path / name), "--dry-run")
        assert ending.object["format"] == format_


def test_export_options_that_exclude_each_other_are_said_to(online: Program, ended: str) -> None:
    for options in (
        ("--columns", "text"),
        ("--spreadsheet", "--format", "parquet"),
        ("--join", "--format", "requests"),
    ):
        assert online("export", ended, "-o", "out", *options).code == ExitCode.USAGE


def test_a_formula_and_a_class_nobody_has_are_told(online: Program, ended: str, tmp_path: Path) -> None:
    online("collect", ended)
    ending = online("export", ended, "-o", str(tmp_path / "a.csv"), "--columns", "=x=text")
    assert ending.code == ExitCode.USAGE
    ending = online("export", ended, "-o", str(tmp_path / "b.jsonl"), "--class", "billing_error")
    assert "no result is of class billing_error" in ending.stderr


@pytest.mark.parametrize(
    ("text", "key", "value"),
    [
        ("max_tokens=4096", "max_tokens", 4096),
        ("model=claude-sonnet-5", "model", "claude-sonnet-5"),
        ("max_tokens=1_000", "max_tokens", 1000),
        ("thinking={type = 'enabled', budget_tokens = 2048}", "thinking", {"type": "enabled", "budget_tokens": 2048}),
        ('stop_sequences=["a", "b"]', "stop_sequences", ["a", "b"]),
        ("messages[0].content='hello'", "messages.0.content", "hello"),
        ("metadata.user_id=inf", "metadata.user_id", "inf"),
        ("metadata.user_id=2026-11-21", "metadata.user_id", "2026-11-21"),
        ("system=line one\nx = 2", "system", "line one\nx = 2"),
        ("metadata.user_id=", "metadata.user_id", ""),
    ],
)
def test_a_value_is_set_as_json_as_toml_or_as_it_stands(text: str, key: str, value: object) -> None:
    edit = parse_edit(text)
    assert (edit.key, json.loads(bytes(edit.value))) == (key, value)
