"""Submissions without an answer: settled by the list, by custom_ids, or by a person; never sent twice by accident."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from batchtui.domain.failures import ExitCode
from batchtui.domain.records import CollectFailed
from batchtui.workspace.journal.file_journal import FileJournal
from tests.cli.conftest import SETTINGS, write_requests
from tests.cli.program import Program
from tests.otherserver import OtherServer
from tests.otherserver.client import make_requests
from tests.patience import at_most


def submit_into_the_void(online: Program, server: OtherServer, requests_file: Path) -> None:
    """A run whose one chunk was sent to its last byte, but not accepted and not answered."""
    (chunk,) = online.json("submit", str(requests_file), "--dry-run").object["chunks"]
    server.drop_next("create", after_bytes=chunk["bytes"])
    assert online("submit", str(requests_file), "--name", "evals", "--yes").code == ExitCode.UNKNOWN_OUTCOME
    assert server.ledger == []


def submit_lost(online: Program, server: OtherServer, requests_file: Path) -> None:
    """A run whose one chunk was accepted, but its answer lost."""
    server.lose_next_create()
    sent = online.json("submit", str(requests_file), "--name", "evals", "--yes")
    assert sent.code == ExitCode.UNKNOWN_OUTCOME
    assert sent.object["chunks"][0]["state"] == "unknown"
    assert "reconcile" in sent.stderr


@pytest.fixture
def ambiguous(online: Program, server: OtherServer, requests_file: Path) -> dict[str, str]:
    """A lost answer with two candidates: the batch it became, and a stranger's of the same size."""
    submit_lost(online, server, requests_file)
    stranger = server.add_batch(make_requests(10, prefix="s"))
    ending = online.json("reconcile")
    assert ending.code == ExitCode.UNKNOWN_OUTCOME
    (submission,) = ending.object["submissions"]
    candidates = {entry["batch_id"] for entry in submission["candidates"]}
    assert candidates == {server.ledger[0].batch_id, stranger}
    assert all(entry["requests"] == 10 for entry in submission["candidates"])
    return {"submission": submission["submission"], "own": server.ledger[0].batch_id, "stranger": stranger}


def test_a_lost_answer_is_settled_by_the_list(online: Program, server: OtherServer, requests_file: Path) -> None:
    submit_lost(online, server, requests_file)
    ending = online.json("reconcile")
    assert ending.code == ExitCode.DONE
    (submission,) = ending.object["submissions"]
    assert (submission["state"], submission["batch_id"]) == ("adopted", server.ledger[0].batch_id)
    server.finish()
    assert online("watch", "evals").code == ExitCode.NOT_ALL_SUCCEEDED
    assert online.json("reconcile").object["submissions"] == []
    assert set(server.attempts().values()) == {1}


def test_where_several_fit_a_person_can_say_which_it_was(online: Program, ambiguous: dict[str, str]) -> None:
    ending = online.json("reconcile", "--adopt", f"{ambiguous['submission']}={ambiguous['own']}")
    assert ending.code == ExitCode.DONE
    assert ending.object["submissions"][0]["state"] == "adopted"
    assert online.json("show", "evals").object["chunks"][0]["batch_id"] == ambiguous["own"]


def test_where_several_fit_their_custom_ids_decide_once_they_have_ended(
    online: Program, server: OtherServer, ambiguous: dict[str, str]
) -> None:
    server.finish()
    online("ls")
    ending = online.json("reconcile")
    assert ending.code == ExitCode.DONE
    shown = online.json("show", "evals").object["chunks"][0]
    assert (shown["batch_id"], shown["collected"]) == (ambiguous["own"], True)
    assert [batch["batch_id"] for batch in online.json("ls").object["elsewhere"]] == [ambiguous["stranger"]]


def test_a_submission_can_be_given_up(online: Program, ambiguous: dict[str, str]) -> None:
    would = online.json("reconcile", "--abandon", ambiguous["submission"], "--dry-run")
    assert would.code == ExitCode.UNKNOWN_OUTCOME and would.object["dry_run"] is True
    assert all(f"may be     {ambiguous[whose]}" in would.stderr for whose in ("own", "stranger"))
    ending = online.json("reconcile", "--abandon", ambiguous["submission"])
    assert "it is billed, and no run here has its results" in ending.stderr
    assert ending.code == ExitCode.DONE
    assert ending.object["submissions"] == []
    assert online.json("show", "evals").object["chunks"][0]["state"] == "abandoned"


