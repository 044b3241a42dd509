"""`submit`: nothing unseen, nothing twice, nothing forgotten."""

import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from batchtui.domain.failures import ExitCode
from batchtui.workspace.lock import EngineLock
from tests.cli.conftest import SETTINGS, write_requests
from tests.cli.program import Program
from tests.otherserver import OtherServer

IDS = {f"r-{number}" for number in range(10)}


def test_a_run_is_sent_and_told_chunk_by_chunk(online: Program, server: OtherServer, requests_file: Path) -> None:
    ending = online.json("submit", str(requests_file), "--name", "evals", "--chunk-requests", "4", "--yes")
    assert ending.code == ExitCode.DONE
    sent = ending.object
    assert (sent["run"], sent["parent"], sent["already"], sent["held"]) == ("evals", None, False, 0)
    assert [chunk["state"] for chunk in sent["chunks"]] == ["confirmed"] * 3
    assert [chunk["batch_id"] for chunk in sent["chunks"]] == [entry.batch_id for entry in server.ledger]
    assert dict(server.attempts()) == dict.fromkeys(IDS, 1)
    assert online.staged == []


@pytest.mark.parametrize("has_workspace", [True, False])
def test_without_a_yes_the_plan_is_printed_and_nothing_is_sent(
    program: Program, server: OtherServer, requests_file: Path, has_workspace: bool
) -> None:
    if has_workspace:
        program.settings(SETTINGS)
    ending = program("submit", str(requests_file))
    assert ending.code == ExitCode.NOT_CONFIRMED
    assert "10" in ending.stdout
    assert "$" in ending.stdout
    assert "--yes" in ending.stderr
    assert server.ledger == []
    assert not server.requests_log
    assert program.staged == []
    assert program.workspace.exists() == has_workspace
    with_json = program.json("submit", str(requests_file))
    assert with_json.object["exit"] == ExitCode.NOT_CONFIRMED
    assert [chunk["state"] for chunk in with_json.object["chunks"]] == ["planned"]


def test_a_dry_run_has_the_same_shape_and_sends_nothing(
    program: Program, server: OtherServer, requests_file: Path
) -> None:
    ending = program.json("submit", str(requests_file), "--dry-run", "--yes")
    assert ending.code == ExitCode.DONE
    assert ending.object["dry_run"] is True
    assert {"run", "parent", "already", "held", "chunks"} <= ending.object.keys()
    assert server.ledger == []
    assert not program.workspace.exists()


def test_the_same_content_under_the_same_name_is_sent_once(
    online: Program, server: OtherServer, requests_file: Path
) -> None:
    first = online.json("submit", str(requests_file), "--name", "evals", "--yes")
    again = online.json("submit", str(requests_file), "--name", "evals", "--yes")
    unasked = online.json("submit", str(requests_file), "--name", "evals")
    for ending in (again, unasked):
        assert ending.code == ExitCode.DONE
        assert ending.object["already"] is True
        assert ending.object["chunks"] == first.object["chunks"]
    assert len(server.ledger) == 1
    assert online.staged == []


def test_the_same_content_under_another_name_wants_again(
    online: Program, server: OtherServer, requests_file: Path
) -> None:
    online("submit", str(requests_file), "--name", "evals", "--yes")
    refused = online.json("submit", str(requests_file), "--name", "twin", "--yes")
    assert refused.code == ExitCode.NOT_CONFIRMED
    assert refused.object["same_content"] == "evals"
    assert len(server.ledger) == 1
    assert online.staged == []
    assert online("submit", str(requests_file), "--name", "twin", "--yes", "--again").code == ExitCode.DONE
    assert len(server.ledger) == 2


def test_other_content_under_a_taken_name_is_refused(online: Program, requests_file: Path, tmp_path: Path) -> None:
    online("submit", str(requests_file), "--name", "evals", "--yes")
    other = write_requests(tmp_path / "other.jsonl", 3, prefix="x")
    ending = online("submit", str(other), "--name", "evals", "--yes")
    assert ending.code == ExitCode.ERROR
    assert "other content" in ending.stderr


