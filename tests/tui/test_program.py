"""The real program in a pseudo-terminal: what a slow or dead network leaves on the screen, bytes, and leaving."""

import os
import signal
import sys
import time
from pathlib import Path

import pytest

from batchtui.workspace import folder
from batchtui.workspace.journal.file_journal import FileJournal
from tests.patience import at_most
from tests.tui.driver import PtyApp
from tests.tui.world import pictured

pytestmark = pytest.mark.pty
STILL = [sys.executable, "-m", "tests.tui.still_app"]


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """The workspace of the pictures, on disk."""
    root = tmp_path / "prod-evals" / ".batchtui"
    root.parent.mkdir()
    folder.create(root)
    with FileJournal(root).transaction() as transaction:
        transaction.append(pictured())
    return root


def program(workspace: Path, **env: str) -> PtyApp:
    """The dashboard with nobody to answer it."""
    nobody = {
        "ANTHROPIC_API_KEY": "sk-ant-nobody-a91F",
        "ANTHROPIC_BASE_URL": "http://127.0.0.1:9",
        "NO_PROXY": "127.0.0.1",
    }
    command = [sys.executable, "-m", "batchtui", "--workspace", str(workspace)]
    return PtyApp(command, env={"HOME": str(workspace.parent), **nobody, **env})


def test_with_the_network_dead_what_is_on_disk_is_there_first_and_then_the_word_offline(workspace: Path) -> None:
    with program(workspace) as app:
        app.wait_for("chunk 7: no answer")
        assert "prod-evals" in app.lines()[0] and "a91F" in app.lines()[0]
        app.wait_for("offline since")
        app.wait_for("nightly-eval-1121")
        app.send("q")
        assert app.wait_exit() == 0
        app.wait_for(lambda text: "batches keep running at the API" in text.replace("\n", ""))


def test_an_asked_end_gives_the_terminal_back(workspace: Path) -> None:
    with program(workspace) as app:
        app.wait_for("chunk 7: no answer")
        with at_most(2):
            app.signal(signal.SIGTERM)
            assert app.wait_exit() == 143


def test_a_terminal_that_cannot_draw_is_told_so_in_a_sentence(workspace: Path) -> None:
    with program(workspace, TERM="dumb") as app:
        assert app.wait_exit() == 2
        app.wait_for("TERM is dumb")


def test_with_a_theme_nobody_knows_the_dashboard_opens_in_the_default_one_and_says_so(workspace: Path) -> None:
    (workspace / "batchtui.toml").write_text('[ui]\ntheme = "drak"\n', encoding="utf-8")
    with program(workspace) as app:
        app.wait_for("batchtui.toml line 2: there is no theme drak; did you mean `dark`?")
        app.wait_for("chunk 7: no answer")


@pytest.fixture
def still() -> PtyApp:
    return PtyApp(STILL)


def bytes_for(app: PtyApp, *keys: str) -> int:
    """Bytes that come in answer to keys, escape included, which a terminal has to wait for."""
    return app.count(*keys, quiet=0.2)


def test_moves_and_screens_stay_within_their_budgets(still: PtyApp) -> None:
    with still as app:
        app.wait_for("eval-2025-10")
        app.settle(0.5)
        assert bytes_for(app, "j") <= 400  # more of them in test_cursor_bytes
        for keys in ("C", "enter", "b", "?", "a", "P", "!", "i", "s"):
            assert bytes_for(app, keys) <= 6_000
            keys = "escape"
            assert bytes_for(app, keys) <= 6_000
        before = app.received
        time.sleep(6)
        assert app.received - before <= 60


def test_ctrl_z_and_back_shows_everything_again(still: PtyApp) -> None:
    with still as app:
        app.wait_for("eval-2025-10")
        app.send("ctrl+z")
        for _ in range(50):
            if os.waitid(os.P_PID, app.process.pid, os.WSTOPPED | os.WNOHANG | os.WNOWAIT):
                break
            time.sleep(0.1)
        before = app.received
        app.signal(signal.SIGCONT)
        app.wait_for(lambda text: app.received > before + 1_000 and "eval-2025-10" in text)
        app.send("q")
        assert app.wait_exit() == 0
