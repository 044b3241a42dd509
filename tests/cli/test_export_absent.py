"""`export` of a run that is not whole: each kind of absence with what is true of it and what can be done."""

from pathlib import Path
from typing import Any

import pytest

from batchtui.domain.failures import ExitCode
from tests.cli.conftest import write_requests
from tests.cli.program import Ending, Program
from tests.otherserver import OtherServer
from tests.otherserver.client import make_requests


@pytest.fixture
def target(tmp_path: Path) -> str:
    return str(tmp_path / "out.jsonl")


def absent(ending: Ending) -> dict[str, tuple[int, int, str | None]]:
    assert ending.code == ExitCode.DONE
    rows: list[dict[str, Any]] = ending.object["absent"]
    return {row["kind"]: (row["chunks"], row["requests"], row["next"]) for row in rows}


def test_held_chunks_are_sent_by_watch_not_collected(
    online: Program, server: OtherServer, requests_file: Path, target: str
) -> None:
    online("submit", str(requests_file), "--name", "evals", "--chunk-requests", "4", "--detach", "--yes")
    ending = online.json("export", "evals", "-o", target)
    assert absent(ending) == {"held": (3, 10, "`batchtui watch evals` sends them as the limits allow")}
    assert "10 requests of evals have no result here: not sent yet; `batchtui watch evals`" in ending.stderr
    assert "collect" not in ending.stderr


def test_a_run_held_by_a_person_is_let_go_on(online: Program, requests_file: Path, target: str) -> None:
    online("submit", str(requests_file), "--name", "evals", "--detach", "--yes")
    online("hold", "evals", "--yes")
    (row,) = online.json("export", "evals", "-o", target, "--dry-run").object["absent"]
    assert row["kind"] == "held" and "held by the operator" in row["reason"]
    assert row["next"] == "`batchtui retry evals --lost` lets them go on"


def test_what_runs_is_awaited_and_what_has_ended_is_collected(
    online: Program, server: OtherServer, requests_file: Path, target: str
) -> None:
    online("submit", str(requests_file), "--name", "evals", "--yes")
    assert absent(online.json("export", "evals", "-o", target)) == {
        "in_progress": (1, 10, "`batchtui watch evals` waits for it and collects them")
    }
    server.finish()
    online("ls")
    ending = online.json("export", "evals", "-o", target, "--yes")
    assert absent(ending) == {"uncollected": (1, 10, "`batchtui collect evals` fetches them")}
    online("collect", "evals")
    whole = online.json("export", "evals", "-o", target, "--yes")
    assert (absent(whole), whole.stderr) == ({}, "")


def test_what_was_refused_and_then_given_up_or_dropped_is_not_collected(
    online: Program, server: OtherServer, requests_file: Path, target: str, tmp_path: Path
) -> None:
    server.answer_next("create", 400, message="too odd")
    online("submit", str(requests_file), "--name", "evals", "--chunk-requests", "5", "--yes")
    found = absent(online.json("export", "evals", "-o", target))
    assert found["refused"] == (1, 5, "`batchtui retry evals --lost` plans to send them once more")
    online("submit", str(write_requests(Path("more.jsonl"), 3)), "--name", "later", "--detach", "--yes")
    online("cancel", "later", "--yes")
    ending = online.json("export", "later", "-o", target, "--yes")
    assert absent(ending)["never_sent"][2] == (
        "`batchtui export later --format requests -o FILE` writes what was sent, to be submitted anew"
    )
    assert "canceled before it was sent" in ending.stderr
    requests = str(tmp_path / "again.jsonl")
    assert online("export", "later", "--format", "requests", "-o", requests).code == ExitCode.DONE
    assert online.json("check", requests).object["requests"] == 3


def test_a_lost_answer_is_settled_and_one_given_up_is_sent_by_a_plan(
    online: Program, server: OtherServer, requests_file: Path, target: str
) -> None:
    server.answer_next("create", 500, message="oh")
    online("submit", str(requests_file), "--name", "evals", "--yes")
    ending = online.json("export", "evals", "-o", target)
    assert absent(ending) == {"unsure": (1, 10, "`batchtui reconcile` settles it")}
    (chunk,) = online.json("show", "evals").object["chunks"]
    online("reconcile", "--abandon", chunk["submission"], "--yes")
    ending = online.json("export", "evals", "-o", target, "--yes")
    assert absent(ending) == {"given_up": (1, 10, "`batchtui retry evals --lost` plans to send them once more")}
    assert "may be with the service" in ending.stderr


def test_a_batch_from_elsewhere_is_named_by_its_id(online: Program, server: OtherServer, target: str) -> None:
    stranger = server.add_batch(make_requests(3, prefix="s"))
    online("ls")
    ending = online.json("export", stranger, "-o", target)
    assert absent(ending) == {"in_progress": (1, 3, f"`batchtui collect {stranger}` once it has ended")}
