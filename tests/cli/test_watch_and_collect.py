"""`watch` and `collect`: until it is settled, verified, or known to be lost."""

import re
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from batchtui.domain.failures import ExitCode
from batchtui.domain.records import RunTriaged
from batchtui.workspace.journal.file_journal import FileJournal
from tests.cli.conftest import SETTINGS
from tests.cli.program import Program
from tests.cli.test_interrupts import started
from tests.cli.test_unknown_outcomes import submit_into_the_void
from tests.otherserver import OtherServer, succeeded
from tests.otherserver.client import make_requests
from tests.patience import PATIENT_SECONDS, at_most


@pytest.fixture
def run(online: Program, requests_file: Path) -> str:
    """A run of three chunks that are with the service."""
    online("submit", str(requests_file), "--name", "evals", "--chunk-requests", "4", "--yes")
    return "evals"


def test_watching_tells_each_event_on_a_line_and_ends_with_the_run(
    online: Program, server: OtherServer, run: str
) -> None:
    threading.Timer(0.4, server.finish).start()
    ending = online.json("watch", run)
    assert ending.code == ExitCode.NOT_ALL_SUCCEEDED
    events = [event["event"] for event in ending.objects]
    assert events.count("batch_ended") == 3
    assert events.count("collected") == 3
    assert "polled" in events
    assert events[-1] == "run_settled"
    assert ending.objects[-1]["details"]["status"] == "partial"


def test_watching_sends_what_is_held(online: Program, server: OtherServer, requests_file: Path) -> None:
    online("submit", str(requests_file), "--name", "later", "--chunk-requests", "4", "--detach", "--yes")
    threading.Timer(0.5, server.finish).start()
    ending = online("watch")
    assert ending.code == ExitCode.NOT_ALL_SUCCEEDED
    assert ending.stdout.count(": sent as ") == 3
    assert "later is settled" in ending.stdout
    assert set(server.attempts().values()) == {1}


def test_a_dry_run_of_watching_says_what_would_be_sent_and_sends_nothing(
    online: Program, server: OtherServer, requests_file: Path
) -> None:
    online("submit", str(requests_file), "--name", "later", "--chunk-requests", "4", "--detach", "--yes")
    journal = (online.workspace / "journal.jsonl").read_bytes()
    ending = online.json("watch", "--dry-run")
    assert ending.code == ExitCode.DONE
    assert [event["chunk"] for event in ending.objects] == ["0001", "0002", "0003"]
    assert ending.objects[0]["text"] == "later chunk 1, 4 requests: would be sent now"
    assert "waits: after the one before it" in ending.objects[1]["text"]
    assert server.ledger == []
    assert (online.workspace / "journal.jsonl").read_bytes() == journal


def test_a_run_that_succeeded_wholly_ends_with_zero(program: Program, requests_file: Path) -> None:
    program.settings(SETTINGS)
    quick = OtherServer(seconds=0.1, judge=lambda _id, params, _attempt: succeeded(params))
    with quick as server, pytest.MonkeyPatch.context() as patch:
        patch.setenv("ANTHROPIC_BASE_URL", server.base_url)
        assert program("submit", str(requests_file), "--yes", "--wait").code == ExitCode.DONE
        assert program("watch").stderr.startswith("nothing to watch")
        assert program("collect", "requests").code == ExitCode.DONE


def test_watching_without_a_name_tells_the_truth_also_when_all_is_settled_already(
    online: Program, server: OtherServer, run: str
) -> None:
    server.finish()
    assert online("watch").code == ExitCode.NOT_ALL_SUCCEEDED
    again = online("watch")
    assert again.code == ExitCode.NOT_ALL_SUCCEEDED
    assert again.stderr.splitlines() == [
        "nothing to watch: every run is settled",
        "not all of evals succeeded; `batchtui errors evals` says what went wrong",
    ]


def test_what_somebody_canceled_or_looked_at_is_dealt_with(
    online: Program, server: OtherServer, run: str, requests_file: Path
) -> None:
    server.finish()
    online("collect", run)
    journal = FileJournal(online.workspace)
    journal.load()
    with journal.transaction() as transaction:
        transaction.append([RunTriaged(at=datetime.now(UTC), run=run)])
    online("submit", str(requests_file), "--name", "never", "--again", "--detach", "--yes")
    online("cancel", "never", "--yes")
    assert online("watch").code == ExitCode.DONE
    assert online("watch", run).code == ExitCode.NOT_ALL_SUCCEEDED, "who is named is told of all the same"