def test_what_was_given_up_is_not_sent_again_while_a_batch_on_the_list_may_be_it(
    online: Program, server: OtherServer, requests_file: Path, ambiguous: dict[str, str]
) -> None:
    online.json("reconcile", "--abandon", ambiguous["submission"])
    for arguments in (["--lost"], []):
        refused = online.json("retry", "evals", *arguments, "--yes")
        assert (refused.code, refused.object["included"]) == (ExitCode.DONE, 0)
    told = online("retry", "evals", "--lost", "--yes").stdout
    assert ambiguous["own"] in told and "batchtui hide BATCH" in told and "left no trace" not in told
    (alert, *_) = [entry for entry in online.json("alerts").object["alerts"] if ambiguous["own"] in entry["alert"]]
    assert "or is what was given up of evals chunk 1" in alert["text"]
    assert server.attempts() and set(server.attempts().values()) == {1}

    online("hide", ambiguous["own"])  # somebody looked at each, and says that it is another's
    online("hide", ambiguous["stranger"])
    sent = online.json("retry", "evals", "--lost", "--yes")
    assert (sent.code, sent.object["included"]) == (ExitCode.DONE, 10)


def test_lost_chunks_go_as_they_were_planned_so_other_choices_are_refused(online: Program) -> None:
    for option in (["--over-budget"], ["--chunk-requests", "5"], ["--priority", "3"], ["--class", "api_error"]):
        assert online("retry", "evals", "--lost", *option, "--yes").code == ExitCode.USAGE
    for option in (["--over-budget"], ["--name", "other"], ["--again"], ["--priority", "3"]):
        assert online("submit", "--continue", "evals", *option, "--yes").code == ExitCode.USAGE


@pytest.mark.parametrize("option", [["--abandon", "sub_nobody"], ["--adopt", "sub_nobody=msgbatch_x"]])
def test_a_submission_nobody_knows_is_refused(online: Program, server: OtherServer, option: list[str]) -> None:
    ending = online.json("reconcile", *option)
    assert ending.code == ExitCode.ERROR
    assert "sub_nobody" in ending.object["error"]["what"]


def test_what_was_never_found_ends_a_watch_at_once_and_can_be_sent_again(
    online: Program, server: OtherServer, requests_file: Path
) -> None:
    online.settings(SETTINGS.replace("[submit]", "[submit]\nlost_after_minutes = 0"))
    submit_into_the_void(online, server, requests_file)
    with at_most(5):
        assert online("watch", "evals").code == ExitCode.UNKNOWN_OUTCOME
    assert online.json("reconcile").object["submissions"][0]["not_found"] is True

    refused = online.json("retry", "evals", "--lost")
    assert refused.code == ExitCode.NOT_CONFIRMED
    assert refused.object["included"] == 10
    assert refused.object["cost"]["high_usd"] > refused.object["cost"]["low_usd"] > 0
    shown = online("retry", "evals", "--lost", "--dry-run").stdout
    assert "cost <$0.01" in shown and "taken today after it, no limit is set" in shown
    assert refused.object["exceeds"] is None
    assert server.ledger == []

    sent = online.json("retry", "evals", "--lost", "--yes")
    assert sent.code == ExitCode.DONE
    assert (sent.object["run"], sent.object["chunks"][0]["state"]) == ("evals", "confirmed")
    assert set(server.attempts().values()) == {1}

    nothing = online.json("retry", "evals", "--lost", "--yes")
    assert (nothing.code, nothing.object["included"]) == (ExitCode.DONE, 0)


def test_what_may_still_be_found_is_not_sent_again(online: Program, server: OtherServer, requests_file: Path) -> None:
    submit_into_the_void(online, server, requests_file)
    ending = online.json("retry", "evals", "--lost", "--yes")
    assert ending.code == ExitCode.DONE
    assert ending.object["included"] == 0
    assert "may still be found" in ending.object["skipped"][0]["reason"]
    assert server.ledger == []


def test_candidates_that_nothing_can_tell_apart_any_more_are_said_with_the_ways_out(
    online: Program, server: OtherServer, ambiguous: dict[str, str]
) -> None:
    server.finish()
    online("ls")
    server.answer_next("results", 404, times=40)
    journal = FileJournal(online.workspace)
    journal.load()
    with journal.transaction() as transaction:
        transaction.append([given_up(ambiguous["own"]), given_up(ambiguous["stranger"])])
    assert online("watch", "evals").code == ExitCode.UNKNOWN_OUTCOME, "waiting would change nothing"
    ending = online.json("reconcile")
    assert ending.code == ExitCode.UNKNOWN_OUTCOME
    (submission,) = ending.object["submissions"]
    assert submission["needs_person"] is True
    assert all("could not be read" in entry["undecidable"] for entry in submission["candidates"])
    adopts = f"batchtui reconcile --adopt {submission['submission']}={ambiguous['own']}"
    assert adopts in submission["next"] and f"batchtui collect {ambiguous['own']}" in submission["next"]
    assert "you decide" in online("reconcile").stdout
    assert online(*adopts.split()[1:]).code == ExitCode.DONE


