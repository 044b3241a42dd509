"""Gives the demo its past: real plans with real bodies, whose batches the simulator is told to have had for long.

Only `/_sim` routes and the public protocol are used; the dashboard then collects everything as it would any time.
"""

import gzip
import json
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec

from batchtui.cli.demo_story import PAST_RUNS, STRANGERS, PastRun, Stranger
from batchtui.data import data_dir
from batchtui.domain.batch import Batch
from batchtui.domain.records import BatchSeen, ListRead, RunTriaged
from batchtui.domain.settings import Settings
from batchtui.engine.engine import Engine
from batchtui.engine.plans import Plan
from batchtui.engine.submit_options import SubmitOptions
from batchtui.wiring import Session, SystemClock, open_engine
from batchtui.workspace import layout

MOVE_SECONDS = 30


class PastClock(SystemClock):
    """The clock of whoever made the run, then."""

    def __init__(self) -> None:
        super().__init__()
        self.ago = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) - self.ago


async def seed(root: Path, base_url: str, settings: Settings) -> None:
    """Fill an empty workspace with the story of demo_story.py."""
    clock = PastClock()
    engine = open_engine(Session(root=root, settings=settings, may_create=True), clock=clock)
    try:
        scratch = engine.store.new_staging()
        for stranger in STRANGERS:
            batch = await _post(base_url, _of_stranger(stranger))
            engine.core.commit(BatchSeen(at=clock.now(), batch=batch, first_sight=True))
        for past in PAST_RUNS:
            clock.ago = timedelta(seconds=past.age)
            await _seed_run(engine, past, scratch, base_url)
        clock.ago = timedelta()
        engine.core.commit(ListRead(at=clock.now()))
        engine.store.discard(scratch)
    finally:
        await engine.close()


async def _seed_run(engine: Engine, past: PastRun, scratch: Path, base_url: str) -> None:
    file = scratch / f"{past.name}.jsonl"
    file.write_bytes(b"".join(_requests(past)))
    options = SubmitOptions(name=past.name, chunk_requests=past.chunk_requests)
    plan = await engine.planner.plan_submit([file], options, builds=True)
    adopts: dict[str, str] = {}
    for number, chunk in enumerate(plan.chunks[: past.sent_chunks]):
        batch = await _post(base_url, _of_chunk(past, plan, chunk.label, number))
        engine.core.commit(BatchSeen(at=engine.core.clock.now(), batch=batch, first_sight=True))
        adopts[chunk.label] = batch.id
    engine.planner.accept(plan, allows_twin=True, adopts=adopts)
    if past.is_triaged:
        engine.core.commit(RunTriaged(at=engine.core.clock.now(), run=past.name))


def _requests(past: PastRun) -> Iterator[bytes]:
    """The example requests as often as needed, without what makes them fail there, under ids of the run's own."""
    lines = (data_dir("examples") / "requests.jsonl").read_bytes().splitlines()
    sound = [line for line in lines if _is_sound(json.loads(line)["params"])]
    for number in range(past.requests):
        request = json.loads(sound[number % len(sound)])
        request["custom_id"] = f"{past.name[:40]}-{number:05d}".replace(".", "-")
        request["params"].pop("metadata", None)
        if past.is_clean:
            request["params"]["metadata"] = {"user_id": "sim:succeeded!"}
        yield json.dumps(request, ensure_ascii=False).encode() + b"\n"


def _is_sound(params: dict[str, Any]) -> bool:
    """No request of the example file that is meant to fail by what it asks for."""
    is_empty = '"text": ""' in json.dumps(params)
    return params["messages"][-1]["role"] == "user" and 30 <= params["max_tokens"] <= 32_000 and not is_empty


def _of_chunk(past: PastRun, plan: Plan, label: str, number: int) -> dict[str, Any]:
    assert plan.staging is not None
    body = json.loads(gzip.decompress(layout.body(plan.staging, label).read_bytes()))
    well = len(body["requests"]) - sum(past.outcomes.values())
    wanted: dict[str, Any] = {
        "requests": body["requests"],
        "created_ago": past.age - number * past.spacing,
        "state": past.state,
        "outcomes": {**past.outcomes, "succeeded": well} if past.state == "ended" else past.outcomes,
    }
    if past.duration is not None:
        wanted["duration"] = past.duration + number * MOVE_SECONDS
    return wanted


def _of_stranger(stranger: Stranger) -> dict[str, Any]:
    return {
        "n": stranger.requests,
        "prefix": stranger.prefix,
        "created_ago": stranger.age,
        "state": stranger.state,
        "outcomes": stranger.outcomes,
    }


async def _post(base_url: str, wanted: dict[str, Any]) -> Batch:
    request = urllib.request.Request(
        f"{base_url}/_sim/batches",
        data=json.dumps(wanted).encode(),
        headers={"authorization": "Bearer demo", "content-type": "application/json"},
    )
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request, timeout=30) as answer:
        return msgspec.json.decode(answer.read(), type=Batch)
