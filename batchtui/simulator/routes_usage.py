"""The Admin API's usage report: what the batches here used, by UTC day and model. Wants an Admin key."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from batchtui.simulator.batch import Batch
from batchtui.simulator.problems import ServiceError, invalid_request
from batchtui.simulator.service import Service

ADMIN_KEY_STARTS = "sk-ant-admin"
MOST_BUCKETS = 31

Sums = dict[tuple[str, str], dict[str, int]]


class UsageRoutes:
    """Counts over all results that can be had, at each call: a simulation is small."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def routes(self) -> list[Route]:
        return [Route("/v1/organizations/usage_report/messages", self.report, methods=["GET"])]

    async def report(self, request: Request) -> Response:
        """GET the report; of the groupings only that by model is known."""
        if not request.headers.get("x-api-key", "").startswith(ADMIN_KEY_STARTS):
            raise ServiceError(401, "authentication_error", "invalid x-api-key")
        query = request.query_params
        first, after = _day(query.get("starting_at"), "starting_at"), _day(query.get("ending_at"), "ending_at")
        limit = min(MOST_BUCKETS, int(query.get("limit", "7")))
        begin = max(first, _day(query.get("page"), "page")) if query.get("page") else first
        days = [begin + timedelta(days=number) for number in range(max(0, (after - begin).days))]
        sums = self._sums() if "batch" in query.getlist("service_tiers[]") or not query.get("service_tiers[]") else {}
        body = {
            "data": [_bucket(day, sums) for day in days[:limit]],
            "has_more": len(days) > limit,
            "next_page": days[limit].isoformat() if len(days) > limit else None,
        }
        return JSONResponse(body)

    def _sums(self) -> Sums:
        sums: Sums = {}
        now = self._service.clock.now()
        for batch in self._service.registry.page(limit=1_000_000, after_id=None, before_id=None).batches:
            if batch.has_ended(now) and not batch.is_archived(now):
                self._add(batch, sums)
        return sums

    def _add(self, batch: Batch, sums: Sums) -> None:
        day = datetime.fromtimestamp(batch.due_at, UTC).date().isoformat()
        for line in self._service.results.lines(batch):
            message = json.loads(line)["result"].get("message")
            if message is None:
                continue
            total = sums.setdefault((day, message["model"]), dict.fromkeys(_FIELDS, 0))
            for name, figure in _figures(message["usage"]).items():
                total[name] += figure


_FIELDS = ("input", "output", "read", "write_5m", "write_1h", "searches")


def _figures(usage: dict[str, Any]) -> dict[str, int]:
    creation, tools = usage.get("cache_creation") or {}, usage.get("server_tool_use") or {}
    return {
        "input": usage["input_tokens"],
        "output": usage["output_tokens"],
        "read": usage.get("cache_read_input_tokens") or 0,
        "write_5m": creation.get("ephemeral_5m_input_tokens") or 0,
        "write_1h": creation.get("ephemeral_1h_input_tokens") or 0,
        "searches": tools.get("web_search_requests") or 0,
    }


def _bucket(day: datetime, sums: Sums) -> dict[str, Any]:
    name = day.date().isoformat()
    results = [_result(model, total) for (of, model), total in sorted(sums.items()) if of == name]
    end = day + timedelta(days=1)
    return {"starting_at": f"{name}T00:00:00Z", "ending_at": f"{end.date()}T00:00:00Z", "results": results}


def _result(model: str, total: dict[str, int]) -> dict[str, Any]:
    return {
        "uncached_input_tokens": total["input"],
        "cache_creation": {
            "ephemeral_1h_input_tokens": total["write_1h"],
            "ephemeral_5m_input_tokens": total["write_5m"],
        },
        "cache_read_input_tokens": total["read"],
        "output_tokens": total["output"],
        "server_tool_use": {"web_search_requests": total["searches"]},
        "api_key_id": None,
        "workspace_id": None,
        "model": model,
        "service_tier": None,
        "context_window": None,
    }


def _day(text: str | None, name: str) -> datetime:
    try:
        day = datetime.fromisoformat((text or "").replace("Z", "+00:00"))
    except ValueError:
        raise invalid_request(f"{name}: Input should be a valid datetime") from None
    return day.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=UTC)
