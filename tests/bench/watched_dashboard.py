"""The real dashboard while its clock runs fast: its timers follow, and runs are submitted as time goes on."""

from pathlib import Path
from typing import Any

from textual.timer import Timer

from batchtui.engine.engine import Engine
from batchtui.engine.submit_options import SubmitOptions
from batchtui.tui.dashboard import Dashboard
from tests.fakes import request_line

REQUESTS = 100


class WatchedDashboard(Dashboard):
    """Every interval of the app is so many times as short as the clock is fast."""

    rate: float = 1.0
    steps: int = 0
    shown_at: float = 0.0
    runs: int = 0
    submit_every: float = 3600.0
    most_runs: int = 0

    def set_interval(self, interval: float, *args: Any, **options: Any) -> Timer:
        return super().set_interval(interval / self.rate, *args, **options)

    def on_ready(self) -> None:
        """Textual calls the dashboard's own handler as well."""
        self.shown_at = self.bridge.engine.core.clock.monotonic()
        self.set_interval(self.submit_every, self._submit)

    def step_clock(self) -> None:
        self.steps += 1
        super().step_clock()

    def _submit(self) -> None:
        if self.runs < self.most_runs:
            self.runs += 1
            name = f"run-{self.runs}"
            self.run_worker(self.bridge.call(lambda engine: submit(engine, name)))


async def submit(engine: Engine, name: str) -> None:
    """A run of a few chunks, accepted as a person would."""
    path = Path(engine.store.root) / f"{name}.jsonl"
    path.write_text("".join(request_line(f"{name}-{place}") + "\n" for place in range(REQUESTS)))
    plan = await engine.planner.plan_submit([path], SubmitOptions(name=name), builds=True)
    engine.planner.accept(plan)
