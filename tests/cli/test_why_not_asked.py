"""Why a command shows what is kept, and that another account is never taken for the end of the work."""

from pathlib import Path

import pytest

from batchtui.domain.failures import ExitCode, WorkspaceDamaged
from batchtui.workspace.lock import EngineLock
from tests.cli.program import Program
from tests.otherserver import OtherServer

TROUBLE = "cannot lock engine.lock: read-only file system"


@pytest.fixture
def sent(online: Program, server: OtherServer, requests_file: Path) -> Program:
    """A workspace with one run, which has ended well."""
    online("submit", str(requests_file), "--name", "evals", "--yes")
    return online


def test_a_folder_that_cannot_be_locked_is_why_the_service_is_not_asked_and_nobody_polls(
    sent: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(_lock: EngineLock) -> bool:
        raise WorkspaceDamaged(TROUBLE)

    monkeypatch.setattr(EngineLock, "try_acquire", refused)
    looked = sent("doctor")
    assert f"cached: the service is not asked: {TROUBLE}" in looked.stdout
    assert "another process" not in looked.stdout
    assert TROUBLE in sent("ls").stderr


@pytest.mark.parametrize("arguments", [("cancel", "evals", "--yes"), ("watch",), ("watch", "evals")])
def test_another_account_ends_with_5_also_where_nothing_is_left_to_do(
    sent: Program, server: OtherServer, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    sent("cancel", "evals", "--yes")
    server.finish()
    sent("watch", "--timeout", "30")
    with OtherServer(organization_id="org-of-a-stranger") as other:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", other.base_url)
        ended = sent(*arguments)
    assert ended.code == ExitCode.UNREACHABLE
    assert other.base_url in ended.stderr
