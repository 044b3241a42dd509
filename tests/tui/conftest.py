"""Workspaces with files that tests of the dashboard share; those that change one make their own."""

from pathlib import Path

import pytest

from tests.tui.filed import Filed, fill, pictured
from tests.tui.idle import wait_for_idle


@pytest.fixture(autouse=True)
def quick_idleness(monkeypatch: pytest.MonkeyPatch) -> None:
    """Most of what tests of keys take is Textual's way to find out that nothing happens any more."""
    monkeypatch.setattr("textual.app.wait_for_idle", wait_for_idle)
    monkeypatch.setattr("textual.pilot.wait_for_idle", wait_for_idle)


@pytest.fixture(scope="session")
def nightly(tmp_path_factory: pytest.TempPathFactory) -> Filed:
    """The run of the pictures, 11,912 requests; only to be looked at."""
    return fill(tmp_path_factory.mktemp("nightly") / "w", pictured)


@pytest.fixture
def filed(tmp_path: Path) -> Filed:
    """An empty workspace of the test's own."""
    return Filed(tmp_path / "w")
