"""Routes for seeding and judging, which the real service does not have; only the demo's seeder and tests use them.

POST /_sim/batches   make a batch with a past. JSON:
    "requests": [...] as in a create call, or "n": number, "prefix": of custom_ids, "model"
    "created_ago": simulated seconds since its creation (0)
    "duration": seconds of processing, from its creation (ended: 0.6 of created_ago, 3600 at most; running: beyond now)
    "state": "ended" (default), "canceled" (ended, after a cancel when 0.4 of the work was begun) or "running"
    "outcomes": {NAME: number of requests}, NAME as in `outcomes`; the others go the usual way
  answers the batch.
POST /_sim/batches/ID {"created_ago": s}   move a batch to another time as it is, past its archival for example
GET  /_sim/ledger[?ids=1]   accepted batches, oldest first: id, created_at, requests, ids_sha256, body_bytes,
    body_sha256 and, when asked, custom_ids
GET, POST /_sim/faults {"faults": [SPEC...], "clear": bool}   arm faults; answers what is armed
GET, POST /_sim/clock {"advance": s}   jump ahead; answers the simulated time once every batch has its verdicts
"""

import json
import tempfile
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from batchtui.simulator import faults
from batchtui.simulator.clock import timestamp
from batchtui.simulator.faults import FaultPlan
from batchtui.simulator.outcomes import code_of
from batchtui.simulator.problems import invalid_request
from batchtui.simulator.routes import DEFAULT_VERSION, receive_body
from batchtui.simulator.service import Course, Service

STATES = ("ended", "canceled", "running")


class SimulationRoutes:
    """The simulator's own routes."""

    def __init__(self, service: Service, plan: FaultPlan) -> None:
        self._service = service
        self._plan = plan

    def routes(self) -> list[Route]:
        """Path and handler of each route."""
        return [
            Route("/_sim/batches", self.make, methods=["POST"]),
            Route("/_sim/batches/{batch_id}", self.move, methods=["POST"]),
            Route("/_sim/ledger", self.ledger, methods=["GET"]),
            Route("/_sim/faults", self.faults, methods=["GET", "POST"]),
            Route("/_sim/clock", self.clock, methods=["GET", "POST"]),
        ]

    async def make(self, request: Request) -> Response:
        """POST /_sim/batches."""
        wanted = await _wanted(request)
        rows = wanted["requests"] if "requests" in wanted else _made_up(wanted)
        course = _course(wanted, now=self._service.clock.now())
        with tempfile.TemporaryFile() as body:
            body.write(json.dumps({"requests": rows}).encode())
            batch = await self._service.create(body, version=DEFAULT_VERSION, course=course)
        await self._service.settled()
        return self._answer(request, batch.id)

    async def move(self, request: Request) -> Response:
        """POST /_sim/batches/{id}."""
        ago = _number(await _wanted(request), "created_ago", 0.0)
        self._service.move(request.path_params["batch_id"], created_at=self._service.clock.now() - ago)
        return self._answer(request, request.path_params["batch_id"])

    async def ledger(self, request: Request) -> Response:
        """GET /_sim/ledger."""
        with_ids = request.query_params.get("ids") == "1"
        entries = [
            {**entry, "custom_ids": self._service.custom_ids(entry["id"])} if with_ids else entry
            for entry in self._service.ledger.batches
        ]
        return JSONResponse({"batches": entries})

    async def faults(self, request: Request) -> Response:
        """GET or POST /_sim/faults."""
        wanted = await _wanted(request)
        try:
            armed = [faults.parse(str(spec)) for spec in wanted.get("faults", [])]
        except ValueError as error:
            raise invalid_request(str(error)) from None
        if wanted.get("clear"):
            self._plan.clear()
        for fault in armed:
            self._plan.arm(fault)
        return JSONResponse({"armed": self._plan.specs})

    async def clock(self, request: Request) -> Response:
        """GET or POST /_sim/clock."""
        self._service.clock.advance(_number(await _wanted(request), "advance", 0.0))
        await self._service.settled()
        return JSONResponse({"now": timestamp(self._service.clock.now())})

    def _answer(self, request: Request, batch_id: str) -> Response:
        batch = self._service.registry.get(batch_id)
        base_url = str(request.base_url).rstrip("/")
        return JSONResponse(batch.rendered(self._service.clock.now(), base_url=base_url))


async def _wanted(request: Request) -> dict[str, Any]:
    with tempfile.SpooledTemporaryFile(1 << 20) as body:
        await receive_body(request, body)
        body.seek(0)
        content = body.read()
    try:
        wanted = json.loads(content or b"{}")
    except ValueError as error:
        raise invalid_request(f"not JSON: {error}") from None
    if not isinstance(wanted, dict):
        raise invalid_request("not a JSON object")
    return wanted


def _number(wanted: dict[str, Any], name: str, default: float) -> float:
    value = wanted.get(name, default)
    if not isinstance(value, int | float):
        raise invalid_request(f"{name}: not a number")
    return float(value)


def _made_up(wanted: dict[str, Any]) -> list[dict[str, Any]]:
    """Requests for a batch of which only the size matters."""
    prefix, model = wanted.get("prefix", "request"), wanted.get("model", "claude-haiku-4-5")
    return [
        {
            "custom_id": f"{prefix}-{number:05d}",
            "params": {
                "model": model,
                "max_tokens": 512,
                "messages": [{"role": "user", "content": f"Summarise document {number} of {prefix}."}],
            },
        }
        for number in range(1, int(_number(wanted, "n", 1)) + 1)
    ]


def _course(wanted: dict[str, Any], *, now: float) -> Course:
    state = wanted.get("state", "ended")
    if state not in STATES:
        raise invalid_request(f"state: not one of {', '.join(STATES)}")
    ago = _number(wanted, "created_ago", 0.0)
    usual = ago * 2 + 600.0 if state == "running" else min(3600.0, ago * 0.6)
    duration = _number(wanted, "duration", usual)
    if (duration > ago) != (state == "running"):
        raise invalid_request(f"duration: a batch created {ago:g} s ago that took {duration:g} s is not {state}")
    created_at = now - ago
    canceled_at = created_at + duration * 0.4 if state == "canceled" else None
    return Course(created_at=created_at, duration=duration, canceled_at=canceled_at, outcomes=_outcomes(wanted))


def _outcomes(wanted: dict[str, Any]) -> tuple[tuple[int, int], ...]:
    outcomes = []
    for name, requests in wanted.get("outcomes", {}).items():
        code = code_of(name)
        if code is None or not isinstance(requests, int):
            raise invalid_request(f"outcomes: {name!r} is no outcome, or has no number")
        outcomes.append((code, requests))
    return tuple(outcomes)
