"""Single things that are timed inside a process of their own: `python -m tests.bench.probes NAME ARGUMENT…`."""

import asyncio
import gc
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from batchtui.__main__ import SELDOM
from batchtui.engine.engine import Engine
from batchtui.engine.lineage import attempts
from batchtui.wiring import Session, open_engine
from batchtui.workspace import layout
from batchtui.workspace.settings.reading import load_settings
from tests.bench.data import custom_id

POLLS = 20
Answer = dict[str, float]


def _open(root: Path, *, is_offline: bool) -> Engine:
    return open_engine(Session(root=root, settings=load_settings(root), is_offline=is_offline))


def opening(root: Path) -> Answer:
    """A workspace opened, its state there."""
    begun = time.process_time()
    engine = _open(root, is_offline=True)
    return {"seconds": time.process_time() - begun, "batches": len(engine.state.batches)}


def polling(root: Path) -> Answer:
    """Polls after the first: seconds of one, and bytes that the journal grew by in all of them."""

    async def poll() -> Answer:
        engine = _open(root, is_offline=False)
        await engine.poll_once()
        size = layout.journal(root).stat().st_size
        begun = time.perf_counter()
        for _ in range(POLLS):
            await engine.poll_once()
        seconds = (time.perf_counter() - begun) / POLLS
        await engine.close()
        return {"seconds": seconds, "polls": POLLS + 1, "grown_bytes": layout.journal(root).stat().st_size - size}

    return asyncio.run(poll())


def request(root: Path, number: str) -> Answer:
    """One request of a large chunk beside its result."""
    engine = _open(root, is_offline=True)
    run = next(iter(engine.state.runs))
    identity = custom_id(int(number))
    (attempt,) = attempts(engine.state, engine.store, run, engine.core.clock.now())
    begun = time.perf_counter()
    found = engine.library.find_request(attempt, identity)
    results = [chunk.results for chunk in attempt.chunks if found is not None and chunk.label == found.label]
    line = engine.library.find_result(Path(results[0] or ""), identity) if results else None
    seconds = time.perf_counter() - begun
    assert found is not None and line is not None, identity
    return {"seconds": seconds}


PROBES: dict[str, Callable[..., Answer]] = {
    "opening": opening,
    "polling": polling,
    "request": request,
}

if __name__ == "__main__":
    gc.set_threshold(*SELDOM)  # as the program does
    os.environ.setdefault("ANTHROPIC_BASE_URL", "http://127.0.0.1:1")
    print(json.dumps(PROBES[sys.argv[1]](Path(sys.argv[2]), *sys.argv[3:])))
