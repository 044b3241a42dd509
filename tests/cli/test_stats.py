"""`stats`: what is known of this workspace's batches, without a call."""

from pathlib import Path

from tests.cli.program import Program
from tests.otherserver import OtherServer


def test_a_new_workspace_has_nothing_to_tell(program: Program) -> None:
    assert program.json("stats").object["batches"] == 0
    assert "nothing to tell" in program("stats").stdout


def test_durations_pace_and_open_runs_are_told(online: Program, server: OtherServer, requests_file: Path) -> None:
    online("submit", str(requests_file), "--name", "evals", "--chunk-requests", "3", "--yes")
    under_way = online.json("stats").object
    (run,) = under_way["open_runs"]
    assert (run["run"], run["requests"], run["ended"], run["eta"]) == ("evals", 10, 0, None)
    server.finish()
    online("collect", "evals")
    found = online.json("stats").object
    assert (found["batches"], found["open_runs"]) == (4, [])
    assert found["requests"]["requests"] == 10
    assert sum(bar["batches"] for bar in found["histogram"]) == 4
    text = online("stats").stdout
    assert "throughput" in text and "0 to 5 min" in text and "not a promise" in text
