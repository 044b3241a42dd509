"""`ls` and `show`: what is known, and how true it is."""

import json
import os
from pathlib import Path

import pytest

from batchtui.domain.failures import ExitCode
from batchtui.workspace.lock import EngineLock
from tests.cli.conftest import KEY, SETTINGS
from tests.cli.program import Program
from tests.otherserver import OtherServer
from tests.otherserver.client import make_requests
from tests.otherserver.judge import is_unlucky


@pytest.fixture
def run(online: Program, requests_file: Path) -> str:
    """A run of three chunks that are with the service."""
    online("submit", str(requests_file), "--name", "evals", "--chunk-requests", "4", "--yes")
    return "evals"


def test_runs_and_strangers_are_listed_newest_first(online: Program, server: OtherServer, run: str) -> None:
    stranger = server.add_batch(make_requests(3, prefix="s"), age_seconds=600)
    ending = online.json("ls")
    assert ending.code == ExitCode.DONE
    listed = ending.object
    (entry,) = listed["runs"]
    assert (entry["run"], entry["status"], entry["requests"], entry["chunks"]) == (run, "in_progress", 10, 3)
    assert entry["counts"]["processing"] == 10
    assert [batch["batch_id"] for batch in listed["elsewhere"]] == [stranger]
    assert listed["connection"]["state"] == "live"
    text = online("ls").stdout
    assert text.index(run) < text.index(stranger)


def test_every_single_batch_is_listed_on_request(online: Program, server: OtherServer, run: str) -> None:
    batches = online.json("ls", "--batches").object["batches"]
    assert {batch["batch_id"] for batch in batches} == {entry.batch_id for entry in server.ledger}
    assert {batch["chunk"] for batch in batches} == {"0001", "0002", "0003"}
    assert all(batch["run"] == run for batch in batches)


def test_looking_makes_no_folder(program: Program, server: OtherServer) -> None:
    server.add_batch(make_requests(3))
    for arguments in (["ls"], ["ls", "--offline"], ["doctor"], ["info"], ["reconcile"], []):
        program(*arguments)
    assert len(program.json("ls").object["elsewhere"]) == 1
    assert not program.workspace.exists()


def test_with_the_network_down_what_is_known_is_shown_with_its_age(
    online: Program, server: OtherServer, run: str
) -> None:
    live = online.json("ls").object
    server.stop()
    ending = online.json("ls")
    assert ending.code == ExitCode.DONE
    assert ending.object["connection"]["state"] == "offline"
    assert ending.object["connection"]["as_of"] is not None
    assert ending.object["connection"]["as_of"] <= live["as_of"]
    assert ending.object["runs"][0]["run"] == run


def test_offline_makes_no_call(online: Program, server: OtherServer, run: str) -> None:
    before = len(server.requests_log)
    for arguments in (["ls"], ["show", run], ["errors", run], ["info"], ["doctor"], ["export", run, "-o", "out.jsonl"]):
        assert online(*arguments, "--offline").code == ExitCode.DONE
    assert len(server.requests_log) == before


@pytest.mark.parametrize("key", [None, "sk-ant-of-somebody-else"])
@pytest.mark.parametrize("arguments", [["ls"], ["watch"], ["collect", "evals"], ["submit", "requests.jsonl", "--yes"]])
def test_without_a_valid_key_one_sentence_says_what_to_do(
    program: Program, requests_file: Path, monkeypatch: pytest.MonkeyPatch, key: str | None, arguments: list[str]
) -> None:
    program.settings(SETTINGS)
    program("submit", str(requests_file), "--name", "evals", "--detach", "--yes")
    with OtherServer(key=KEY) as server:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", server.base_url)
        if key is None:
            monkeypatch.delenv("ANTHROPIC_API_KEY")
        else:
            monkeypatch.setenv("ANTHROPIC_API_KEY", key)
        ending = program(*arguments, *(["--again"] if arguments[0] == "submit" else []))
        assert server.ledger == []
    assert ending.code == ExitCode.UNREACHABLE
    (sentence,) = [line for line in ending.stderr.splitlines() if line.startswith("batchtui: ")]
    assert "ANTHROPIC_API_KEY" in sentence
    assert "else" not in sentence


