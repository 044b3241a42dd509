"""The JSON documents the server gives: batches, pages, errors, times; with keys nobody asked for."""

import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from .batch import DAY, RESULTS_KEPT, Batch
from .judge import JsonObject


def stamp(seconds: float, *, zulu: bool) -> str:
    """Write a time to the second with Z, or to the microsecond with an offset."""
    moment = datetime.fromtimestamp(math.floor(seconds) if zulu else seconds, tz=UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ" if zulu else "%Y-%m-%dT%H:%M:%S.%f+00:00")


def batch_document(batch: Batch, *, now: float, results_base: str) -> JsonObject:
    """Describe a batch; every other one writes its times in the other notation."""
    zulu = batch.number % 2 == 0
    has_ended = batch.status(now) == "ended"
    is_archived = batch.is_archived(now)
    results_url = f"{results_base}/v1/messages/batches/{batch.id}/results"

    def at(moment: float | None) -> str | None:
        return None if moment is None else stamp(moment, zulu=zulu)

    return {
        "results_url": results_url if has_ended and not is_archived else None,
        "request_counts": {"as_of": at(now), **batch.counts(now)},
        "harbour": {"berth": batch.number, "tides": ["ebb", "flood"]},
        "expires_at": at(batch.created + DAY),
        "ended_at": at(batch.ends) if has_ended else None,
        "created_at": at(batch.created),
        "cancel_initiated_at": at(batch.cancel_initiated),
        "archived_at": at(batch.created + RESULTS_KEPT) if is_archived else None,
        "processing_status": batch.status(now),
        "type": "message_batch",
        "id": batch.id,
    }


def page(documents: Sequence[JsonObject], *, has_more: bool) -> JsonObject:
    """Wrap one page of a list."""
    return {
        "last_id": documents[-1]["id"] if documents else None,
        "first_id": documents[0]["id"] if documents else None,
        "page_colour": "sepia",
        "has_more": has_more,
        "data": list(documents),
    }


def error_document(
    error_type: str, message: str, *, request_id: str | None, details: Mapping[str, object] | None = None
) -> JsonObject:
    """Wrap an error in the service's envelope."""
    inner = {"message": message, "details": details, "type": error_type, "shelf": 4}
    return {"request_id": request_id, "error": inner, "type": "error"}


def model_document(model_id: str) -> JsonObject:
    """Describe a model well enough for a preflight."""
    return {
        "max_input_tokens": 200_000,
        "max_tokens": 64_000,
        "lifecycle": "active",
        "retires_at": None,
        "capabilities": {"batch": {"supported": True}},
        "created_at": "2026-01-01T00:00:00Z",
        "display_name": model_id.title(),
        "type": "model",
        "id": model_id,
    }
