"""What `plan --code` writes does the whole cycle, and never sends a batch twice whatever becomes of an answer."""

import json
import signal
import socket
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from batchtui.workspace.programs import Language
from tests.programs.conftest import QUICK
from tests.programs.languages import MODEL, Maker, Script, small_job, wait_until
from tests.simulator.conftest import Simulation, Starter

BOTH = pytest.mark.parametrize("language", [Language.PYTHON, Language.JAVASCRIPT], ids=str)
"""TypeScript is the same text as JavaScript, with types."""

ALL = {f"r-{number}" for number in range(25)}


def sent(sim: Simulation) -> list[list[str]]:
    """The custom_ids of every batch the service accepted, answered or not."""
    return [batch["custom_ids"] for batch in sim.accepted()]


def times_sent(sim: Simulation) -> Counter[str]:
    return Counter(custom_id for ids in sent(sim) for custom_id in ids)


def events(script: Script) -> list[str]:
    journal = script.folder / "journal.jsonl"
    return [json.loads(line)["event"] for line in journal.read_text().splitlines()] if journal.exists() else []


def test_a_job_is_sent_in_chunks_and_every_result_comes_home(make: Maker, language: Language, start: Starter) -> None:
    sim = start(speed=QUICK)
    script = make(language, sim.url)
    ran = script.run()
    assert ran.code == 0, ran.said
    assert sorted(map(len, sent(sim))) == [5, 10, 10]
    assert set(script.rows("succeeded.jsonl")) == ALL and script.rows("failed.jsonl") == {}
    assert events(script)[:2] == ["job", "intent"]
    again = script.run()
    assert again.code == 0 and len(sent(sim)) == 3, "a job that is done is not done again"


@BOTH
def test_what_can_succeed_is_sent_again_and_the_rest_is_told(make: Maker, language: Language, start: Starter) -> None:
    faults = ("create:429:1@1", "results:truncate:2@1", "retrieve:404@1")
    sim = start(speed=QUICK, scenario="trouble", seed=3, faults=faults)
    script = make(language, sim.url, small_job(requests=300, batch_requests=100, open_batches=3))
    ran = script.run()
    assert ran.code == 4, ran.said
    assert "asks to wait 1 s" in ran.said and "2 of 100 results" in ran.said and "attempt 2" in ran.said
    ok, failed = script.rows("succeeded.jsonl"), script.rows("failed.jsonl")
    assert len(ok) + len(failed) == 300 and not set(ok) & set(failed)
    transient = {"overloaded_error", "api_error", "rate_limit_error", "timeout_error", "expired"}
    assert failed and all(row["attempts"] == (3 if row["type"] in transient else 1) for row in failed.values())
    assert max(times_sent(sim).values()) <= 3
    assert all(times_sent(sim)[custom_id] == row["attempts"] for custom_id, row in failed.items())


@pytest.mark.parametrize("fault", ["create:lost@2", "create:garbage-after@2"])
def test_a_lost_answer_to_a_create_makes_no_second_batch(
    make: Maker, language: Language, start: Starter, fault: str
) -> None:
    sim = start(speed=QUICK, faults=(fault,))
    script = make(language, sim.url)
    ran = script.run()
    assert ran.code == 0, ran.said
    assert "its batch was made" in ran.said
    assert times_sent(sim) == Counter(dict.fromkeys(ALL, 1))
    assert set(script.rows("succeeded.jsonl")) == ALL


@BOTH
def test_a_create_that_nobody_saw_arrive_waits_for_a_person(make: Maker, language: Language, start: Starter) -> None:
    sim = start(speed=QUICK, faults=("create:drop@1",))
    script = make(language, sim.url, small_job(requests=5))
    assert script.run().code == 6
    again = script.run()
    assert again.code == 6 and sent(sim) == [], "starting again does not send it either"
    assert "--give-back 1-0001" in again.said
    ran = script.run("--give-back", "1-0001")
    assert ran.code == 0 and len(sent(sim)) == 1, ran.said


@BOTH
def test_a_redirect_is_not_followed(make: Maker, language: Language, start: Starter) -> None:
    sim = start(speed=QUICK, faults=("create:redirect",))
    ran = make(language, sim.url, small_job(requests=5)).run()
    assert ran.code == 1 and sent(sim) == [], ran.said


def _begin(script: Script) -> "subprocess.Popen[bytes]":
    """Start it, and wait until as many batches are open as may be."""
    process = script.start()
    wait_until(lambda: events(script).count("created") == 2)
    return process