def given_up(batch_id: str) -> CollectFailed:
    return CollectFailed(at=datetime.now(UTC), batch_id=batch_id, why="cut", attempt=12)


def test_the_plan_for_what_was_lost_says_that_the_budget_holds_it_back(
    online: Program, server: OtherServer, requests_file: Path
) -> None:
    quick = SETTINGS.replace("[submit]", "[submit]\nlost_after_minutes = 0")
    online.settings(quick)
    submit_into_the_void(online, server, requests_file)
    online("watch", "evals")
    online.settings(quick + "[budget]\nrun_usd = 0.0000001\n")
    assert "over the run's budget" in online.json("retry", "evals", "--lost", "--dry-run").object["exceeds"]
    assert "it waits, held" in online("retry", "evals", "--lost", "--dry-run").stdout
    online("retry", "evals", "--lost", "--yes")
    assert server.ledger == [], "held, as the plan said"


def test_what_is_kept_back_by_a_submission_without_an_answer_says_so_and_what_settles_it(
    online: Program, server: OtherServer, requests_file: Path
) -> None:
    online.settings(SETTINGS.replace("lost_look_seconds = 0", "lost_look_seconds = 600"))
    submit_into_the_void(online, server, requests_file)
    other = write_requests(requests_file.with_name("other.jsonl"), 10, prefix="s")
    ending = online.json("submit", str(other), "--name", "other", "--yes")
    assert ending.object["held"] == 1
    assert ending.object["held_reason"] == "a submission of 10 requests has no answer yet: evals chunk 1"
    last = ending.stderr.splitlines()[-1]
    assert last.startswith("1 chunk waits here until evals chunk 1 is settled: it was sent without an answer and is of")
    assert "`batchtui reconcile` says how that stands" in last and "as there is room" not in last


def test_held_chunks_always_have_a_reason(program: Program, requests_file: Path) -> None:
    ending = program.json("submit", str(requests_file), "--name", "later", "--detach", "--yes")
    assert ending.object["held"] == 1
    assert ending.object["held_reason"] == "nothing sends it now: `batchtui watch` or the dashboard does"


def test_a_cancel_says_that_a_chunk_without_an_answer_may_run(
    online: Program, server: OtherServer, requests_file: Path
) -> None:
    submit_into_the_void(online, server, requests_file)
    ending = online("cancel", "evals", "--yes")
    assert ending.code == ExitCode.UNKNOWN_OUTCOME
    assert "not sent again" in ending.stdout
    again = online.json("cancel", "evals", "--yes")
    assert (again.code, again.object["unknown_chunks"]) == (ExitCode.UNKNOWN_OUTCOME, 1)
    assert online("retry", "evals", "--lost", "--yes").code == ExitCode.DONE
    assert server.ledger == []


def test_an_answer_that_names_another_runs_batch_is_told_and_settled_by_nobody_in_secret(
    online: Program, server: OtherServer, requests_file: Path, tmp_path: Path
) -> None:
    online("submit", str(requests_file), "--name", "first", "--yes")
    (accepted,) = server.ledger
    created = datetime.now(UTC).isoformat()
    replayed = {
        "id": accepted.batch_id,
        "type": "message_batch",
        "processing_status": "in_progress",
        "request_counts": {"processing": 10, "succeeded": 0, "errored": 0, "canceled": 0, "expired": 0},
        "created_at": created,
        "expires_at": created,
    }
    raw = json.dumps(replayed).encode()
    server.answer_next("create", 200, raw=raw, headers={"content-type": "application/json"})
    ending = online("submit", str(requests_file), "--name", "second", "--again", "--yes")
    assert ending.code == ExitCode.UNKNOWN_OUTCOME
    words = f"the answer names {accepted.batch_id}, which is first chunk 1's"
    assert f"{words}; `batchtui reconcile` settles it" in ending.stderr
    (row,) = online.json("reconcile").object["submissions"]
    assert (row["run"], row["why"], row["candidates"]) == ("second", words, [])
    runs = {run["run"]: run["status"] for run in online.json("ls").object["runs"]}
    assert runs == {"first": "in_progress", "second": "unknown"}
    assert [entry.batch_id for entry in server.ledger] == [accepted.batch_id]