def test_over_budget_needs_more_than_a_yes(online: Program, server: OtherServer, requests_file: Path) -> None:
    online.settings(SETTINGS + "[budget]\nrun_usd = 0.0000001\n")
    refused = online.json("submit", str(requests_file), "--yes")
    assert refused.code == ExitCode.OVER_BUDGET
    assert refused.object["exceeds"]
    assert server.ledger == []
    assert online.staged == []
    assert online("submit", str(requests_file), "--yes", "--over-budget").code == ExitCode.DONE
    assert len(server.ledger) == 1


def test_what_the_limits_do_not_allow_is_held(online: Program, server: OtherServer, requests_file: Path) -> None:
    online.settings(SETTINGS.replace("[submit]", "[submit]\nmax_open_batches = 2"))
    ending = online.json("submit", str(requests_file), "--chunk-requests", "3", "--yes")
    assert ending.code == ExitCode.DONE
    assert ending.object["held"] == 2
    assert [chunk["state"] for chunk in ending.object["chunks"]] == ["confirmed", "confirmed", "held", "held"]
    assert "watch" in ending.stderr
    assert len(server.ledger) == 2


def test_detached_it_is_only_held_and_needs_no_network(program: Program, requests_file: Path) -> None:
    ending = program.json("submit", str(requests_file), "--name", "later", "--detach", "--yes")
    assert ending.code == ExitCode.DONE
    assert ending.object["held"] == 1
    assert program.json("ls", "--offline").object["runs"][0]["counts"]["unsent"] == 10


def test_submitting_again_goes_on_with_what_is_held(online: Program, server: OtherServer, requests_file: Path) -> None:
    online("submit", str(requests_file), "--name", "later", "--detach", "--yes")
    ending = online.json("submit", str(requests_file), "--name", "later", "--yes")
    assert ending.object["already"] is True
    assert ending.object["held"] == 0
    assert len(server.ledger) == 1


def test_waiting_ends_with_what_became_of_it(online: Program, server: OtherServer, requests_file: Path) -> None:
    with OtherServer(seconds=0.2) as quick, pytest.MonkeyPatch.context() as patch:
        patch.setenv("ANTHROPIC_BASE_URL", quick.base_url)
        ending = online.json("submit", str(requests_file), "--yes", "--wait")
    assert ending.code == ExitCode.NOT_ALL_SUCCEEDED
    assert ending.object["status"] == "partial"
    assert ending.object["counts"]["errored"] > 0


def test_a_broken_file_is_refused_with_its_problems(online: Program, server: OtherServer, tmp_path: Path) -> None:
    file = tmp_path / "bad.jsonl"
    file.write_text("nope\n")
    ending = online.json("submit", str(file), "--yes")
    assert ending.code == ExitCode.ERROR
    assert ending.object["check"]["problem_counts"] == {"json_invalid": 1}
    assert ending.object["error"]["what"] == "1 error in the requests"
    assert server.ledger == []
    assert online.staged == []


def test_a_broken_file_makes_no_folder(program: Program, tmp_path: Path) -> None:
    file = tmp_path / "bad.jsonl"
    file.write_text("nope\n")
    assert program("submit", str(file), "--yes").code == ExitCode.ERROR
    assert not program.workspace.exists()


def test_a_bad_name_is_refused(online: Program, requests_file: Path) -> None:
    ending = online("submit", str(requests_file), "--name", "Über", "--yes")
    assert ending.code == ExitCode.USAGE
    assert "run name" in ending.stderr


