"""Our way through the engine itself, heavy work in child processes as in the dashboard.

`python -m tests.bench.ours WORKSPACE BASE_URL STEP…` does the steps in order and prints the seconds of each. Steps:
`prepare=FILE`, `send`, `end=N` (the server ends all; one in N overloaded), `end-brief=N` (with short answers),
`collect`, `retry`, `export=FILE`.
"""

import asyncio
import gc
import json
import os
import sys
import time
import urllib.request
from collections.abc import Awaitable, Callable
from pathlib import Path

from batchtui.__main__ import SELDOM
from batchtui.domain.retry import RetryPolicy
from batchtui.domain.settings import Settings
from batchtui.engine.engine import Duty, Engine
from batchtui.engine.jobs import ExportTask
from batchtui.engine.lineage import attempts
from batchtui.engine.submit_options import SubmitOptions
from batchtui.wiring import Session, open_engine
from batchtui.workspace.settings.reading import load_settings

RUN = "bench"
NO_LIMITS = "[submit]\nmax_open_batches = 10000\nmax_queued_requests = 1000000000\n"
ONE_CHUNK = "[submit]\nchunk_requests = 100000\nmax_queued_requests = 1000000000\n"


class Pipeline:
    """The steps of one run on one engine."""

    def __init__(self, engine: Engine, base_url: str) -> None:
        self._engine = engine
        self._base_url = base_url
        self._steps: dict[str, Callable[[str], Awaitable[object]]] = {
            "prepare": self._prepare,
            "send": self._send,
            "end": self._end,
            "end-brief": self._end_briefly,
            "collect": self._collect,
            "retry": self._retry,
            "export": self._export,
        }

    async def do(self, steps: list[str]) -> dict[str, float]:
        """Seconds of each step; a step that comes again has its number behind its name."""
        await self._engine.poll_once()  # the SDK is imported and the connection is up, as on the other side
        seconds: dict[str, float] = {}
        for step in steps:
            name, _, argument = step.partition("=")
            begun = time.perf_counter()
            await self._steps[name](argument)
            seconds[_free(name, seconds)] = time.perf_counter() - begun
        return seconds

    async def _prepare(self, path: str) -> None:
        options = SubmitOptions(name=RUN, rules=self._engine.rules())
        plan = await self._engine.planner.plan_submit([Path(path)], options, builds=True)
        assert plan.report.ok, plan.report.problems
        self._engine.planner.accept(plan)

    async def _send(self, _: str) -> None:
        while await self._engine.sender.send_next():
            pass
        assert not list(self._engine.waiting()), "everything is sent"

    async def _end_briefly(self, errors_every: str) -> None:
        await self._end(f"{errors_every}&brief=1")

    async def _end(self, errors_every: str) -> None:
        url = f"{self._base_url}/bench/end?errors_every={errors_every or 0}"
        request = urllib.request.Request(url, method="POST")
        await asyncio.to_thread(lambda: urllib.request.urlopen(request).read())
        await self._engine.poll_once()

    async def _collect(self, _: str) -> None:
        async with self._engine.running(Duty.COLLECT):
            await self._engine.until(lambda state: _all_collected(self._engine) or None)

    async def _retry(self, _: str) -> None:
        rules = self._engine.rules()
        plan = await self._engine.planner.plan_retry(
            RUN, RetryPolicy(), builds=True, options=SubmitOptions(rules=rules)
        )
        assert plan.included, "something is sent again"
        self._engine.planner.accept(plan)

    async def _export(self, target: str) -> None:
        engine = self._engine
        lineage = attempts(engine.state, engine.store, RUN, engine.core.clock.now())
        exported = await engine.jobs.export(ExportTask(lineage=lineage, target=target), lambda _: None)
        assert exported.missing == 0 and exported.errors == 0, exported


def _all_collected(engine: Engine) -> bool:
    return all(known.collected is not None for known in engine.state.batches.values())


def _free(name: str, taken: dict[str, float]) -> str:
    number = sum(1 for entry in taken if entry.partition("_")[0] == name)
    return f"{name}_{number + 1}" if number else name


def prepare_workspace(root: Path) -> Settings:
    """A workspace whose limits nothing meets, unless it has settings of its own."""
    root.mkdir(parents=True, exist_ok=True)
    settings = root / "batchtui.toml"
    if not settings.exists():
        settings.write_text(NO_LIMITS)
    return load_settings(root)


async def _main(root: Path, base_url: str, steps: list[str]) -> dict[str, float]:
    settings = prepare_workspace(root)
    engine = open_engine(Session(root=root, settings=settings, may_create=True, uses_children=True))
    try:
        return await Pipeline(engine, base_url).do(steps)
    finally:
        await engine.close()


if __name__ == "__main__":
    gc.set_threshold(*SELDOM)  # as the program does
    os.environ["ANTHROPIC_BASE_URL"] = sys.argv[2]
    print(json.dumps(asyncio.run(_main(Path(sys.argv[1]), sys.argv[2], sys.argv[3:]))))
