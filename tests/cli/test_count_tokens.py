"""`--count-tokens`: the service counts a sample, over the SDK, against the simulator's own tokenizer."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from batchtui.domain.failures import ExitCode
from batchtui.simulator import tokenizer
from batchtui.simulator.app import Options
from batchtui.simulator.server import running
from tests.cli.conftest import SETTINGS
from tests.cli.program import Program
from tests.otherserver import OtherServer

SYSTEM = "Ты строгий судья. " * 40


@pytest.fixture
def simulated(program: Program, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The simulator's address."""
    with running(Options()) as url:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", url)
        yield url


@pytest.fixture
def prompts(environment: Path) -> Path:
    """Russian prompts with a long system prompt: what characters alone say little of."""
    path = environment / "prompts.jsonl"
    lines = []
    for number in range(60):
        messages = [{"role": "user", "content": f"Оцени ответ номер {number}. " * (1 + number % 7)}]
        params = {
            "model": "claude-opus-5-5",
            "max_tokens": 64,
            "system": "Ты строгий судья. " * 40,
            "messages": messages,
        }
        lines.append(json.dumps({"custom_id": f"p-{number}", "params": params}, ensure_ascii=False))
    path.write_text("\n".join(lines) + "\n")
    return path


def test_a_counted_sample_makes_the_interval_narrow_and_right(program: Program, simulated: str, prompts: Path) -> None:
    true = sum(tokenizer.count(json.loads(line)["params"]) for line in prompts.read_text().splitlines())
    plain = program.json("plan", str(prompts)).object["cost"]
    ending = program.json("plan", str(prompts), "--count-tokens")
    cost = ending.object["cost"]
    assert ending.code == ExitCode.DONE
    assert "prompts of 24 requests" in ending.stderr
    assert cost["basis"][0]["input_source"] == "count_tokens"
    assert cost["input_tokens_low"] <= true <= cost["input_tokens_high"]
    assert cost["input_tokens_high"] - cost["input_tokens_low"] < 0.2 * true
    assert plain["input_tokens_high"] - plain["input_tokens_low"] > 0.4 * true


def test_without_the_option_no_prompt_goes_anywhere(program: Program, server: OtherServer, prompts: Path) -> None:
    assert program("plan", str(prompts)).code == ExitCode.DONE
    assert not server.requests_log


def test_another_account_is_sent_no_prompt(
    program: Program, server: OtherServer, prompts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program.settings(SETTINGS)
    program("submit", str(prompts), "--name", "first", "--yes")
    with OtherServer(seconds=3600, organization_id="org-of-somebody-else") as stranger:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", stranger.base_url)
        ending = program("plan", str(prompts), "--count-tokens")
        assert ending.code == ExitCode.UNREACHABLE
        assert not any("count_tokens" in str(entry) for entry in stranger.requests_log)
