"""When a wait ends that only a person can end: with which code, and with which words."""

import threading
from datetime import timedelta

import pytest

from batchtui.domain.failures import ExitCode
from tests.cli.conftest import SETTINGS
from tests.cli.program import Program
from tests.otherserver import OtherServer
from tests.otherserver.client import make_requests


@pytest.fixture
def held(online: Program, requests_file: object) -> str:
    """A run that somebody held before anything of it was sent."""
    online("submit", str(requests_file), "--name", "evals", "--chunk-requests", "5", "--detach", "--yes")
    assert online("hold", "evals", "--reason", "wait for Ann").code == ExitCode.DONE
    return "evals"


def test_watching_a_run_that_only_a_person_lets_go_on_ends_and_says_so(online: Program, held: str) -> None:
    ending = online("watch", held)
    assert ending.code == ExitCode.NOT_CONFIRMED
    last = ending.stderr.splitlines()[-1]
    assert "evals is held: wait for Ann" in last and "`batchtui retry evals --lost` lets it go on" in last
    assert online("watch").code == ExitCode.NOT_CONFIRMED


def test_a_run_that_its_own_budget_stops_ends_as_over_budget(online: Program, requests_file: object) -> None:
    online("submit", str(requests_file), "--name", "evals", "--detach", "--yes")
    online.settings(SETTINGS + "[budget]\nrun_usd = 0.0000001\n")
    ending = online("watch", "evals")
    assert ending.code == ExitCode.OVER_BUDGET
    assert "evals waits: over the run's budget" in ending.stderr.splitlines()[-1]


def test_a_budget_of_the_day_is_waited_for(online: Program, requests_file: object) -> None:
    online("submit", str(requests_file), "--name", "evals", "--detach", "--yes")
    online.settings(SETTINGS + "[budget]\ndaily_usd = 0.0000001\n")
    assert online("watch", "evals", "--timeout", "0.5").code == ExitCode.TIMED_OUT


def test_forever_is_for_ever(online: Program, held: str) -> None:
    assert online("watch", "--forever", "--timeout", "0.3").code == ExitCode.TIMED_OUT


def test_what_is_with_the_service_is_waited_for_and_collected_first(
    online: Program, server: OtherServer, held: str, requests_file: object
) -> None:
    online("submit", str(requests_file), "--name", "other", "--again", "--yes")
    server.finish()
    ending = online.json("watch")
    assert [event["run"] for event in ending.objects if event["event"] == "run_settled"] == ["other"]
    assert ending.code == ExitCode.NOT_CONFIRMED


@pytest.mark.parametrize("status", [401, 403])
def test_a_run_that_the_service_did_not_let_in_ends_as_not_authorised(
    online: Program, server: OtherServer, requests_file: object, status: int
) -> None:
    server.answer_next("create", status, message="invalid x-api-key")
    submitted = online.json("submit", str(requests_file), "--name", "evals", "--chunk-requests", "5", "--yes")
    assert submitted.code == ExitCode.UNREACHABLE
    assert submitted.object["status"] == "planned"
    (run,) = online.json("ls", "--offline").object["runs"]
    assert run["status"] == "planned", "nothing of it is being sent"
    ending = online("watch", "evals")
    assert ending.code == ExitCode.UNREACHABLE
    assert f"evals is held: {status}: invalid x-api-key" in ending.stderr.splitlines()[-1]


def test_waiting_for_a_submitted_run_ends_alike(online: Program, server: OtherServer, requests_file: object) -> None:
    server.answer_next("create", 401, message="invalid x-api-key")
    arguments = ("submit", str(requests_file), "--name", "evals", "--chunk-requests", "5", "--yes", "--wait")
    assert online(*arguments).code == ExitCode.UNREACHABLE


def test_a_key_that_stays_wrong_while_it_is_watched_ends_it(
    online: Program, server: OtherServer, requests_file: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("batchtui.cli.link.LET_IN_SECONDS", 0.3)
    online("submit", str(requests_file), "--name", "evals", "--yes")
    revoke = threading.Timer(0.5, lambda: server.answer_next("list", 401, times=100_000, message="revoked"))
    revoke.start()
    try:
        ending = online("watch", "evals", "--timeout", "60")
    finally:
        revoke.cancel()
    assert ending.code == ExitCode.UNREACHABLE
    assert "not authorised: 401: revoked" in ending.stderr


def test_results_that_the_key_is_not_let_in_for_end_as_not_authorised(
    online: Program, server: OtherServer, requests_file: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("batchtui.cli.collecting.PATIENCE_SECONDS", 0.2)
    online("submit", str(requests_file), "--name", "evals", "--yes")
    server.finish()
    server.answer_next("results", 401, times=100_000, message="no right to read results")
    ending = online.json("collect", "evals")
    assert ending.code == ExitCode.UNREACHABLE
    assert "no right to read results" in ending.object["batches"][0]["reason"]


def test_deleting_what_is_archived_does_not_advise_to_collect_it(online: Program, server: OtherServer) -> None:
    batch_id = server.add_batch(make_requests(5), age_seconds=30 * 86400)
    online("ls")
    ending = online("delete", batch_id, "--yes")
    assert ending.code == ExitCode.ERROR
    assert "the service no longer has them" in ending.stderr
    assert "batchtui collect" not in ending.stderr
    assert f"`batchtui hide {batch_id}`" in ending.stderr


def test_canceling_what_the_service_lost_says_so_at_once(
    online: Program, server: OtherServer, requests_file: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("batchtui.engine.stopper.GONE_AFTER", timedelta(0))
    online("submit", str(requests_file), "--name", "evals", "--yes")
    batch_id = server.ledger[0].batch_id
    for operation in ("cancel", "retrieve"):
        server.answer_next(operation, 404, times=1000, message="no such batch")
    nothing = b'{"data":[],"has_more":false,"first_id":null,"last_id":null}'
    server.answer_next("list", 200, times=1000, raw=nothing, headers={"content-type": "application/json"})
    ending = online.json("cancel", "evals", "--yes")
    assert ending.code == ExitCode.ERROR
    (row,) = ending.object["batches"]
    assert (row["batch_id"], row["status"]) == (batch_id, "in_progress")
    assert "404: no such batch" in row["reason"]
    assert '"kind":"cancel_failed"' in (online.workspace / "journal.jsonl").read_text()
