"""`python -m tests.bench.watched ROOT BASE_URL RATE SECONDS FIGURES`: the dashboard with time that passes fast.

Everything is the program's own but the clock, which starts at the server's time. At its end FIGURES says what it did.
"""

import json
import os
import sys
import urllib.request
from datetime import datetime
from pathlib import Path

from batchtui.domain.settings import ApiSettings, PollSettings, Settings, SubmitSettings
from batchtui.engine.engine import Duty
from batchtui.tui.bridge import Bridge
from batchtui.tui.terminal.session import Factory, run_in_terminal
from batchtui.wiring import Session, open_engine
from tests.reliability.matrix_clock import QuickClock

POLL_SECONDS = 30.0
RUNS = 6
SUBMITTING_SHARE = 0.6
"""Of the time, so that everything has ended at its end."""


def main() -> int:
    root, base_url, rate, seconds, figures = sys.argv[1:]
    clock = clock_of(base_url, float(rate))
    settings = Settings(
        api=ApiSettings(base_url=base_url),
        submit=SubmitSettings(chunk_requests=25),
        poll=PollSettings(running=POLL_SECONDS, idle=POLL_SECONDS),
    )
    session = Session(root=Path(root), settings=settings, may_create=True)
    bridge = Bridge(open_engine(session, clock=clock), Duty.ALL)
    done: dict[str, float] = {}
    code = run_in_terminal(lambda: _load(session, bridge, float(rate), float(seconds), done))
    bridge.stop()
    bridge.join(2.0)
    Path(figures).write_text(json.dumps(_figures(bridge, done)))
    return code


def clock_of(base_url: str, rate: float) -> QuickClock:
    """As fast as the server's, and at the same time of day."""
    clock = QuickClock(rate=rate)
    with urllib.request.urlopen(f"{base_url}/_sim/clock") as answer:
        clock.pass_time((datetime.fromisoformat(json.load(answer)["now"]) - clock.now()).total_seconds())
    return clock


def _load(session: Session, bridge: Bridge, rate: float, seconds: float, done: dict[str, float]) -> Factory:
    """Imports Textual only once the terminal is prepared."""
    from batchtui.tui.start import folder_words, look_for, workspace_name
    from tests.bench.watched_dashboard import WatchedDashboard

    class Counting(WatchedDashboard):
        def on_unmount(self) -> None:
            shown = bridge.engine.core.clock.monotonic() - self.shown_at
            done.update(steps=self.steps, runs=self.runs, frames_dropped=self.frames_dropped, shown_seconds=shown)

    def make(is_wide: bool | None) -> Counting:
        app = Counting(
            bridge,
            look_for(session, os.environ, is_wide=is_wide),
            workspace=workspace_name(session),
            folder_words=folder_words(session),
        )
        app.rate, app.submit_every, app.most_runs = rate, seconds * SUBMITTING_SHARE / RUNS, RUNS
        return app

    return make


def _figures(bridge: Bridge, done: dict[str, float]) -> dict[str, float]:
    state = bridge.engine.state
    return {**done, "calls": bridge.engine.calls.count, "batches": len(state.batches)}


if __name__ == "__main__":
    sys.exit(main())
