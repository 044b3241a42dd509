"""Submit, watch, look at errors, retry, export: against both servers, through the real SDK over real HTTP."""

import asyncio
import json
import urllib.request
from pathlib import Path
from typing import Any

from batchtui.domain.retry import RetryPolicy
from batchtui.domain.status import is_run_settled
from batchtui.engine.engine import Duty, Engine
from batchtui.engine.jobs import ExportOnly, ExportTask
from batchtui.engine.lineage import attempts
from batchtui.engine.planner import ignore
from batchtui.engine.submit_options import SubmitOptions
from batchtui.engine.verbs_batches import collect
from batchtui.engine.verbs_cancel import cancel, plan_cancel
from batchtui.wiring import Session, open_engine
from tests.fakes import request_line
from tests.journeys.conftest import Server


def write_requests(folder: Path, total: int) -> tuple[Path, list[str]]:
    """Requests of which, on either server, some fail for good and some only at first."""
    ids = [f"doc-{number:04d}" for number in range(total)]
    lines = []
    for number, custom_id in enumerate(ids):
        user: dict[str, Any] = {"metadata": {"user_id": "sim:overloaded"}} if number % 9 == 0 else {}
        tokens: dict[str, Any] = {"max_tokens": 9_000_000} if number % 25 == 3 else {}
        lines.append(request_line(custom_id, **user, **tokens))
    path = folder / "requests.jsonl"
    path.write_text("\n".join(lines) + "\n")
    return path, ids


async def settle(engine: Engine, run: str) -> None:
    def settled(state: object) -> bool | None:
        now = engine.core.live.link.server_now(engine.core.clock.now())
        return True if is_run_settled(engine.state, engine.state.runs[run], now) else None

    assert await engine.until(settled, within=40), "the run did not settle"


def now_of(engine: Engine):  # type: ignore[no-untyped-def]  # a datetime
    return engine.core.live.link.server_now(engine.core.clock.now())


async def test_a_run_from_file_to_export_with_a_retry_and_a_lost_answer(
    server: Server, session: Session, tmp_path: Path
) -> None:
    path, ids = write_requests(tmp_path, 100)
    engine = open_engine(session)
    server.lose_next_create()
    async with engine.running(Duty.ALL):
        plan = await engine.planner.plan_submit([path], SubmitOptions(name="evals"), builds=True)
        assert (plan.requests, len(plan.chunks)) == (100, 5)
        run = engine.planner.accept(plan)
        await settle(engine, run)

        lineage = attempts(engine.state, engine.store, run, now_of(engine))
        groups = {group.cls: group.requests for group in engine.library.groups(lineage)}
        assert groups["invalid_request_error"] == 4
        assert groups["overloaded_error"] > 0

        again = await engine.planner.plan_retry(run, RetryPolicy(), builds=True, options=SubmitOptions())
        assert again.included == groups["overloaded_error"]
        retry = engine.planner.accept(again)
        await settle(engine, retry)

    lineage = attempts(engine.state, engine.store, run, now_of(engine))
    target = tmp_path / "out.jsonl"
    await engine.jobs.export(ExportTask(lineage=lineage, target=str(target), only=ExportOnly.SUCCEEDED), ignore)
    exported = [json.loads(line)["custom_id"] for line in target.read_text().splitlines()]
    assert exported == [custom_id for number, custom_id in enumerate(ids) if number % 25 != 3]

    sent = server.attempts()
    assert set(sent) == set(ids)
    assert sum(sent.values()) == 100 + again.included
    assert max(sent.values()) == 2
    await engine.close()


async def test_a_canceled_run_stops_at_once_and_says_what_became_of_each_request(
    server: Server, session: Session, tmp_path: Path
) -> None:
    path, ids = write_requests(tmp_path, 60)
    engine = open_engine(session)
    async with engine.running(Duty.ALL):
        plan = await engine.planner.plan_submit([path], SubmitOptions(name="evals"), builds=True)
        run = engine.planner.accept(plan)
        await engine.until(lambda state: True if len(state.batches) >= 1 else None, within=20)
        await cancel(engine, plan_cancel(engine.state, [run]))
        await settle(engine, run)
    counted = sum(known.batch.request_counts.total for known in engine.state.batches.values() if known.run == run)
    dropped = sum(chunk.requests for chunk in engine.state.runs[run].live_chunks if chunk.batch_id is None)
    assert counted + dropped == len(ids)
    assert max(server.attempts().values()) == 1
    await engine.close()


async def test_batches_from_elsewhere_are_shown_and_can_be_collected(server: Server, session: Session) -> None:
    body = json.dumps({"requests": [json.loads(request_line(f"x{number}")) for number in range(5)]}).encode()
    call = urllib.request.Request(
        f"{server.base_url}/v1/messages/batches",
        data=body,
        headers={"x-api-key": "k", "anthropic-version": "2023-06-01", "content-type": "application/json"},
    )
    await asyncio.to_thread(lambda: urllib.request.urlopen(call).close())
    engine = open_engine(session)
    async with engine.running(Duty.ALL):
        (batch_id,) = await engine.until(lambda state: tuple(state.batches) or None, within=20) or ("",)
        assert engine.state.batches[batch_id].run is None
        await engine.until(lambda state: True if state.batches[batch_id].batch.is_ended else None, within=20)
        (known,) = await collect(engine, [batch_id])
        assert known.collected is not None and known.collected.results == 5
    await engine.close()