def test_watching_all_waits_for_a_run_that_is_made_meanwhile(
    online: Program, server: OtherServer, run: str, requests_file: Path
) -> None:
    late: list[int] = []

    def more() -> None:
        with started("submit", str(requests_file), "--name", "late", "--again", "--yes") as process:
            late.append(process.wait(PATIENT_SECONDS))
        server.finish()

    maker = threading.Thread(target=more)
    maker.start()
    try:
        ending = online.json("watch")
    finally:
        maker.join()
    assert late == [ExitCode.DONE]
    settled = [event["run"] for event in ending.objects if event["event"] == "run_settled"]
    assert sorted(settled) == ["evals", "late"]


def test_a_timeout_has_its_own_code(online: Program, server: OtherServer, run: str) -> None:
    with at_most(3):
        assert online("watch", run, "--timeout", "0.3").code == ExitCode.TIMED_OUT
        assert online("watch", "--forever", "--timeout", "0.3").code == ExitCode.TIMED_OUT


def test_watching_outlives_a_network_that_is_down(online: Program, server: OtherServer, run: str) -> None:
    server.stop()

    def come_back() -> None:
        server.start()
        server.finish()

    threading.Timer(0.5, come_back).start()
    ending = online.json("watch", run)
    assert ending.code == ExitCode.NOT_ALL_SUCCEEDED
    states = [event["details"]["state"] for event in ending.objects if event["event"] == "connection"]
    assert states[0] == "offline"
    assert states[-1] == "live"


def test_collecting_brings_results_here_and_says_what_they_are(online: Program, server: OtherServer, run: str) -> None:
    not_yet = online.json("collect", run)
    assert not_yet.code == ExitCode.ERROR
    assert {batch["reason"] for batch in not_yet.object["batches"]} == {"it has not ended"}
    server.finish()
    ending = online.json("collect", run)
    assert ending.code == ExitCode.NOT_ALL_SUCCEEDED
    assert [batch["collected"] for batch in ending.object["batches"]] == [True] * 3
    assert sum(batch["results"] for batch in ending.object["batches"]) == 10
    again = online.json("collect", run)
    assert again.object["batches"] == ending.object["batches"]
    (cost,) = [entry["cost_usd"] for entry in online.json("ls").object["runs"]]
    assert cost > 0