def test_another_account_opens_on_what_is_known_and_polls_nothing(
    online: Program, server: OtherServer, run: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with OtherServer(organization_id="org-of-a-stranger") as other:
        other.add_batch(make_requests(7))
        monkeypatch.setenv("ANTHROPIC_BASE_URL", other.base_url)
        ending = online.json("ls")
    assert ending.code == ExitCode.UNREACHABLE
    assert ending.object["runs"][0]["run"] == run
    assert ending.object["elsewhere"] == []
    assert ending.object["connection"]["state"] == "other account"
    assert other.base_url in ending.object["error"]["what"]


def test_a_run_a_chunk_and_a_batch_can_be_shown(online: Program, server: OtherServer, run: str) -> None:
    shown = online.json("show", run).object
    assert shown["kind"] == "run"
    assert [chunk["batch_id"] for chunk in shown["chunks"]] == [entry.batch_id for entry in server.ledger]
    chunk = online.json("show", f"{run}#2").object
    assert (chunk["kind"], chunk["chunk"], chunk["batch_id"]) == ("chunk", "0002", server.ledger[1].batch_id)
    assert online.json("show", f"{run}/0002").object["kind"] == "chunk"
    batch = online.json("show", server.ledger[0].batch_id).object
    assert (batch["kind"], batch["run"], batch["chunk"]) == ("batch", run, "0001")
    assert online.json("show", "eva").object["run"] == run
    for id_ in (run, f"{run}#2", server.ledger[0].batch_id):
        assert server.ledger[0].batch_id in online("show", id_).stdout or "0002" in online("show", id_).stdout


def test_a_request_is_shown_beside_its_result_and_where_it_came_from(
    online: Program, server: OtherServer, run: str, requests_file: Path
) -> None:
    before = online.json("show", f"{run}/r-3", "--offline").object
    assert before["result"] is None
    assert before["attempts"][0]["outcome"] is None
    server.finish()
    online("collect", run)
    requests = [json.loads(line) for line in requests_file.read_text().splitlines()]
    for number, request in enumerate(requests):
        shown = online.json("show", f"{run}/{request['custom_id']}", "--offline").object
        assert shown["request"] == request
        assert shown["result"]["type"] == ("errored" if is_unlucky(request["custom_id"]) else "succeeded")
        assert shown["source"] == {"file": str(requests_file), "line": number + 1}
        assert shown["attempts"][0]["class"] == ("overloaded_error" if is_unlucky(request["custom_id"]) else None)
    text = online("show", f"{run}/r-3", "--offline").stdout
    assert text.index('"custom_id"') < text.index('"type"')


def test_a_request_is_shown_with_what_it_used_and_cost(online: Program, server: OtherServer, run: str) -> None:
    server.finish()
    online("collect", run)
    shown = online.json("show", f"{run}/r-1").object
    assert shown["usage"]["input_tokens"] > 0 and shown["usage"]["output_tokens"] > 0
    assert 0 < shown["cost_usd"] < 1
    assert "at the batch price" in online("show", f"{run}/r-1").stdout


def test_a_result_of_a_batch_from_elsewhere_has_no_request(online: Program, server: OtherServer) -> None:
    batch_id = server.add_batch(make_requests(3, prefix="s"))
    server.finish()
    ending = online.json("show", f"{batch_id}/s-1")
    assert ending.code == ExitCode.ERROR
    assert "collect" in ending.object["error"]["next"]
    online("collect", batch_id)
    shown = online.json("show", f"{batch_id}/s-1").object
    assert shown["request"] is None
    assert shown["result"]["type"] in ("succeeded", "errored")
    assert online("show", f"{batch_id}/s-9").code == ExitCode.ERROR


@pytest.mark.parametrize("command", ["show", "collect", "errors", "cancel", "watch"])
def test_an_unknown_id_is_answered_with_the_near_ones(online: Program, run: str, command: str) -> None:
    ending = online.json(command, "evlas")
    assert ending.code == ExitCode.ERROR
    assert ending.object["error"]["near"] == [run]
    assert run in ending.stderr


def test_an_ambiguous_prefix_is_answered_with_all_it_names(online: Program, run: str, requests_file: Path) -> None:
    online("submit", str(requests_file), "--name", "evals-2", "--again", "--detach", "--yes")
    ending = online.json("show", "eval")
    assert ending.code == ExitCode.ERROR
    assert ending.object["error"]["near"] == ["evals", "evals-2"]


def test_without_a_terminal_the_dashboard_is_one_listing(online: Program, run: str) -> None:
    assert run in online().stdout
    assert online("--json").object["schema"] == "batchtui.ls/1"


def test_another_process_that_leads_is_followed(online: Program, server: OtherServer, run: str) -> None:
    leader = EngineLock(online.workspace)
    assert leader.try_acquire()
    try:
        before = len(server.requests_log)
        assert online.json("ls").object["runs"][0]["run"] == run
        assert len(server.requests_log) == before
    finally:
        leader.release()


def test_a_workspace_whose_path_is_no_text_can_be_looked_at(program: Program, tmp_path: Path) -> None:
    root = os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9")
    ending = program.json("ls", "--offline", "--workspace", root)
    assert ending.code == ExitCode.DONE
    assert ending.object["workspace"].endswith("/caf\\udce9")
    assert program("info", "--workspace", root).code == ExitCode.DONE


def test_a_batch_that_was_taken_in_keeps_its_age_and_has_no_price_that_nobody_knows(
    online: Program, server: OtherServer
) -> None:
    stranger = server.add_batch(make_requests(3, prefix="s"), age_seconds=7200)
    online("ls")
    assert online("adopt", stranger, "--name", "theirs").code == ExitCode.DONE
    (run,) = online.json("ls").object["runs"]
    assert (run["cost_usd"], run["cost_high_usd"]) == (None, None)
    (chunk,) = online.json("show", "theirs").object["chunks"]
    assert chunk["cost_high_usd"] is None
    (line,) = [line for line in online("ls").stdout.splitlines() if "theirs" in line]
    assert "2h00" in line and line.endswith("?") and "$" not in line
    assert "$0.00" not in online("show", "theirs").stdout