@BOTH
def test_ctrl_c_stops_it_and_the_next_start_goes_on(make: Maker, language: Language, start: Starter) -> None:
    sim = start(speed=1.0)
    script = make(language, sim.url)
    process = _begin(script)
    beside = script.run()
    assert beside.code == 1 and "is at work" in beside.said, "two at a time would send everything twice"
    process.send_signal(signal.SIGINT)
    assert process.wait(60) == 130
    assert "2 batches go on at the service" in script.said
    sim.advance(86_000)
    process = script.start()
    wait_until(lambda: events(script).count("created") == 3)
    sim.advance(86_000)
    assert process.wait(60) == 0, script.said
    assert times_sent(sim) == Counter(dict.fromkeys(ALL, 1))
    assert set(script.rows("succeeded.jsonl")) == ALL


@BOTH
def test_a_killed_program_goes_on_without_sending_twice(make: Maker, language: Language, start: Starter) -> None:
    sim = start(speed=1.0, faults=("create:hang-after:30@3",))
    script = make(language, sim.url)
    process = _begin(script)
    sim.advance(86_000)
    wait_until(lambda: len(sent(sim)) == 3)
    process.kill()
    process.wait()
    assert events(script).count("intent") == 3 and events(script).count("created") == 2
    assert (script.folder / "lock").exists(), "nobody tidied up after it"
    sim.advance(86_000)
    ran = script.run()
    assert ran.code == 0, ran.said
    assert "its batch was made" in ran.said
    assert times_sent(sim) == Counter(dict.fromkeys(ALL, 1))


@pytest.mark.parametrize("language", [Language.JAVASCRIPT], ids=str)
def test_a_lock_of_another_machine_is_not_taken(make: Maker, language: Language, start: Starter) -> None:
    sim = start(speed=QUICK)
    script = make(language, sim.url, small_job(requests=5))
    script.folder.mkdir()
    (script.folder / "lock").write_text("1 on somewhere-else")
    ran = script.run()
    assert ran.code == 1 and "1 on somewhere-else is at work" in ran.said and sent(sim) == []


@pytest.mark.parametrize("language", [Language.JAVASCRIPT], ids=str)
def test_of_several_that_find_a_dead_ones_lock_one_goes_on(make: Maker, language: Language, start: Starter) -> None:
    sim = start(speed=1.0)
    script = make(language, sim.url, small_job(requests=5))
    script.folder.mkdir()
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    (script.folder / "lock").write_text(f"{dead.pid} on {socket.gethostname()}")
    processes = [script.start() for _ in range(4)]
    try:
        wait_until(lambda: sum(process.poll() is not None for process in processes) == 3)
        wait_until(lambda: events(script).count("created") == 1)
        assert [process.poll() for process in processes].count(1) == 3 and len(sent(sim)) == 1, script.said
    finally:
        for process in processes:
            process.kill()
            process.wait()


@BOTH
def test_the_program_for_a_file_does_its_plan_and_takes_no_other_file(
    make: Maker, language: Language, start: Starter, tmp_path: Path
) -> None:
    sim = start(speed=QUICK)
    file = tmp_path / "evals.jsonl"
    params = {"model": MODEL, "max_tokens": 64, "messages": [{"role": "user", "content": "Say 1."}]}
    lines = [json.dumps({"custom_id": f"r-{number}", "params": params}) for number in range(7)]
    file.write_text("\n\n".join(lines) + "\n")
    options = ("--chunk-requests", "4", "--concurrency", "1", "--poll", "0.1", "--code", str(language))
    command = [sys.executable, "-m", "batchtui", "--workspace", str(tmp_path / "none"), "plan", file.name, *options]
    planned = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert planned.returncode == 0, planned.stderr
    assert f"{file.name}\n" in planned.stdout and "the 7 requests of a file; claude-haiku-4-5" in planned.stdout
    script = make.script(language, planned.stdout, file, sim.url)
    file.write_text(file.read_text().replace("Say 1.", "Say 2."))
    ran = script.run()
    assert ran.code == 1 and "not the file that was planned" in ran.said and sent(sim) == []
    file.write_text(file.read_text().replace("Say 2.", "Say 1."))
    ran = script.run()
    assert ran.code == 0, ran.said
    assert sorted(map(len, sent(sim))) == [3, 4] and len(script.rows("succeeded.jsonl")) == 7


@BOTH
def test_only_the_planned_file_is_sent_in_chunks_below_their_bytes(
    make: Maker, language: Language, start: Starter
) -> None:
    sim = start(speed=QUICK)
    script = make(language, sim.url, small_job(requests=9), batch_bytes=600)
    whole = script.file.read_text()
    script.file.write_text(whole + '{"custom_id": "more", "prompt": "More."}\n')
    ran = script.run()
    assert ran.code == 1 and "were planned" in ran.said and sent(sim) == []
    script.file.write_text(whole)
    assert script.run().code == 0
    assert len(sent(sim)) > 1 and all(batch["body_bytes"] <= 650 for batch in sim.accepted())
    number = len(sent(sim))
    script.file.write_text(whole.replace("Say 1.", "Say one."))
    ran = script.run()
    assert ran.code == 1 and "not that of the job" in ran.said and len(sent(sim)) == number
