"""Progress: only on a terminal, only for what lasts."""

from typing import Any

import pytest

from batchtui.cli import diagnostics, progress
from batchtui.cli.progress import QUIET_SECONDS, Meter
from batchtui.engine.jobs import Progress


class FakeBars:
    """Records what would be drawn."""

    def __init__(self) -> None:
        self.drawn: dict[int, dict[str, Any]] = {}
        self.is_running = False

    def start(self) -> None:
        self.is_running = True

    def stop(self) -> None:
        self.is_running = False

    def add_task(self, description: str, total: float | None, figures: str) -> int:
        self.drawn[len(self.drawn)] = {"description": description}
        return len(self.drawn) - 1

    def update(self, task: int, **figures: Any) -> None:
        self.drawn[task] |= figures

    def remove_task(self, task: int) -> None:
        del self.drawn[task]


@pytest.fixture
def bars(monkeypatch: pytest.MonkeyPatch) -> FakeBars:
    """Bars on a terminal, and a clock that a test moves."""
    made = FakeBars()
    monkeypatch.setattr(progress, "_new_bars", lambda: made)
    monkeypatch.setattr(diagnostics, "is_terminal", lambda: True)
    return made


def move_to(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """Set the clock."""
    monkeypatch.setattr("batchtui.cli.progress.time.monotonic", lambda: seconds)


def test_what_is_quick_draws_nothing(bars: FakeBars, monkeypatch: pytest.MonkeyPatch) -> None:
    meter = Meter()
    for seconds in (0, QUIET_SECONDS - 0.01):
        move_to(monkeypatch, seconds)
        meter.show(Progress(job="check", unit="bytes", done=5, total=10))
    assert bars.drawn == {}


def test_what_lasts_draws_its_newest_figures_and_leaves_nothing(
    bars: FakeBars, monkeypatch: pytest.MonkeyPatch
) -> None:
    meter = Meter()
    for seconds, done in ((0, 1), (QUIET_SECONDS, 5), (QUIET_SECONDS + 1, 7)):
        move_to(monkeypatch, seconds)
        meter.show_all({"send \x1b[31m": Progress(job="send \x1b[31m", unit="bytes", done=done, total=10)})
    assert bars.drawn == {0: {"description": "send \ufffd[31m", "completed": 7, "total": 10, "figures": "7 B of 10 B"}}
    meter.show_all({})
    assert bars.drawn == {}
    meter.stop()
    assert not bars.is_running


def test_what_is_counted_in_requests_says_so_and_real_bars_can_draw_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(diagnostics, "is_terminal", lambda: True)
    monkeypatch.setenv("FORCE_COLOR", "1")
    meter = Meter()
    for seconds, done in ((0, 1), (QUIET_SECONDS, 1024)):
        move_to(monkeypatch, seconds)
        meter.show(Progress(job="export", unit="requests", done=done, total=100_000))
    meter.stop()
    assert "1,024 of 100,000 requests" in capsys.readouterr().err


def test_without_a_terminal_nothing_is_drawn(bars: FakeBars, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(diagnostics, "is_terminal", lambda: False)
    meter = Meter()
    for seconds in (0, QUIET_SECONDS + 1):
        move_to(monkeypatch, seconds)
        meter.show(Progress(job="check", unit="bytes", done=5, total=10))
    assert bars.drawn == {}
