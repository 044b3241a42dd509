"""`cancel`, `delete`, `prune`, `adopt`, `hide`: what is stopped, removed or taken in, and what it wants first."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from batchtui.domain.failures import ExitCode
from batchtui.domain.records import RunPruned
from batchtui.workspace.journal.file_journal import FileJournal
from tests.cli.conftest import write_requests
from tests.cli.program import Program
from tests.otherserver import OtherServer
from tests.otherserver.client import make_requests


@pytest.fixture
def run(online: Program, requests_file: Path) -> str:
    """A run of three chunks that are with the service."""
    online("submit", str(requests_file), "--name", "evals", "--chunk-requests", "4", "--yes")
    return "evals"


def operations(server: OtherServer, kind: str) -> int:
    """How often the server was asked for something."""
    return sum(seen.operation == kind for seen in server.requests_log)


def test_a_run_is_canceled_batch_by_batch(online: Program, server: OtherServer, run: str) -> None:
    refused = online.json("cancel", run)
    assert refused.code == ExitCode.NOT_CONFIRMED
    assert operations(server, "cancel") == 0
    would = online.json("cancel", run, "--dry-run")
    assert would.code == ExitCode.DONE
    assert operations(server, "cancel") == 0
    ending = online.json("cancel", run, "--yes")
    assert ending.code == ExitCode.DONE
    assert [(batch["was"], batch["status"]) for batch in ending.object["batches"]] == [("in_progress", "canceling")] * 3
    assert operations(server, "cancel") == 3
    again = online.json("cancel", run, "--yes")
    assert again.code == ExitCode.DONE
    assert operations(server, "cancel") == 3


def test_what_is_held_is_dropped_even_without_the_network(program: Program, requests_file: Path) -> None:
    program("submit", str(requests_file), "--name", "later", "--detach", "--yes")
    ending = program.json("cancel", "later", "--yes")
    assert ending.code == ExitCode.DONE
    assert ending.object["held_requests"] == 10
    assert program.json("ls", "--offline").object["runs"][0]["status"] == "canceled"


def test_a_held_chunk_is_not_called_canceled(program: Program, requests_file: Path) -> None:
    program("submit", str(requests_file), "--name", "later", "--detach", "--yes")
    ending = program("cancel", "later#1", "--yes")
    assert ending.code == ExitCode.ERROR
    assert "`batchtui cancel later` drops what waits of it" in ending.stderr


def test_one_batch_of_a_run_or_from_elsewhere_is_canceled(online: Program, server: OtherServer, run: str) -> None:
    stranger = server.add_batch(make_requests(3, prefix="s"))
    for batch_id in (server.ledger[0].batch_id, stranger):
        ending = online.json("cancel", batch_id, "--yes")
        assert [(batch["batch_id"], batch["status"]) for batch in ending.object["batches"]] == [(batch_id, "canceling")]
    assert operations(server, "cancel") == 2


def test_a_cancel_says_which_batches_were_not_sent_from_here(online: Program, server: OtherServer, run: str) -> None:
    stranger = server.add_batch(make_requests(3, prefix="s"))
    shown = online("cancel", run, stranger, "--dry-run")
    assert f"1 batch not sent from here: {stranger}" in shown.stdout
    assert online.json("cancel", run, stranger, "--dry-run").object["elsewhere"] == [stranger]
    agreed = online("cancel", stranger, "--yes")
    assert f"not sent from here: {stranger}" in agreed.stdout
    own = online("cancel", run, "--dry-run")
    assert "not sent from here" not in own.stdout


def test_a_cancel_that_the_service_refuses_is_told(online: Program, server: OtherServer, run: str) -> None:
    server.answer_next("cancel", 400, message="not now")
    ending = online.json("cancel", server.ledger[0].batch_id, "--yes")
    assert ending.code == ExitCode.ERROR
    assert "not now" in ending.object["batches"][0]["reason"]


def test_a_batch_is_deleted_only_once_its_results_are_here(online: Program, server: OtherServer, run: str) -> None:
    batch_id = server.ledger[0].batch_id
    assert online("delete", batch_id, "--yes").code == ExitCode.ERROR
    server.finish()
    too_early = online.json("delete", batch_id, "--yes")
    assert too_early.code == ExitCode.ERROR
    assert "collect" in too_early.object["error"]["next"]
    online("collect", run)
    assert online("delete", batch_id).code == ExitCode.NOT_CONFIRMED
    assert online.json("delete", batch_id, "--dry-run").object["deleted"] is False
    assert operations(server, "delete") == 0
    assert online.json("delete", batch_id, "--yes").object["deleted"] is True
    assert online.json("delete", batch_id, "--yes").object["already"] is True
    assert operations(server, "delete") == 1
    shown = online.json("ls").object["runs"][0]
    assert (shown["collected"], shown["counts"]["succeeded"] + shown["counts"]["errored"]) == (True, 10)


def test_a_delete_promises_only_what_is_here(online: Program, server: OtherServer, run: str) -> None:
    server.finish()
    online("collect", run)
    batch_id = server.ledger[0].batch_id
    assert "verified, and what was sent: on this disk only" in online("delete", batch_id, "--dry-run").stdout
    online("prune", run, "--yes")
    assert "verified: on this disk only" in online("delete", batch_id, "--dry-run").stdout
    online("prune", run, "--results", "--yes")
    assert online("delete", batch_id, "--dry-run").code == ExitCode.ERROR
    assert online("delete", batch_id, "--yes").code == ExitCode.ERROR
    assert operations(server, "delete") == 0


def test_a_deleted_batch_keeps_no_results_at_the_service(online: Program, server: OtherServer) -> None:
    stranger = server.add_batch(make_requests(3, prefix="s"))
    server.finish()
    online("collect", stranger)
    assert "28d" in online("ls").stdout
    assert online("delete", stranger, "--yes").code == ExitCode.DONE
    told = online("ls").stdout
    assert stranger in told and "28d" not in told


def test_pruning_says_what_is_lost_and_keeps_the_rest(online: Program, server: OtherServer, run: str) -> None:
    assert online("prune", run, "--yes").code == ExitCode.ERROR
    server.finish()
    online("collect", run)
    refused = online("prune", run)
    assert refused.code == ExitCode.NOT_CONFIRMED
    assert "retrying" in refused.stdout
    assert list(online.workspace.rglob("chunks/*.json.gz"))
    ending = online.json("prune", run, "--yes")
    assert ending.object["freed_bytes"] > 0
    assert not list(online.workspace.rglob("chunks/*.json.gz"))
    assert online.json("prune", run, "--yes").object["already"] is True
    assert online.json("errors", run).object["groups"]
    assert online("retry", run, "--yes").code == ExitCode.ERROR
    assert online.json("show", f"{run}/r-3").object["request"] is None
    assert online.json("prune", run, "--results", "--yes").object["freed_bytes"] > 0
    assert online.json("show", run).object["status"] == "partial"


def test_pruned_results_are_not_called_here_and_collect_fetches_them_again(
    online: Program, server: OtherServer, run: str
) -> None:
    server.finish()
    before = online("collect", run).code
    online("prune", run, "--results", "--yes")
    assert "pruned here; `batchtui collect evals` fetches" in online("show", run).stdout
    assert online.json("show", run).object["results_pruned"] is True
    refused = online("errors", run)
    assert refused.code == ExitCode.ERROR and "`batchtui collect evals` fetches them again" in refused.stderr
    assert operations(server, "results") == 3, "looking fetches nothing that was pruned"
    again = online.json("collect", run)
    assert again.code == before
    assert operations(server, "results") == 6
    assert all(batch["collected"] for batch in again.object["batches"])
    assert online.json("show", run).object["results_pruned"] is False
    assert online.json("errors", run).object["groups"]
    assert online("delete", server.ledger[0].batch_id, "--dry-run").code == ExitCode.DONE


def test_pruned_results_that_the_service_let_go_are_said_to_be_nowhere(
    online: Program, server: OtherServer, run: str
) -> None:
    server.finish()
    online("collect", run)
    for made in list(server.ledger):
        assert online("delete", made.batch_id or "", "--yes").code == ExitCode.DONE
    online("prune", run, "--results", "--yes")
    ending = online.json("collect", run)
    assert ending.code == ExitCode.ERROR
    assert {batch["reason"] for batch in ending.object["batches"]} == {"the service no longer has its results"}
    assert "fetches" not in online("errors", run).stderr


def test_what_a_crash_left_of_a_pruned_run_is_removed_by_the_same_command(
    online: Program, server: OtherServer, run: str
) -> None:
    server.finish()
    online("collect", run)
    with FileJournal(online.workspace).transaction() as transaction:
        transaction.append([RunPruned(at=datetime.now(UTC), run=run)])
    assert "pruned" in online("retry", run, "--yes").stderr, "what is half removed is not sent"
    again = online.json("prune", run, "--yes").object
    assert (again["already"], again["freed_bytes"] > 0) == (False, True)
    assert not list(online.workspace.rglob("chunks/*.json.gz"))
    assert online.json("prune", run, "--yes").object["already"] is True


def test_a_batch_from_elsewhere_is_adopted_with_its_file(online: Program, server: OtherServer, tmp_path: Path) -> None:
    file = write_requests(tmp_path / "theirs.jsonl", 5, prefix="s")
    batch_id = server.add_batch(make_requests(5, prefix="s"))
    assert online.json("adopt", batch_id, "--input", str(file), "--dry-run").object["run"] is None
    ending = online.json("adopt", batch_id, "--input", str(file), "--name", "theirs")
    assert (ending.object["run"], ending.object["already"]) == ("theirs", False)
    assert online.json("adopt", batch_id).object["already"] is True
    server.finish()
    online("collect", "theirs")
    assert online.json("show", "theirs/s-1").object["request"]["custom_id"] == "s-1"
    assert online.json("show", batch_id).object["proved"] is True
    assert len(server.ledger) == 1


def test_a_batch_is_adopted_without_a_file_too(online: Program, server: OtherServer) -> None:
    batch_id = server.add_batch(make_requests(5, prefix="s"))
    run = online.json("adopt", batch_id).object["run"]
    server.finish()
    online("collect", run)
    assert online.json("ls").object["runs"][0]["collected"] is True
    assert online.json("errors", run).object["not_collected"] == 0
    for id_ in (batch_id, run):
        assert "the requests of" in online("retry", id_).stderr, "a batch that is its whole run stands for it"


def test_a_file_of_another_size_is_not_the_batch(online: Program, server: OtherServer, requests_file: Path) -> None:
    batch_id = server.add_batch(make_requests(5))
    ending = online("adopt", batch_id, "--input", str(requests_file))
    assert ending.code == ExitCode.ERROR
    assert online.json("ls").object["runs"] == []
    assert online.staged == []


def test_a_file_of_other_requests_is_refused_and_the_custom_ids_are_listed(
    online: Program, server: OtherServer, tmp_path: Path
) -> None:
    batch_id = server.add_batch(make_requests(5, prefix="s"))
    server.finish()
    for count, prefix in ((6, "s"), (5, "t")):
        file = write_requests(tmp_path / f"{prefix}.jsonl", count, prefix=prefix)
        ending = online.json("adopt", batch_id, "--input", str(file))
        assert ending.code == ExitCode.ERROR
        found = ending.object["mismatches"]
        if prefix == "s":
            assert (found["only_in_file"], found["only_in_batch"]) == (["s-5"], [])
        else:
            assert (found["in_file"], found["in_batch"]) == (5, 5)
    assert online.json("ls").object["runs"] == []
    assert online.staged == []


def test_people_see_the_first_few_custom_ids_that_differ_and_how_many_more(
    online: Program, server: OtherServer, tmp_path: Path
) -> None:
    batch_id = server.add_batch(make_requests(40, prefix="s"))
    server.finish()
    file = write_requests(tmp_path / "t.jsonl", 40, prefix="t")
    ending = online("adopt", batch_id, "--input", str(file))
    assert ending.code == ExitCode.ERROR
    lines = ending.stdout.splitlines()
    assert [line for line in lines if "file" in line] == [
        *(f"in the file alone    t-{number}" for number in range(5)),
        "in the file alone    and 35 more",
    ]
    batch = [line for line in lines if "batch" in line]
    assert len(lines) == 12 and batch[-1] == "in the batch alone   and 35 more"
    assert all(line.startswith("in the batch alone   s-") for line in batch[:-1])


def test_results_that_do_not_come_while_adopting_are_told_of_and_the_exit_says_it(
    online: Program, server: OtherServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("batchtui.engine.collector.FIRST_WAIT_SECONDS", 0.05)
    monkeypatch.setattr("batchtui.cli.collecting.PATIENCE_SECONDS", 0.5)
    batch_id = server.add_batch(make_requests(5, prefix="s"))
    server.finish()
    server.answer_next("results", 200, raw=b"", times=99)
    file = write_requests(tmp_path / "theirs.jsonl", 5, prefix="s")
    ending = online.json("adopt", batch_id, "--input", str(file), "--name", "theirs")
    assert (ending.code, ending.object["run"]) == (ExitCode.DONE, "theirs"), "their number fits; proved once they come"
    assert "; try 2 at " in ending.stderr and f"{batch_id} is not collected after" in ending.stderr


def test_what_the_service_took_before_is_adopted_whatever_a_check_says_now(
    online: Program, server: OtherServer, tmp_path: Path
) -> None:
    file = write_requests(tmp_path / "old.jsonl", 2, prefix="s")
    file.write_text(file.read_text().replace('"params": {', '"params": {"temperature": 0.5, '))
    batch_id = server.add_batch(make_requests(2, prefix="s"))
    assert online.json("adopt", batch_id, "--input", str(file), "--name", "old").object["run"] == "old"


def test_a_retry_of_what_was_started_elsewhere_says_what_is_missing_and_the_command(
    online: Program, server: OtherServer
) -> None:
    batch_id = server.add_batch(make_requests(2, prefix="s"))
    server.finish()
    assert online.json("errors", batch_id).code == ExitCode.DONE, "it can be triaged at once"
    ending = online("retry", batch_id, "--yes")
    assert f"batchtui adopt {batch_id} --input FILE" in ending.stderr and ending.code == ExitCode.ERROR
    run = online.json("adopt", batch_id).object["run"]
    ending = online("retry", run, "--yes")
    assert ending.code == ExitCode.ERROR and "adopted without its request file" in ending.stderr
    assert f"batchtui adopt {batch_id} --input FILE" in ending.stderr


def test_a_run_that_was_adopted_without_its_file_gets_it_later_if_it_is_the_right_one(
    online: Program, server: OtherServer, tmp_path: Path
) -> None:
    batch_id = server.add_batch(make_requests(6, prefix="s"))
    run = online.json("adopt", batch_id, "--name", "theirs").object["run"]
    file = write_requests(tmp_path / "theirs.jsonl", 6, prefix="s")
    early = online("adopt", batch_id, "--input", str(file))
    assert early.code == ExitCode.ERROR and "are not here yet" in early.stderr
    server.finish()
    other = write_requests(tmp_path / "other.jsonl", 6, prefix="t")
    ending = online.json("adopt", batch_id, "--input", str(other))
    assert ending.code == ExitCode.ERROR and ending.object["mismatches"]["in_file"] == 6
    assert online.json("show", f"{run}/s-1").object["request"] is None
    ending = online.json("adopt", batch_id, "--input", str(file))
    assert (ending.object["run"], ending.object["already"]) == (run, False)
    shown = online.json("show", f"{run}/s-1").object
    assert shown["request"]["custom_id"] == "s-1" and shown["source"]["file"].endswith("theirs.jsonl")
    assert online.json("adopt", batch_id, "--input", str(file)).object["already"] is True
    assert online.staged == []
    again = online.json("retry", run, "--class", "overloaded_error", "--yes", "--dry-run")
    assert again.code == ExitCode.DONE and again.object["parent"] == run
    assert len(server.ledger) == 1


def test_a_batch_from_elsewhere_is_put_out_of_sight_and_back(online: Program, server: OtherServer, run: str) -> None:
    batch_id = server.add_batch(make_requests(5, prefix="s"))
    assert online.json("hide", batch_id).object["hidden"] is True
    assert online.json("ls").object["elsewhere"] == []
    assert online.json("hide", batch_id, "--undo").object["hidden"] is False
    assert len(online.json("ls").object["elsewhere"]) == 1
    assert online("hide", server.ledger[0].batch_id).code == ExitCode.ERROR
    assert online("hide", run).code == ExitCode.ERROR


@pytest.mark.parametrize(
    "command",
    ["cancel evals --yes", "retry evals --yes", "retry evals --lost --yes", "prune evals --yes", "hide BATCH",
     "adopt BATCH", "collect evals", "delete BATCH --yes", "reconcile --abandon sub_1", "submit requests.jsonl --yes"],
)  # fmt: skip
def test_a_read_only_session_changes_nothing(online: Program, server: OtherServer, run: str, command: str) -> None:
    stranger = server.add_batch(make_requests(5, prefix="s"))
    journal = (online.workspace / "journal.jsonl").read_bytes()
    before = len(server.requests_log)
    ending = online("--read-only", *command.replace("BATCH", stranger).split())
    assert ending.code == ExitCode.NOT_CONFIRMED
    assert "read-only" in ending.stderr
    assert (online.workspace / "journal.jsonl").read_bytes() == journal
    assert len(server.requests_log) == before


def test_a_read_only_session_looks_and_watches(online: Program, server: OtherServer, run: str) -> None:
    journal = (online.workspace / "journal.jsonl").read_bytes()
    server.finish()
    assert online.json("--read-only", "ls").object["runs"][0]["status"] == "partial"
    assert online("--read-only", "errors", run).code == ExitCode.DONE
    assert online("--read-only", "watch", run).code == ExitCode.ERROR  # its results are not here
    assert (online.workspace / "journal.jsonl").read_bytes() == journal


def test_a_held_chunk_can_be_halved_and_a_sent_one_can_not(
    online: Program, server: OtherServer, requests_file: Path
) -> None:
    online("submit", str(requests_file), "--name", "evals", "--detach", "--yes")
    would = online.json("split", "evals#1", "--dry-run")
    assert (would.code, would.object["into"]) == (ExitCode.DONE, [])
    done = online.json("split", "evals#1")
    assert [(half["chunk"], half["requests"]) for half in done.object["into"]] == [("0001a", 5), ("0001b", 5)]
    assert server.ledger == []
    assert online("split", "evals").code == ExitCode.ERROR
    online("watch", "evals", "--timeout", "1")
    assert sorted(len(entry.custom_ids) for entry in server.ledger) == [5, 5]
    assert "is confirmed" in online("split", "evals#0001a").stderr


def test_a_prune_says_which_results_are_the_last(online: Program, server: OtherServer, run: str) -> None:
    server.finish()
    online("collect", run)
    assert online.json("prune", run, "--results", "--dry-run").object["last_copies"] == 0
    online("delete", server.ledger[0].batch_id, "--yes")
    would = online("prune", run, "--results", "--dry-run")
    assert "4 results of it the service has no more: gone for good" in would.stdout
    assert online.json("prune", run, "--results", "--dry-run").object["last_copies"] == 4
    assert online.json("prune", run, "--dry-run").object["last_copies"] == 0
