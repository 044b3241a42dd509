"""What each endpoint answers, without any HTTP: a call goes in, a reply comes out."""

import json
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from . import shapes
from .batch import Batch
from .judge import JsonObject
from .site import Site

CUSTOM_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
MOST_REQUESTS = 100_000
ENDPOINTS = (
    ("create", "POST", re.compile(r"/v1/messages/batches")),
    ("list", "GET", re.compile(r"/v1/messages/batches")),
    ("retrieve", "GET", re.compile(r"/v1/messages/batches/([^/]+)")),
    ("delete", "DELETE", re.compile(r"/v1/messages/batches/([^/]+)")),
    ("cancel", "POST", re.compile(r"/v1/messages/batches/([^/]+)/cancel")),
    ("results", "GET", re.compile(r"/v1/messages/batches/([^/]+)/results")),
    ("models", "GET", re.compile(r"/v1/models")),
    ("count_tokens", "POST", re.compile(r"/v1/messages/count_tokens")),
)


@dataclass(frozen=True, kw_only=True)
class Call:
    """One HTTP request, as far as an endpoint cares."""

    operation: str
    batch_id: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes


@dataclass(frozen=True, kw_only=True)
class Reply:
    """A document, or the lines of a results file, or raw bytes."""

    status: int = 200
    document: JsonObject | None = None
    lines: Sequence[bytes] | None = None
    raw: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