def test_stdin_is_sent_and_its_private_copy_is_gone(
    online: Program, server: OtherServer, requests_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    ending = online.json("submit", "-", "--name", "piped", "--yes", stdin=requests_file.read_bytes())
    assert ending.code == ExitCode.DONE
    assert dict(server.attempts()) == dict.fromkeys(IDS, 1)
    assert list(scratch.iterdir()) == []
    assert online.json("show", "piped", "--offline").object["inputs"] == ["-"]


def test_read_only_refuses_before_anything_is_read(online: Program, server: OtherServer, requests_file: Path) -> None:
    ending = online("submit", str(requests_file), "--yes", "--read-only")
    assert ending.code == ExitCode.NOT_CONFIRMED
    assert "read-only" in ending.stderr
    assert server.ledger == []


def test_with_the_service_out_of_reach_nothing_is_accepted(program: Program, requests_file: Path) -> None:
    program.settings(SETTINGS)
    ending = program.json("submit", str(requests_file), "--yes")
    assert ending.code == ExitCode.UNREACHABLE
    assert program.json("ls", "--offline").object["runs"] == []
    assert program.staged == []


def test_a_refused_chunk_is_told_with_the_words_of_the_service(
    online: Program, server: OtherServer, requests_file: Path
) -> None:
    server.answer_next("create", 400, message="requests: too odd")
    ending = online.json("submit", str(requests_file), "--yes")
    assert ending.code == ExitCode.ERROR
    assert ending.object["chunks"][0]["state"] == "refused"
    assert "too odd" in ending.object["chunks"][0]["note"]


def test_a_spend_limit_of_the_service_ends_as_over_budget_and_holds_the_run(
    online: Program, server: OtherServer, requests_file: Path
) -> None:
    details = {"error_code": "enforced_spend_limit_reached"}
    server.answer_next("create", 429, error_type="rate_limit_error", message="the monthly limit", details=details)
    ending = online.json("submit", str(requests_file), "--name", "evals", "--yes")
    assert ending.code == ending.object["exit"] == ExitCode.OVER_BUDGET
    assert (ending.object["held"], ending.object["held_reason"]) == (1, "the monthly limit")
    assert "`batchtui retry evals --lost` lets it go on" in ending.stderr
    again = online.json("submit", str(requests_file), "--name", "evals", "--yes")
    assert (again.code, again.object["already"]) == (ExitCode.OVER_BUDGET, True)
    watched = online("watch", "evals", "--timeout", "60")
    assert watched.code == ExitCode.OVER_BUDGET, "time alone changes nothing"
    assert "evals is held: the monthly limit; `batchtui retry evals --lost` lets it go on" in watched.stderr
    assert online("retry", "evals", "--lost", "--yes").code == ExitCode.DONE


def test_to_wait_for_a_run_ends_where_a_spend_limit_holds_it(
    online: Program, server: OtherServer, requests_file: Path
) -> None:
    details = {"error_code": "enforced_spend_limit_reached"}
    server.answer_next("create", 429, error_type="rate_limit_error", message="no more", details=details)
    waited = online("submit", str(requests_file), "--name", "evals", "--chunk-requests", "4", "--yes", "--wait")
    assert waited.code == ExitCode.OVER_BUDGET
    assert not server.ledger


@pytest.fixture
def half_refused(online: Program, server: OtherServer, requests_file: Path) -> str:
    """A run of two chunks: the service said no to the first, the second has ended well and is collected."""
    server.answer_next("create", 400, message="requests: too odd")
    ending = online("submit", str(requests_file), "--name", "evals", "--chunk-requests", "5", "--yes")
    assert ending.code == ExitCode.ERROR
    assert "5 requests were never accepted: 400" in ending.stderr and "retry evals --lost` sends them" in ending.stderr
    server.finish()
    online("collect", "evals")
    return "evals"


def test_what_was_never_accepted_is_an_alert_and_a_row_of_the_errors(online: Program, half_refused: str) -> None:
    (alert,) = [each for each in online.json("alerts").object["alerts"] if each["kind"] == "never_accepted"]
    assert "`batchtui retry evals --lost`" in alert["text"]
    shown = online("errors", half_refused)
    assert "nothing went wrong" not in shown.stdout
    assert "refused" in shown.stdout and "--lost" in shown.stdout and "too odd" in shown.stdout
    (chunk,) = online.json("errors", half_refused).object["never_accepted"]
    assert (chunk["chunk"], chunk["requests"], chunk["retry"]) == ("0001", 5, "lost")
    assert online.json("errors", f"{half_refused}#2").object["never_accepted"] == []


def test_a_retry_that_finds_nothing_names_the_way_for_what_was_never_accepted(
    online: Program, server: OtherServer, half_refused: str
) -> None:
    assert "`batchtui retry evals --lost` sends them" in online("retry", half_refused, "--yes").stderr
    assert online("retry", half_refused, "--lost", "--yes").code == ExitCode.DONE
    server.finish()
    online("collect", half_refused)
    assert "never_accepted" not in [alert["kind"] for alert in online.json("alerts").object["alerts"]]
    assert online.json("errors", half_refused).object["never_accepted"] == []


def test_an_export_says_what_never_went_and_does_not_send_to_collect(
    online: Program, half_refused: str, tmp_path: Path
) -> None:
    ending = online.json("export", half_refused, "-o", str(tmp_path / "out.jsonl"))
    assert (ending.object["missing"], ending.object["never_accepted"]) == (5, 5)
    assert "5 requests were never accepted" in ending.stderr and "`collect` first" not in ending.stderr


def test_a_run_refused_whole_is_an_alert(online: Program, server: OtherServer, requests_file: Path) -> None:
    server.answer_next("create", 401, message="who is it")
    online("submit", str(requests_file), "--name", "evals", "--yes")
    kinds = [alert["kind"] for alert in online.json("alerts", "--offline").object["alerts"]]
    assert "never_accepted" in kinds


@pytest.mark.parametrize(("status", "code"), [(401, ExitCode.UNREACHABLE), (402, ExitCode.ERROR)])
def test_a_refused_account_holds_the_run_until_it_is_let_go_on(
    online: Program, server: OtherServer, requests_file: Path, status: int, code: ExitCode
) -> None:
    server.answer_next("create", status, message="not this account")
    submit = ("submit", str(requests_file), "--name", "evals", "--chunk-requests", "5", "--yes")
    ending = online.json(*submit)
    assert ending.code == code
    assert "not this account" in ending.object["held_reason"]
    assert [chunk["state"] for chunk in ending.object["chunks"]] == ["refused", "held"]
    assert "--lost" in ending.stderr
    assert online.json(*submit).object["held"] == 1  # repeating it lifts no hold
    assert server.ledger == []
    again = online.json("retry", "evals", "--lost", "--yes")
    assert again.code == ExitCode.DONE
    assert [chunk["state"] for chunk in again.object["chunks"]] == ["confirmed", "confirmed"]
    assert set(server.attempts().values()) == {1}


def test_a_service_that_asks_to_wait_is_waited_for(online: Program, server: OtherServer, requests_file: Path) -> None:
    server.answer_next("create", 429, headers={"retry-after": "1"})
    ending = online.json("submit", str(requests_file), "--yes")
    assert ending.code == ExitCode.DONE
    assert ending.object["chunks"][0]["state"] == "confirmed"
    assert len(server.ledger) == 1


def test_a_process_that_takes_turns_with_another_sends_once_it_may(
    online: Program, server: OtherServer, requests_file: Path
) -> None:
    leader = EngineLock(online.workspace)
    assert leader.try_acquire()
    threading.Timer(0.5, leader.release).start()
    ending = online.json("submit", str(requests_file), "--yes")
    assert ending.code == ExitCode.DONE
    assert "waiting for it" in ending.stderr
    assert ending.object["chunks"][0]["state"] == "confirmed"
    assert len(server.ledger) == 1


@pytest.fixture
def another_is_faster(monkeypatch: pytest.MonkeyPatch, requests_file: Path) -> Callable[[str], None]:
    """Another process submits the same file under a name between the plan of this one and its yes."""

    def prepare(name: str) -> None:
        def show_plan(*_: object) -> None:
            subprocess.run(
                [sys.executable, "-m", "batchtui", "submit", str(requests_file), "--name", name, "--yes", "--detach"],
                capture_output=True, check=True,
            )  # fmt: skip

        monkeypatch.setattr("batchtui.cli.submitting.show_plan", show_plan)

    return prepare


def test_what_another_process_submitted_meanwhile_is_submitted_already(
    online: Program, server: OtherServer, requests_file: Path, another_is_faster: Callable[[str], None]
) -> None:
    another_is_faster("evals")
    ending = online.json("submit", str(requests_file), "--name", "evals", "--yes")
    assert ending.code == ExitCode.DONE
    assert ending.object["already"]
    assert set(server.attempts().values()) == {1}


def test_what_another_process_submitted_meanwhile_under_another_name_wants_to_be_agreed_to(
    online: Program, server: OtherServer, requests_file: Path, another_is_faster: Callable[[str], None]
) -> None:
    another_is_faster("theirs")
    ending = online.json("submit", str(requests_file), "--name", "evals", "--yes")
    assert ending.code == ExitCode.NOT_CONFIRMED
    assert "submitted as theirs" in ending.object["error"]["what"]
    assert server.ledger == []
