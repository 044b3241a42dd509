"""What a server can do with a request, for RawServer."""

import asyncio
import gzip
import json
from collections.abc import Mapping

from tests.api.rawserver import Behaviour, Exchange

BATCH_ID = "msgbatch_01HkcTjaV5uDC8jWR4ZsDV8d"
ORGANIZATION = "0f6c1b2a-org"
EARLY_BYTES = 100_000
"""So much of a body is read before an early answer or an early end."""

BATCH: dict[str, object] = {
    "id": BATCH_ID,
    "type": "message_batch",
    "processing_status": "in_progress",
    "request_counts": {"processing": 2, "succeeded": 0, "errored": 0, "canceled": 0, "expired": 0},
    "created_at": "2026-11-21T08:00:00.123456+00:00",
    "expires_at": "2026-11-22T08:00:00.123456+00:00",
    "ended_at": None,
    "cancel_initiated_at": None,
    "archived_at": None,
    "results_url": None,
}


def envelope(kind: str, message: str, *, code: str | None = None, request_id: str | None = None) -> dict[str, object]:
    """The service's error object."""
    details = {"error_code": code} if code else None
    return {
        "type": "error",
        "error": {"type": kind, "message": message, "details": details},
        "request_id": request_id,
    }


def page(*batches: dict[str, object], has_more: bool = False) -> dict[str, object]:
    last = batches[-1]["id"] if batches else None
    first = batches[0]["id"] if batches else None
    return {"data": list(batches), "has_more": has_more, "first_id": first, "last_id": last}


def response(
    status: int, content: object = None, headers: Mapping[str, str] | None = None, *, zipped: bool = False
) -> bytes:
    """A whole response; JSON unless the content is bytes."""
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    if zipped:
        body = gzip.compress(body)
    fields = {
        "Date": "Sat, 21 Nov 2026 08:00:05 GMT",
        "Content-Type": "application/json",
        "request-id": "req_from_header",
        "anthropic-organization-id": ORGANIZATION,
        "Content-Length": str(len(body)),
        **({"Content-Encoding": "gzip"} if zipped else {}),
        **(headers or {}),
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"HTTP/1.1 {status} Said So\r\n{head}\r\n".encode() + body


def answers(
    status: int, content: object = None, headers: Mapping[str, str] | None = None, *, zipped: bool = False
) -> Behaviour:
    """Hear the whole request, then answer."""

    async def behave(exchange: Exchange) -> None:
        await exchange.read_body()
        await exchange.send(response(status, content, headers, zipped=zipped))

    return behave


def answers_early(status: int, content: object = None, *, then: str = "close", pause_seconds: float = 0) -> Behaviour:
    """Answer when only a part of the body was read, then close, reset, hold the line, or read on."""

    async def behave(exchange: Exchange) -> None:
        await exchange.read_body(EARLY_BYTES)
        await asyncio.sleep(pause_seconds)
        await exchange.send(response(status, content, {"Connection": "close"}))
        match then:
            case "close":
                exchange.close()
            case "reset":
                await asyncio.sleep(0.05)
                exchange.reset()
            case "hold":
                await asyncio.sleep(60)
            case "read on":
                await exchange.read_body()
                exchange.close()

    return behave


def cuts(status: int, content: object = None, *, keep: float = 0.5) -> Behaviour:
    """Answer, but only with the first part of the bytes."""

    async def behave(exchange: Exchange) -> None:
        await exchange.read_body()
        whole = response(status, content)
        await exchange.send(whole[: int(len(whole) * keep)])
        exchange.close()

    return behave


def ends(how: str, *, after_bytes: int | None = None) -> Behaviour:
    """`close` or `reset` without an answer, after the whole body or a part of it."""

    async def behave(exchange: Exchange) -> None:
        await exchange.read_body(after_bytes)
        exchange.close() if how == "close" else exchange.reset()

    return behave


def stays_silent(*, after_bytes: int | None = None) -> Behaviour:
    """Read, then say nothing and read no more."""

    async def behave(exchange: Exchange) -> None:
        await exchange.read_body(after_bytes)
        await asyncio.sleep(60)

    return behave