def test_a_cut_download_is_begun_again(
    online: Program, server: OtherServer, run: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("batchtui.engine.collector.FIRST_WAIT_SECONDS", 0.05)
    server.finish()
    server.cut_next("results", politely=True)
    server.answer_next("results", 404)
    ending = online.json("collect", run)
    assert ending.code == ExitCode.NOT_ALL_SUCCEEDED
    assert all(batch["collected"] for batch in ending.object["batches"])
    assert "not complete" in ending.stderr


def test_results_that_stay_away_are_tried_on_a_visible_schedule_and_the_end_is_told(
    online: Program, server: OtherServer, requests_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("batchtui.engine.collector.FIRST_WAIT_SECONDS", 0.05)
    monkeypatch.setattr("batchtui.cli.collecting.PATIENCE_SECONDS", 5.0)
    online("submit", str(requests_file), "--name", "evals", "--yes")
    server.finish()
    server.answer_next("results", 200, raw=b"", times=99)
    ending = online.json("collect", "evals")
    (batch,) = ending.object["batches"]
    assert ending.code == ExitCode.ERROR
    assert (batch["collected"], batch["results"]) == (False, 0)
    assert batch["tries"] >= 2 and batch["retry_at"] is not None and batch["reason"]
    assert re.search(r"results are not complete: .*; try 2 at \d\d:\d\d:\d\dZ", ending.stderr)
    assert "what is not complete is tried again for 5 seconds" in ending.stderr
    last = ending.stderr.splitlines()[-1]
    assert re.match(rf"{batch['batch_id']} is not collected after {batch['tries']} tries: ", last)
    assert "`batchtui watch` tries again" in last


def test_a_download_given_up_for_good_says_that_nobody_tries_again(
    online: Program, server: OtherServer, requests_file: Path
) -> None:
    online("submit", str(requests_file), "--name", "evals", "--yes")
    server.finish()
    server.answer_next("results", 400, message="not these")
    ending = online.json("collect", "evals")
    assert ending.code == ExitCode.ERROR
    assert ending.object["batches"][0]["retry_at"] is None
    assert "after 1 try it is not tried again by itself" in ending.stderr


def test_a_collected_run_with_a_chunk_that_was_refused_has_not_succeeded(program: Program, requests_file: Path) -> None:
    program.settings(SETTINGS)
    quick = OtherServer(seconds=0.1, judge=lambda _id, params, _attempt: succeeded(params))
    with quick as server, pytest.MonkeyPatch.context() as patch:
        patch.setenv("ANTHROPIC_BASE_URL", server.base_url)
        server.answer_next("create", 400, message="not this one")
        program("submit", str(requests_file), "--name", "evals", "--chunk-requests", "5", "--yes", "--wait")
        ending = program("collect", "evals")
        assert ending.code == ExitCode.NOT_ALL_SUCCEEDED
        assert "evals chunk 1 has no batch: 400 invalid_request_error: not this one" in ending.stderr
        batch_id = server.ledger[0].batch_id
        assert program("collect", batch_id).code == ExitCode.DONE, "of the one that was sent all is well"
        assert program("collect", "evals#0001").code == ExitCode.NOT_ALL_SUCCEEDED


def test_what_waits_to_be_sent_is_not_collected(online: Program, requests_file: Path) -> None:
    online("submit", str(requests_file), "--name", "later", "--detach", "--yes")
    assert online("collect", "later").code == ExitCode.ERROR


def test_what_has_no_answer_is_neither_collected_nor_known_to_be_missing(
    online: Program, server: OtherServer, requests_file: Path
) -> None:
    submit_into_the_void(online, server, requests_file)
    assert online("collect", "evals").code == ExitCode.UNKNOWN_OUTCOME


def test_results_of_an_unknown_type_are_no_success(program: Program, requests_file: Path) -> None:
    program.settings(SETTINGS)
    slow = OtherServer(seconds=3600, judge=lambda _id, params, _attempt: succeeded(params))
    with slow as server, pytest.MonkeyPatch.context() as patch:
        patch.setenv("ANTHROPIC_BASE_URL", server.base_url)
        program("submit", str(requests_file), "--name", "evals", "--yes")
        server.finish()
        paused = b"".join(
            b'{"custom_id":"r-%d","result":{"type":"paused"}}\n' % number
            if number < 6
            else b'{"custom_id":"r-%d","result":{"type":"succeeded","message":{"model":"m"}}}\n' % number
            for number in range(10)
        )
        server.answer_next("results", 200, raw=paused, headers={"content-type": "application/x-jsonl"})
        ending = program.json("collect", "evals")
        assert (ending.object["batches"][0]["collected"], ending.code) == (True, ExitCode.NOT_ALL_SUCCEEDED)
        (run,) = program.json("ls", "--offline").object["runs"]
        assert run["status"] == "errored"
        assert (run["counts"]["succeeded"], run["counts"]["untold"]) == (4, 6)
        assert program("watch", "evals").code == ExitCode.NOT_ALL_SUCCEEDED


def test_a_dry_run_of_watching_ends_well_also_where_a_watch_would_not(
    online: Program, server: OtherServer, run: str
) -> None:
    server.finish()
    assert online("watch", run).code == ExitCode.NOT_ALL_SUCCEEDED
    assert online("watch", "--dry-run").code == ExitCode.DONE
    assert online("watch").code == ExitCode.NOT_ALL_SUCCEEDED


def test_a_dry_run_collects_nothing(online: Program, server: OtherServer, run: str) -> None:
    server.finish()
    ending = online.json("collect", run, "--dry-run")
    assert ending.code == ExitCode.DONE
    assert {batch["reason"] for batch in ending.object["batches"]} == {"ready"}
    assert not list(online.workspace.rglob("results/*.jsonl"))


def test_a_batch_from_elsewhere_is_collected_on_request(online: Program, server: OtherServer) -> None:
    batch_id = server.add_batch(make_requests(5, prefix="s"))
    server.finish()
    assert online.json("collect", batch_id).object["batches"][0]["results"] == 5
    assert (online.workspace / "batches" / batch_id / "results.jsonl").exists()


def test_results_that_are_gone_are_said_to_be(online: Program, server: OtherServer) -> None:
    batch_id = server.add_batch(make_requests(5), age_seconds=30 * 86400)
    ending = online.json("collect", batch_id)
    assert ending.code == ExitCode.ERROR
    assert "no longer" in ending.object["batches"][0]["reason"]