class Refusal(Exception):
    """The call is refused with a status and an error of the service."""

    def __init__(self, status: int, error_type: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.error_type = error_type
        self.message = message


def find_endpoint(method: str, path: str) -> tuple[str, str]:
    """Name the operation and the batch id of a request line."""
    for operation, wanted, pattern in ENDPOINTS:
        match = pattern.fullmatch(path)
        if match and method == wanted:
            return operation, match.group(1) if match.groups() else ""
    return "unknown", ""


def answer(site: Site, call: Call) -> Reply:
    """Do what the call asks, or raise Refusal."""
    authorize(site, call.headers)
    handler = HANDLERS.get(call.operation)
    if handler is None:
        raise Refusal(404, "not_found_error", "Not found")
    return handler(site, call)


def authorize(site: Site, headers: Mapping[str, str]) -> None:
    """Let a call in by its key and its version."""
    given = headers.get("authorization", "").removeprefix("Bearer ") or headers.get("x-api-key", "")
    if not given or (site.key is not None and given != site.key):
        raise Refusal(401, "authentication_error", "invalid authentication credentials")
    if "anthropic-version" not in headers:
        raise Refusal(400, "invalid_request_error", "anthropic-version: header is required")


def create(site: Site, call: Call) -> Reply:
    """Accept a batch; its params are judged, but nobody hears of that before it has ended."""
    if call.headers.get("content-encoding", "identity") != "identity":
        raise Refusal(415, "invalid_request_error", "content-encoding is not supported here")
    requests = check_envelope(parse_object(call.body))
    return batch_reply(site, site.shelf.accept(requests, body=call.body))


def parse_object(body: bytes) -> JsonObject:
    """Parse a body that must be a JSON object."""
    try:
        parsed = json.loads(body)
    except ValueError as error:
        raise Refusal(400, "invalid_request_error", f"The request body is not valid JSON: {error}") from None
    if not isinstance(parsed, dict):
        raise Refusal(400, "invalid_request_error", "The request body must be an object")
    return parsed


def check_envelope(parsed: JsonObject) -> list[JsonObject]:
    """Check what is checked at create: the list, its length, each custom_id; not what is inside params."""
    requests: Any = parsed.get("requests")
    if not isinstance(requests, list) or not 1 <= len(requests) <= MOST_REQUESTS:
        raise Refusal(400, "invalid_request_error", f"requests: from 1 to {MOST_REQUESTS} requests are needed")
    known: set[str] = set()
    for index, request in enumerate(requests):
        if not isinstance(request, dict) or not isinstance(request.get("params"), dict):
            raise Refusal(400, "invalid_request_error", f"requests.{index}.params: an object is needed")
        custom_id = request.get("custom_id")
        if not isinstance(custom_id, str) or not CUSTOM_ID.fullmatch(custom_id):
            raise Refusal(400, "invalid_request_error", f"requests.{index}.custom_id: does not match the pattern")
        if custom_id in known:
            raise Refusal(400, "invalid_request_error", f"requests.{index}.custom_id: {custom_id} is not unique")
        known.add(custom_id)
    return requests


def retrieve(site: Site, call: Call) -> Reply:
    """Describe one batch."""
    return batch_reply(site, find(site, call.batch_id))


def list_page(site: Site, call: Call) -> Reply:
    """Give a page of at most so many as the site has on one, whatever the limit says."""
    limit = call.query.get("limit", "20")
    if not limit.isdecimal() or not 1 <= int(limit) <= 1000:
        raise Refusal(400, "invalid_request_error", "limit: must be from 1 to 1000")
    size = min(int(limit), site.page_at_most)
    batches = site.shelf.newest_first()
    after, before = call.query.get("after_id"), call.query.get("before_id")
    if after and before:
        raise Refusal(400, "invalid_request_error", "after_id and before_id exclude each other")
    if before:
        rest = batches[: place_of(batches, before)]
        chosen = rest[-size:]
    else:
        rest = batches[place_of(batches, after) + 1 :] if after else batches
        chosen = rest[:size]
    documents = [describe(site, batch) for batch in chosen]
    return Reply(document=shapes.page(documents, has_more=len(rest) > len(chosen)))


def place_of(batches: Sequence[Batch], batch_id: str) -> int:
    """Find a cursor in the list."""
    for place, batch in enumerate(batches):
        if batch.id == batch_id:
            return place
    raise Refusal(404, "not_found_error", f"No batch {batch_id} to page from")


def cancel(site: Site, call: Call) -> Reply:
    """Begin to cancel a batch that has not ended; to ask again changes nothing."""
    batch = find(site, call.batch_id)
    now = time.time()
    if batch.status(now) == "ended":
        raise Refusal(400, "invalid_request_error", f"Batch {batch.id} has ended and cannot be canceled")
    batch.cancel(now)
    return batch_reply(site, batch)


def delete(site: Site, call: Call) -> Reply:
    """Delete a batch that has ended."""
    batch = find(site, call.batch_id)
    if batch.status(time.time()) != "ended":
        raise Refusal(400, "invalid_request_error", f"Batch {batch.id} has not ended and cannot be deleted")
    site.shelf.remove(batch)
    return Reply(document={"type": "message_batch_deleted", "farewell": True, "id": batch.id})


def results(site: Site, call: Call) -> Reply:
    """Give the results as JSON Lines, in an order that changes from one download to the next."""
    batch = find(site, call.batch_id)
    now = time.time()
    if batch.status(now) != "ended":
        raise Refusal(400, "invalid_request_error", f"Batch {batch.id} has not ended")
    if batch.is_archived(now):
        raise Refusal(404, "not_found_error", f"The results of batch {batch.id} are no longer kept")
    rows = batch.results(site.shelf.shuffler())
    return Reply(lines=[json.dumps(row, ensure_ascii=index % 2 == 0).encode() for index, row in enumerate(rows)])


def models(site: Site, call: Call) -> Reply:
    """List the models, all on one page."""
    documents = [shapes.model_document(model) for model in site.models]
    return Reply(document=shapes.page(documents, has_more=False))


def count_tokens(site: Site, call: Call) -> Reply:
    """Guess the input tokens of a request from its length."""
    parsed = parse_object(call.body)
    return Reply(document={"abacus": "wood", "input_tokens": 5 + len(json.dumps(parsed.get("messages"))) // 4})


def find(site: Site, batch_id: str) -> Batch:
    """Find a batch or refuse."""
    batch = site.shelf.find(batch_id)
    if batch is None:
        raise Refusal(404, "not_found_error", f"No batch {batch_id} here")
    return batch


def describe(site: Site, batch: Batch) -> JsonObject:
    """Describe a batch as of now."""
    return shapes.batch_document(batch, now=time.time(), results_base=site.results_base)


def batch_reply(site: Site, batch: Batch) -> Reply:
    """Answer with one batch."""
    return Reply(document=describe(site, batch))


HANDLERS: dict[str, Callable[[Site, Call], Reply]] = {
    "create": create,
    "retrieve": retrieve,
    "list": list_page,
    "cancel": cancel,
    "delete": delete,
    "results": results,
    "models": models,
    "count_tokens": count_tokens,
}
