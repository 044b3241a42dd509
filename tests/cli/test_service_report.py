"""`cost --service-report`: the service's own figures beside ours, with an Admin key that goes nowhere else."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from batchtui.domain.failures import ExitCode
from batchtui.simulator.app import Options
from batchtui.simulator.server import running
from tests.cli.conftest import SETTINGS
from tests.cli.program import Program

ADMIN_KEY = "sk-ant-admin01-not-a-key-Zz9q"


@pytest.fixture
def collected(program: Program, environment: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Program]:
    """A run that the simulator has done and that is collected; its day is over before the report is asked for."""
    path = environment / "in.jsonl"
    lines = []
    for number in range(40):
        model = "claude-opus-5-5" if number % 2 else "claude-haiku-4-5"
        params = {"model": model, "max_tokens": 300, "messages": [{"role": "user", "content": f"Say {number}."}]}
        lines.append(json.dumps({"custom_id": f"r-{number}", "params": params}))
    path.write_text("\n".join(lines) + "\n")
    program.settings(SETTINGS)
    with running(Options(speed=2000, behind_seconds=12 * 3600)) as url:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", url)
        program("submit", str(path), "--name", "evals", "--yes", "--wait")
        assert program.json("cost").object["total"]["billed"] > 30
        yield program


def test_the_services_figures_stand_beside_ours_and_agree(collected: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_ADMIN_KEY", ADMIN_KEY)
    ending = collected.json("cost", "--service-report")
    report = ending.object["service_report"]
    assert (report["error"], report["verified"]) == (None, False)
    assert {row["model"] for row in report["rows"]} == {"claude-opus-5-5", "claude-haiku-4-5"}
    for row in report["rows"]:
        assert (row["input_tokens"], row["output_tokens"]) == (row["here_input_tokens"], row["here_output_tokens"])
        assert row["cost_usd"] == pytest.approx(row["here_usd"], abs=1e-6)
    assert "not verified" in collected("cost", "--service-report").stdout


def test_the_admin_key_is_never_written_nor_shown(collected: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_ADMIN_KEY", ADMIN_KEY)
    ending = collected("cost", "--service-report")
    assert ADMIN_KEY not in ending.stdout + ending.stderr
    files = [path for path in collected.workspace.rglob("*") if path.is_file()]
    assert files and all(ADMIN_KEY.encode() not in path.read_bytes() for path in files)


def test_a_key_that_is_none_of_the_admin_api_is_told_and_the_rest_is_shown(
    collected: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANTHROPIC_ADMIN_KEY", "sk-ant-plain-not-a-key-Zz9q")
    shown = collected.json("cost", "--service-report").object
    assert "401" in shown["service_report"]["error"]
    assert shown["total"]["cost_usd"] > 0


def test_without_an_admin_key_nothing_is_asked(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ANTHROPIC_ADMIN_KEY", raising=False)
    assert program("cost", "--service-report").code == ExitCode.USAGE
    assert program.json("cost").object["service_report"] is None


def test_a_service_that_is_away_is_told(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_ADMIN_KEY", ADMIN_KEY)
    assert program.json("cost", "--service-report").object["service_report"]["error"]
