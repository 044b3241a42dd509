"""The operator's own command gets the alert in its environment, and no key."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from batchtui.domain.alert import Alert, AlertKind
from batchtui.workspace.alarm_command import AlarmCommand

AT = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
ALERT = Alert(kind=AlertKind.EXPIRY, text="evals chunk 0001 $(touch pwned)\0 soon", run="evals", batch_id="msgbatch_1")


async def test_the_alert_is_in_the_environment_and_the_key_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-ant-secret")
    assert await AlarmCommand("env > seen").ring(ALERT, AT) == ""
    seen = (tmp_path / "seen").read_text().splitlines()
    assert "BATCHTUI_ALERT_KIND=expiry" in seen
    assert "BATCHTUI_ALERT_TEXT=evals chunk 0001 $(touch pwned) soon" in seen
    assert "BATCHTUI_ALERT_RUN=evals" in seen
    assert "BATCHTUI_ALERT_BATCH_ID=msgbatch_1" in seen
    assert "BATCHTUI_ALERT_AT=2026-11-21T12:00:00Z" in seen
    assert not any("sk-ant-secret" in line for line in seen)


async def test_words_of_the_alert_are_never_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert await AlarmCommand('echo "$BATCHTUI_ALERT_TEXT" > said').ring(ALERT, AT) == ""
    assert os.listdir(tmp_path) == ["said"]


async def test_a_command_that_fails_says_how() -> None:
    assert await AlarmCommand("exit 3").ring(ALERT, AT) == "alerts.command ended with 3"


async def test_a_command_that_hangs_is_ended_with_all_it_started(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    hangs = AlarmCommand(f"(sleep 0.6; touch '{mark}') & sleep 30", timeout_seconds=0.2)
    assert "was ended" in await hangs.ring(ALERT, AT)
    assert await AlarmCommand(f"sleep 0.8; test ! -e '{mark}'").ring(ALERT, AT) == ""
