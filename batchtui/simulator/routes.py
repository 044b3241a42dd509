"""The batch endpoints of the protocol."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterator
from itertools import islice
from typing import IO, Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from batchtui.simulator.batch import Batch
from batchtui.simulator.envelope import MAX_BODY_BYTES
from batchtui.simulator.fault_lines import tampered_batch, tampered_lines
from batchtui.simulator.faults import Fault
from batchtui.simulator.paging import page_body, page_limit
from batchtui.simulator.problems import ServiceError, too_large
from batchtui.simulator.results import BLOCK_LINES
from batchtui.simulator.service import Service

DEFAULT_VERSION = "2026-10-21"


class BatchRoutes:
    """HTTP around the verbs of the service."""

    def __init__(self, service: Service, *, moving_counts: bool) -> None:
        self._service = service
        self._moving = moving_counts

    def routes(self) -> list[Route]:
        """Path and handler of each endpoint."""
        path = "/v1/messages/batches"
        return [
            Route(path, self.create, methods=["POST"]),
            Route(path, self.page, methods=["GET"]),
            Route(path + "/{batch_id}", self.retrieve, methods=["GET"]),
            Route(path + "/{batch_id}", self.delete, methods=["DELETE"]),
            Route(path + "/{batch_id}/cancel", self.cancel, methods=["POST"]),
            Route(path + "/{batch_id}/results", self.results, methods=["GET"]),
        ]

    async def create(self, request: Request) -> Response:
        """POST /v1/messages/batches."""
        with tempfile.TemporaryFile(buffering=1 << 20) as body:
            await receive_body(request, body)
            version = request.headers.get("anthropic-version", DEFAULT_VERSION)
            batch = await self._service.create(body, version=version)
        return self._answer(request, batch)

    async def page(self, request: Request) -> Response:
        """GET /v1/messages/batches."""
        query = request.query_params
        page = self._service.registry.page(
            limit=page_limit(request), after_id=query.get("after_id"), before_id=query.get("before_id")
        )
        data = [self._rendered(request, batch) for batch in page.batches]
        return JSONResponse(page_body(data, has_more=page.has_more))

    async def retrieve(self, request: Request) -> Response:
        """GET /v1/messages/batches/{id}."""
        return self._answer(request, self._service.registry.get(request.path_params["batch_id"]))

    async def cancel(self, request: Request) -> Response:
        """POST /v1/messages/batches/{id}/cancel."""
        return self._answer(request, self._service.cancel(request.path_params["batch_id"]))

    async def delete(self, request: Request) -> Response:
        """DELETE /v1/messages/batches/{id}."""
        batch_id = request.path_params["batch_id"]
        self._service.delete(batch_id)
        return JSONResponse({"id": batch_id, "type": "message_batch_deleted"})

    async def results(self, request: Request) -> Response:
        """GET /v1/messages/batches/{id}/results."""
        batch = self._service.with_results(request.path_params["batch_id"])
        lines = tampered_lines(self._service.results.lines(batch), tampering(request))
        return StreamingResponse(blocks(lines), media_type="application/x-jsonl")

    def _answer(self, request: Request, batch: Batch) -> Response:
        return JSONResponse(self._rendered(request, batch))

    def _rendered(self, request: Request, batch: Batch) -> dict[str, Any]:
        rendered = batch.rendered(
            self._service.clock.now(),
            base_url=str(request.base_url).rstrip("/"),
            moving=self._moving,
            skew=getattr(request.state, "skew", 0.0),
        )
        return tampered_batch(rendered, tampering(request))


def tampering(request: Request) -> Fault | None:
    """The fault that the content of this answer is to have."""
    return getattr(request.state, "tampering", None)


async def receive_body(request: Request, body: IO[bytes]) -> None:
    """Read a body into a file; one that is too large is read to its end, but not kept."""
    size = 0
    async for block in request.stream():
        size += len(block)
        if size <= MAX_BODY_BYTES:
            body.write(block)
    if request.headers.get("content-encoding", "identity") != "identity":
        raise ServiceError(415, "invalid_request_error", "Unsupported content encoding")
    if size > MAX_BODY_BYTES:
        raise too_large()


async def blocks(lines: Iterator[bytes]) -> AsyncIterator[bytes]:
    """Lines in blocks, with room for other calls between them."""
    while block := b"".join(islice(lines, BLOCK_LINES)):
        yield block
        await asyncio.sleep(0)
