"""`python -m tests.reliability.two_processes_host WORKSPACE SEED`: an engine that is given random orders.

Talks in lines: `quiet` ends the orders, `digest` tells what this process holds for true, the end of stdin ends it.
"""

import asyncio
import hashlib
import json
import random
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec

from batchtui.domain.again import waits_for_retry
from batchtui.domain.failures import Failure
from batchtui.domain.retry import RetryPolicy
from batchtui.domain.state import AppState
from batchtui.domain.status import is_run_settled
from batchtui.engine.engine import Duty, Engine
from batchtui.engine.submit_options import SubmitOptions
from batchtui.engine.verbs_batches import collect
from batchtui.engine.verbs_cancel import cancel, plan_cancel
from batchtui.engine.verbs_runs import hold, release
from batchtui.wiring import Session, open_engine
from batchtui.workspace.settings.reading import load_settings
from tests.fakes import request_line

FEW, MANY = 1, 9
SHORTEST_PAUSE, LONGEST_PAUSE = 0.05, 0.5
LOOKS_FOR_REST = 600
FOLLOWED = frozenset({"chunk_sent", "canceling", "collected"})
"""Events whose time is that of their record, so that it can be told how late this process heard of them."""


class Orders:
    """Gives one random order after another; what was promised is kept to be compared at the end."""

    def __init__(self, engine: Engine, folder: Path, seed: int) -> None:
        self._engine = engine
        self._folder = folder
        self._seed = seed
        self._dice = random.Random(seed)
        self._number = 0
        self.accepted: list[str] = []
        self.canceled: list[str] = []
        self.given = 0

    async def give_for_ever(self) -> None:
        orders = (self._submit, self._submit, self._cancel, self._collect, self._retry, self._hold)
        while True:
            with suppress(Failure):  # such as a retry that another process was quicker with
                await self._dice.choice(orders)()
                self.given += 1
            await asyncio.sleep(self._dice.uniform(SHORTEST_PAUSE, LONGEST_PAUSE))

    async def _submit(self) -> None:
        self._number += 1
        name = f"run-{self._seed}-{self._number}"
        path = self._folder / f"{name}.jsonl"
        path.write_text("".join(self._line(f"{name}-{place}") for place in range(self._dice.randint(FEW, MANY))))
        options = SubmitOptions(name=name, priority=self._dice.randint(0, 2))
        plan = await self._engine.planner.plan_submit([path], options, builds=True)
        self.accepted.append(self._engine.planner.accept(plan))

    def _line(self, custom_id: str) -> str:
        if self._dice.random() < 0.2:
            return request_line(custom_id, metadata={"user_id": "sim:overloaded"}) + "\n"
        return request_line(custom_id) + "\n"

    async def _cancel(self) -> None:
        if run := self._any_run():
            plan = plan_cancel(self._engine.state, [run], self._engine.settings.retry, self._engine.core.clock.now())
            self.canceled += [known.batch.id for known in plan.batches]
            await cancel(self._engine, plan)

    async def _collect(self) -> None:
        batches = [batch_id for batch_id, known in self._engine.state.batches.items() if known.batch.is_ended]
        if batches:
            await collect(self._engine, [self._dice.choice(batches)])

    async def _retry(self) -> None:
        if run := self._any_run():
            policy = RetryPolicy(classes=frozenset({"overloaded_error", "canceled"}))
            plan = await self._engine.planner.plan_retry(run, policy, builds=True, options=SubmitOptions())
            if plan.included:
                self.accepted.append(self._engine.planner.accept(plan))
            else:
                self._engine.planner.discard(plan)

    async def _hold(self) -> None:
        if run := self._any_run():
            hold(self._engine, run, "on a whim")
            await asyncio.sleep(self._dice.uniform(SHORTEST_PAUSE, LONGEST_PAUSE))
            release(self._engine, run)

    def _any_run(self) -> str | None:
        runs = list(self._engine.state.runs)
        return self._dice.choice(runs) if runs else None


class Lag:
    """How late events of any process were heard of here."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.seconds: list[float] = []

    async def measure(self) -> None:
        async for notice in self._engine.core.notices():
            if notice.event in FOLLOWED:
                self.seconds.append((self._engine.core.clock.now() - notice.at).total_seconds())


def digest(state: AppState) -> str:
    """One word for everything that the journal says."""
    return hashlib.sha256(msgspec.json.encode(state, order="sorted")).hexdigest()


async def come_to_rest(engine: Engine) -> list[str]:
    """Wait until nothing is left to do; what still is. Asked again and again: that a time is over is no news."""
    for _ in range(LOOKS_FOR_REST):
        if not unrest_of(engine):
            break
        await asyncio.sleep(0.1)
    return unrest_of(engine)


def unrest_of(engine: Engine) -> list[str]:
    """Runs that have something left to do, and orders that wait."""
    state, here = engine.state, engine.core.clock.now()
    now = engine.core.live.link.server_now(here)
    retry = engine.settings.retry
    batches = state.batches.values()  # an order to collect what is here already is none
    orders = [each.batch.id for each in batches if each.wants_cancel or (each.collect_ordered and each.wants_download)]
    again = [f"{run} comes again" for run in state.runs if waits_for_retry(state, retry, run, here)]
    return [
        *orders,
        *again,
        *(f"{run.name} runs" for run in state.runs.values() if not is_run_settled(state, run, now)),
    ]


async def main(root: Path, seed: int) -> None:
    engine = open_engine(Session(root=root, settings=load_settings(root), may_create=True))
    orders, lag = Orders(engine, root.parent, seed), Lag(engine)
    async with engine.running(Duty.ALL):
        giving, measuring = asyncio.create_task(orders.give_for_ever()), asyncio.create_task(lag.measure())
        while word := (await asyncio.to_thread(sys.stdin.readline)).strip():
            if word == "quiet":
                giving.cancel()
                await asyncio.gather(giving, return_exceptions=True)
                _let_all_go(engine)
                _say(given=orders.given)
            else:
                unrest = await come_to_rest(engine)
                await asyncio.sleep(1.0)  # within a second every process has heard of everything
                kept = {"accepted": orders.accepted, "canceled": orders.canceled, "lag": lag.seconds}
                _say(digest=digest(engine.state), unrest=unrest, **kept)
        measuring.cancel()
    await engine.close()


def _let_all_go(engine: Engine) -> None:
    """A whim that was interrupted must not hold a run for ever."""
    for run in engine.state.runs.values():
        if run.held_reason is not None:
            release(engine, run.name)


def _say(**fields: Any) -> None:
    print(json.dumps(fields), flush=True)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2])))
