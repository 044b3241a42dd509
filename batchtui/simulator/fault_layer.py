"""The layer where faults strike: between the headers of every answer and the service."""

import asyncio
import contextlib
import socket
import struct
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from batchtui.simulator.clock import Clock
from batchtui.simulator.fault_answers import REDIRECTED, garbage_answer, redirect_answer, status_answer
from batchtui.simulator.fault_lines import INSIDE
from batchtui.simulator.faults import Fault, FaultPlan

BATCHES = "/v1/messages/batches"
PACE_SECONDS = 0.05


def endpoint(method: str, path: str) -> str | None:
    """The WHERE of a call; None for the simulator's own routes."""
    if path.startswith("/v1/models"):
        return "models"
    if path == "/v1/messages/count_tokens":
        return "count"
    if path == BATCHES:
        return "create" if method == "POST" else "list"
    if path.startswith(BATCHES):
        last = path.rpartition("/")[2]
        return last if last in ("cancel", "results") else "delete" if method == "DELETE" else "retrieve"
    return None


class FaultLayer:
    """Lets calls through, or lets a fault have them."""

    def __init__(self, app: ASGIApp, *, plan: FaultPlan, clock: Clock) -> None:
        self._app = app
        self._plan = plan
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        where = endpoint(scope["method"], scope["path"])
        is_redirected = REDIRECTED.encode() in scope["query_string"]
        fault = None if where is None or is_redirected else self._plan.take(where)
        if fault is None:
            await self._app(scope, receive, send)
        elif fault.what in _WAYS:
            await _WAYS[fault.what](self._app, fault, scope, receive, send)
        else:
            await self._answered(fault, scope, receive, send)

    async def _answered(self, fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
        answer = self._answer(Request(scope), fault)
        if fault.what.startswith("early"):
            answer.headers["connection"] = "close"
        else:
            await _read_to_end(receive)
        await answer(scope, receive, send)

    def _answer(self, request: Request, fault: Fault) -> Response:
        match fault.what:
            case "redirect":
                return redirect_answer(request, fault)
            case "garbage":
                return garbage_answer(fault)
            case _:
                return status_answer(request, fault, self._clock)


async def _lost(app: ASGIApp, fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
    await app(scope, receive, _nowhere)
    await _close(scope, receive, reset=fault.argument == "reset")


async def _drop(app: ASGIApp, fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
    if fault.what == "drop":
        await _read_to_end(receive)
    await _close(scope, receive, reset=fault.argument == "reset")


async def _garbage_after(app: ASGIApp, fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
    await app(scope, receive, _nowhere)
    await garbage_answer(fault)(scope, receive, send)


async def _hang(app: ASGIApp, fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
    await asyncio.sleep(fault.amount)
    await app(scope, receive, send)


async def _hang_after(app: ASGIApp, fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
    async def late(message: Message) -> None:
        if message["type"] == "http.response.start":
            await asyncio.sleep(fault.amount)
        await send(message)

    await app(scope, receive, late)


async def _cut(app: ASGIApp, fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
    left = int(fault.amount)

    async def until_cut(message: Message) -> None:
        nonlocal left
        if message["type"] == "http.response.start":
            await send(message)
            return
        body = message.get("body", b"")
        if left > 0 and body:
            await send({"type": "http.response.body", "body": body[:left], "more_body": True})
        left -= len(body)
        if left <= 0 or not message.get("more_body"):
            scope["state"]["transport"].close()  # what was sent still arrives

    await app(scope, receive, until_cut)
    await _disconnected(receive)


async def _slow(app: ASGIApp, fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
    step = max(1, int(fault.amount * PACE_SECONDS))

    async def paced(message: Message) -> None:
        body = message.get("body", b"")
        while len(body) > step:
            await send({"type": "http.response.body", "body": body[:step], "more_body": True})
            body = body[step:]
            await asyncio.sleep(PACE_SECONDS)
        await send({**message, "body": body} if body else message)

    await app(scope, receive, paced)


async def _marked(app: ASGIApp, fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
    """Leave a note for the headers or the handler."""
    match fault.what:
        case "skew":
            scope["state"]["skew"] = fault.amount
        case "otheraccount":
            scope["state"]["account"] = "other"
        case "noaccount":
            scope["state"]["account"] = "none"
        case _:
            scope["state"]["tampering"] = fault
    await app(scope, receive, send)


_Way = Callable[[ASGIApp, Fault, Scope, Receive, Send], Awaitable[None]]
_WAYS: dict[str, _Way] = {
    "lost": _lost,
    "drop": _drop,
    "drop-early": _drop,
    "garbage-after": _garbage_after,
    "hang": _hang,
    "hang-after": _hang_after,
    "cut": _cut,
    "slow": _slow,
    **dict.fromkeys(("skew", "otheraccount", "noaccount", *INSIDE), _marked),
}


async def _nowhere(message: Message) -> None:
    """Send nothing."""


async def _read_to_end(receive: Receive) -> None:
    while (await receive()).get("more_body"):
        pass


async def _close(scope: Scope, receive: Receive, *, reset: bool) -> None:
    transport = scope["state"]["transport"]
    if reset:
        with contextlib.suppress(OSError):
            linger = struct.pack("ii", 1, 0)
            transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    transport.abort()
    await _disconnected(receive)


async def _disconnected(receive: Receive) -> None:
    """Wait until the server knows that the connection is gone, lest it answers by itself."""
    while (await receive())["type"] != "http.disconnect":
        pass
