"""`check` and `plan`: every problem told, nothing written, no network."""

import gzip
import hashlib
import json
import os
from pathlib import Path

import pytest

from batchtui.domain.failures import ExitCode
from tests.cli.conftest import SETTINGS, write_requests
from tests.cli.program import Program
from tests.otherserver import OtherServer
from tests.otherserver.client import make_requests

GOOD = make_requests(1)[0]


def _lines(*lines: object) -> bytes:
    return b"".join(line if isinstance(line, bytes) else json.dumps(line).encode() + b"\n" for line in lines)


@pytest.mark.parametrize(
    ("content", "code", "line"),
    [
        (_lines(GOOD, b"{nope\n"), "json_invalid", 2),
        (_lines(GOOD, b'{"custom_id": "\xff", "params": {}}\n'), "encoding_invalid", 2),
        (_lines(GOOD, [1, 2]), "not_an_object", 2),
        (_lines(GOOD, {"params": GOOD["params"]}), "custom_id_missing", 2),
        (_lines(GOOD, {"custom_id": "a b", "params": GOOD["params"]}), "custom_id_invalid", 2),
        (_lines(GOOD, {"custom_id": "x", "params": GOOD["params"]}, GOOD), "custom_id_duplicate", 3),
        (_lines(GOOD, {"custom_id": "x"}), "params_missing", 2),
        (_lines(GOOD, {"custom_id": "x", "params": {**GOOD["params"], "stream": True}}), "params_unsupported", 2),
        (_lines(GOOD, {"custom_id": "x", "params": {**GOOD["params"], "max_tokens": 0}}), "max_tokens_invalid", 2),
        (b"", "file_empty", 0),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_each_problem_has_its_line_and_its_code(
    program: Program, tmp_path: Path, content: bytes, code: str, line: int
) -> None:
    file = tmp_path / "requests.jsonl"
    file.write_bytes(content)
    ending = program.json("check", str(file))
    assert ending.code == ExitCode.ERROR
    found = ending.object
    assert found["ok"] is False
    assert found["problem_counts"][code] >= 1
    assert any(
        (problem["code"], problem["line"], problem["severity"], problem["file"]) == (code, line, "error", str(file))
        for problem in found["problems"]
    )
    place = f"{file}:{line}" if line else str(file)
    assert f"{place}: error {code}" in program("check", str(file)).stdout
    assert not program.workspace.exists()


def test_a_sound_file_is_told_with_its_models(program: Program, requests_file: Path) -> None:
    ending = program.json("check", str(requests_file))
    assert ending.code == ExitCode.DONE
    assert ending.object["ok"] is True
    assert ending.object["requests"] == 10
    assert ending.object["models"] == {"claude-haiku-5-5": 10}


def test_a_hundred_problems_are_listed_and_all_are_counted(program: Program, tmp_path: Path) -> None:
    file = tmp_path / "bad.jsonl"
    file.write_text("nope\n" * 250)
    found = program.json("check", str(file)).object
    assert len(found["problems"]) == 100
    assert found["problem_counts"] == {"json_invalid": 250}
    assert "150 more" in program("check", str(file)).stdout


def test_an_allowed_code_becomes_a_warning(program: Program, tmp_path: Path) -> None:
    file = tmp_path / "warm.jsonl"
    file.write_bytes(_lines({"custom_id": "x", "params": {**GOOD["params"], "temperature": 1}}))
    assert program("check", str(file)).code == ExitCode.ERROR
    allowed = program.json("check", str(file), "--allow", "params_unsupported")
    assert allowed.code == ExitCode.DONE
    assert allowed.object["problems"][0]["severity"] == "warning"


def test_a_model_nobody_knows_is_a_warning(program: Program, tmp_path: Path) -> None:
    file = tmp_path / "typo.jsonl"
    file.write_bytes(_lines({"custom_id": "x", "params": {**GOOD["params"], "model": "claude-sonet-5-5"}}))
    ending = program.json("check", str(file))
    assert ending.code == ExitCode.DONE
    assert ending.object["problem_counts"] == {"model_unknown": 1}


def test_an_older_wire_version_takes_sampling_parameters(program: Program, tmp_path: Path) -> None:
    file = tmp_path / "warm.jsonl"
    file.write_bytes(_lines({"custom_id": "x", "params": {**GOOD["params"], "temperature": 1}}))
    program.settings('[api]\nanthropic_version = "2023-06-01"\n')
    assert program("check", str(file)).code == ExitCode.DONE


def test_stdin_is_a_file_named_dash(program: Program) -> None:
    assert program.json("check", "-", stdin=_lines(GOOD)).object["requests"] == 1
    bad = program.json("check", "-", stdin=b"nope\n")
    assert bad.object["problems"][0]["file"] == "-"
    assert program("check", "-", "-").code == ExitCode.USAGE


@pytest.mark.parametrize("command", ["check", "plan", "submit"])
@pytest.mark.parametrize("kind", ["missing", "folder", "pipe"])
def test_what_is_no_file_is_refused_with_a_reason(program: Program, tmp_path: Path, command: str, kind: str) -> None:
    path = tmp_path / "thing"
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    ending = program(command, str(path), "--yes")
    assert ending.code == ExitCode.ERROR
    assert str(path) in ending.stderr
    assert not program.workspace.exists()


def test_a_name_that_is_no_text_is_refused(program: Program, tmp_path: Path) -> None:
    path = os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.jsonl")
    write_requests(Path(path), 1)
    ending = program.json("check", path)
    assert ending.code == ExitCode.ERROR
    assert "UTF-8" in ending.object["error"]["what"]


def test_a_plan_says_chunks_and_cost_and_writes_nothing(program: Program, requests_file: Path) -> None:
    ending = program.json("plan", str(requests_file), "--chunk-requests", "4")
    assert ending.code == ExitCode.DONE
    plan = ending.object
    assert [chunk["requests"] for chunk in plan["chunks"]] == [4, 4, 2]
    assert [chunk["chunk"] for chunk in plan["chunks"]] == ["0001", "0002", "0003"]
    assert 0 < plan["cost"]["low_usd"] < plan["cost"]["high_usd"]
    assert plan["cost"]["standard_high_usd"] == pytest.approx(2 * plan["cost"]["high_usd"], abs=1e-5)
    assert plan["time"] is None
    assert not program.workspace.exists()


def test_a_plan_of_figures_is_exact(program: Program) -> None:
    figures = ("--requests", "25000", "--input-tokens", "1000", "--output-tokens", "300", "--model", "claude-haiku-4-5")
    plan = program.json("plan", *figures).object
    assert plan["cost"]["low_usd"] == plan["cost"]["high_usd"] == pytest.approx(25000 * (1000 * 1 + 300 * 5) / 2e6)
    assert [chunk["requests"] for chunk in plan["chunks"]] == [10000, 10000, 5000]
    assert "check" not in plan


FIGURES = ("--requests", "25", "--input-tokens", "10", "--output-tokens", "300", "--chunk-requests", "10")


def test_the_code_of_a_plan_is_a_whole_program(program: Program) -> None:
    how = ("--chunk-bytes", "9000", "--concurrency", "4", "--backoff", "linear", "--model", 'odd"model')
    code = program("plan", *FIGURES, *how, "--code", "python").stdout
    compile(code, "batch_job.py", "exec")
    for line in (r'MODEL = "odd\"model"', "BATCH_BYTES = 9_000 ", "OPEN_BATCHES = 4 ", 'RETRY_BACKOFF = "linear"'):
        assert line in code
    assert program.json("plan", *FIGURES, *how, "--code", "python").object["code"].rstrip() == code.rstrip()


@pytest.mark.parametrize("language", ["javascript", "typescript"])
def test_the_code_for_other_sdks_never_repeats_a_post(program: Program, language: str) -> None:
    code = program.json("plan", *FIGURES, "--model", "m", "--code", language).object["code"]
    assert "maxRetries: 0" in code and 'redirect: "manual"' in code
    assert ("BatchCreateParams" in code) is (language == "typescript")


def test_code_wants_one_plain_file(program: Program, tmp_path: Path) -> None:
    file = write_requests(tmp_path / "in.jsonl", 3)
    packed = tmp_path / "in.jsonl.gz"
    packed.write_bytes(gzip.compress(file.read_bytes()))
    assert program("plan", str(file), str(packed), "--code", "python").code == ExitCode.USAGE
    assert program("plan", "-", "--code", "python", stdin=file.read_bytes()).code == ExitCode.USAGE
    refused = program("plan", str(packed), "--code", "python")
    assert refused.code == ExitCode.ERROR and "compressed" in refused.stderr and not refused.stdout


def test_the_code_for_a_file_is_about_that_file(program: Program, tmp_path: Path) -> None:
    file = write_requests(tmp_path / "in.jsonl", 3)
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    ending = program("plan", str(file), "--chunk-requests", "2", "--attempts", "5", "--code", "python")
    code = ending.stdout
    assert "ok: 3 requests" in ending.stderr and "cost <$0.01" in ending.stderr, "known before it is run"
    compile(code, "batch_job.py", "exec")
    for line in (f'PLANNED_SHA256 = "{digest}"\n', "PLANNED_REQUESTS = 3 ", "BATCH_REQUESTS = 2 ", "MAX_ATTEMPTS = 5 "):
        assert line in code
    assert program.json("plan", str(file)).object["code"] is None


def test_a_file_with_errors_gets_no_program(program: Program, tmp_path: Path) -> None:
    bad = tmp_path / "bad.jsonl"
    bad.write_text("{}\n")
    ending = program("plan", str(bad), "--code", "javascript")
    assert ending.code == ExitCode.ERROR and "custom_id_missing" in ending.stdout and "import" not in ending.stdout


def test_an_unknown_price_is_never_zero(program: Program) -> None:
    figures = ("--requests", "10", "--input-tokens", "1", "--output-tokens", "1", "--model", "someone-elses")
    cost = program.json("plan", *figures).object["cost"]
    assert cost["high_usd"] is None
    assert cost["unknown_models"] == ["someone-elses"]
    assert "not known" in program("plan", *figures).stdout


def test_a_cost_below_a_cent_is_said_once(program: Program, tmp_path: Path) -> None:
    words = program("plan", str(write_requests(tmp_path / "one.jsonl", 1))).stdout
    assert not [said for said in ("~<", "to <", "than <", "$0.00", "1 requests") if said in words]
    assert "cost         <$0.01 (estimate, prices of" in words


def test_a_plan_of_a_broken_file_is_its_problems(program: Program, tmp_path: Path) -> None:
    file = tmp_path / "bad.jsonl"
    file.write_text("nope\n")
    ending = program.json("plan", str(file))
    assert ending.code == ExitCode.ERROR
    assert ending.object["check"]["problem_counts"] == {"json_invalid": 1}
    assert ending.object["chunks"] == []


def test_settings_of_the_workspace_hold_for_a_plan(program: Program, requests_file: Path) -> None:
    program.settings(SETTINGS + "\n[budget]\nrun_usd = 0.0000001\n")
    assert "budget" in program.json("plan", str(requests_file)).object["exceeds"]


def test_models_are_checked_against_the_list_once_it_was_read(online: Program, server: OtherServer) -> None:
    path = online.workspace.parent / "odd.jsonl"
    params = {"model": "claude-not-there", "max_tokens": 64, "messages": [{"role": "user", "content": "hello"}]}
    path.write_text(json.dumps({"custom_id": "a", "params": params}) + "\n")
    before = online.json("check", str(path)).object
    assert before["models_as_of"] is None
    assert "was not read" in before["problems"][0]["message"]
    assert "not checked" in online("check", str(path)).stdout
    assert online("doctor").code == ExitCode.DONE
    after = online.json("check", str(path)).object
    assert after["models_as_of"] is not None
    assert "does not have the model" in after["problems"][0]["message"]


def test_submitting_reads_the_list_at_most_once_a_day(
    online: Program, server: OtherServer, requests_file: Path
) -> None:
    online("submit", str(requests_file), "--name", "one", "--yes")
    kept = (online.workspace / "models.json").read_bytes()
    server.answer_next("models", 500)
    assert online("submit", str(requests_file), "--name", "two", "--yes", "--again").code == ExitCode.DONE
    assert (online.workspace / "models.json").read_bytes() == kept
    (online.workspace / "models.json").write_bytes(b"{")
    assert online("submit", str(requests_file), "--name", "three", "--yes", "--again").code == ExitCode.DONE
    assert (online.workspace / "models.json").read_bytes() == b"{", "the service was no help: a cache may be lost"
