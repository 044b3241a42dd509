"""`cancel` under `[retry] automatic`: nothing is sent by itself afterwards, and `show` says why."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from batchtui.domain.failures import ExitCode
from tests.cli.conftest import SETTINGS
from tests.cli.program import Program
from tests.otherserver import JsonObject, OtherServer, errored, succeeded

AUTOMATIC = f"{SETTINGS}\n[retry]\nautomatic = true\ndelay = 0\n"


def judge(custom_id: str, params: JsonObject, attempt: int) -> JsonObject:
    if attempt == 1 and custom_id == "r-0":
        return errored("overloaded_error", "Overloaded")
    return succeeded(params)


@pytest.fixture
def server(environment: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[OtherServer]:
    with OtherServer(seconds=3600, judge=judge) as running:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", running.base_url)
        yield running


@pytest.fixture
def ended(online: Program, server: OtherServer, requests_file: Path) -> str:
    """A run with an error, collected while nothing was sent again by itself."""
    online("submit", str(requests_file), "--name", "evals", "--yes")
    server.finish()
    assert online("collect", "evals").code == ExitCode.NOT_ALL_SUCCEEDED
    online.settings(AUTOMATIC)
    return "evals"


def test_a_run_that_is_canceled_with_its_errors_is_left_alone(online: Program, server: OtherServer, ended: str) -> None:
    shown = online.json("show", ended).object["automatic_retry"]
    assert shown == {"state": "expected", "due_at": None, "reason": None}
    would = online("cancel", ended, "--dry-run")
    assert "evals is not sent again by itself" in would.stdout
    assert online.json("cancel", ended, "--yes").object["retries"] == ["evals"]
    assert online("watch", ended, "--timeout", "20").code == ExitCode.NOT_ALL_SUCCEEDED
    assert server.attempts()["r-0"] == 1
    shown = online.json("show", ended).object["automatic_retry"]
    assert (shown["state"], shown["reason"]) == ("stopped", "somebody canceled it")
    assert "not by itself: somebody canceled it" in online("show", ended).stdout
    again = online("cancel", ended, "--yes")
    assert (again.code, "nothing to do" in again.stdout) == (ExitCode.DONE, True)


def test_without_a_cancel_it_is_sent_again_and_without_the_setting_nothing_is_said(
    online: Program, server: OtherServer, ended: str
) -> None:
    for _ in range(30):  # the machine may be slow; the batch itself never ends here
        assert online("watch", ended, "--timeout", "1").code == ExitCode.TIMED_OUT
        if server.attempts()["r-0"] == 2:
            break
    assert server.attempts()["r-0"] == 2
    online.settings(SETTINGS)
    assert online.json("show", ended).object["automatic_retry"] is None
