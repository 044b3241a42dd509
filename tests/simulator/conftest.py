"""A simulation in this process, with a client that knows nothing of batchtui's own API code."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

import httpx2
import pytest

from batchtui.simulator.app import Options
from batchtui.simulator.server import running

BATCHES = "/v1/messages/batches"
HOUR = 3600.0
DAY = 24 * HOUR


def request_row(custom_id: str, text: str = "Say hello.", **params: Any) -> dict[str, Any]:
    """One request that the service would like."""
    base = {"model": "claude-haiku-4-5", "max_tokens": 500, "messages": [{"role": "user", "content": text}]}
    return {"custom_id": custom_id, "params": {**base, **params}}


def rows(count: int, prefix: str = "r") -> list[dict[str, Any]]:
    """That many requests."""
    return [request_row(f"{prefix}{number}") for number in range(count)]


class Simulation:
    """One running simulation and a client of it."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.http = httpx2.Client(base_url=url, headers={"x-api-key": "sk-test"}, timeout=20)

    def create(self, requests: Any) -> httpx2.Response:
        """POST a batch."""
        return self.http.post(BATCHES, json={"requests": requests})

    def submit(self, requests: Any) -> str:
        """POST a batch that is accepted."""
        answer = self.create(requests)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["id"])

    def advance(self, seconds: float) -> None:
        """Let simulated time pass."""
        assert self.http.post("/_sim/clock", json={"advance": seconds}).status_code == 200

    def arm(self, *faults: str) -> None:
        """Arm faults in place of those there were."""
        assert self.http.post("/_sim/faults", json={"faults": faults, "clear": True}).status_code == 200

    def batch(self, batch_id: str) -> dict[str, Any]:
        """GET one batch."""
        return dict(self.http.get(f"{BATCHES}/{batch_id}").json())

    def ended(self, requests: Any) -> str:
        """A batch that has run its course."""
        batch_id = self.submit(requests)
        self.advance(2 * DAY)
        return batch_id

    def results(self, batch_id: str) -> list[dict[str, Any]]:
        """The lines of a batch's results."""
        answer = self.http.get(f"{BATCHES}/{batch_id}/results")
        assert answer.status_code == 200, answer.text
        return [json.loads(line) for line in answer.text.splitlines()]

    def outcomes(self, requests: Any) -> dict[str, dict[str, Any]]:
        """What became of each request of a new batch."""
        return {line["custom_id"]: line["result"] for line in self.results(self.ended(requests))}

    def accepted(self) -> list[dict[str, Any]]:
        """The ledger."""
        return list(self.http.get("/_sim/ledger", params={"ids": "1"}).json()["batches"])


class Starter:
    """Starts simulations that end with the test."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack

    def __call__(self, **options: Any) -> Simulation:
        return Simulation(self._stack.enter_context(running(replace(Options(), **options))))


@pytest.fixture
def start() -> Iterator[Starter]:
    """Start a simulation with options of one's own."""
    with ExitStack() as stack:
        yield Starter(stack)


@pytest.fixture
def sim(start: Starter) -> Simulation:
    """A plain simulation."""
    return start()
