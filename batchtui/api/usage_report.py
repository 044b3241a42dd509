"""The Admin API's usage report of the batch tier. The Admin key is read when it is needed, goes to the configured
address alone, and is kept nowhere. Built from the public reference; never tried against the live service."""

import os
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Final

import msgspec

from batchtui.api.credentials import find_credentials
from batchtui.api.redact import redacted
from batchtui.domain.cost import TokenCounts
from batchtui.domain.settings import ApiSettings
from batchtui.domain.usage_report import ReportedUsage
from batchtui.engine.ports import ServiceProblem

if TYPE_CHECKING:
    import httpx2

ADMIN_KEY: Final = "ANTHROPIC_ADMIN_KEY"
PATH: Final = "/v1/organizations/usage_report/messages"
VERSION: Final = "2023-06-01"
"""The version of the Admin API's reference."""

MOST_DAYS: Final = 31
"""Of one page of daily buckets (API reference, usage report)."""

MOST_PAGES: Final = 40
TIMEOUT_SECONDS: Final = 60.0


class _Creation(msgspec.Struct, frozen=True):
    ephemeral_5m_input_tokens: int = 0
    ephemeral_1h_input_tokens: int = 0


class _Tools(msgspec.Struct, frozen=True):
    web_search_requests: int = 0


class _Result(msgspec.Struct, frozen=True):
    uncached_input_tokens: int = 0
    output_tokens: int = 0
    cache_read_input_tokens: int = 0
    cache_creation: _Creation = _Creation()
    server_tool_use: _Tools | None = None
    model: str | None = None


class _Bucket(msgspec.Struct, frozen=True):
    starting_at: str
    results: tuple[_Result, ...]


class _Page(msgspec.Struct, frozen=True):
    data: tuple[_Bucket, ...]
    has_more: bool = False
    next_page: str | None = None


_decode = msgspec.json.Decoder(_Page).decode


def has_admin_key() -> bool:
    """Whether there is a key to ask with."""
    return bool(os.environ.get(ADMIN_KEY, "").strip())


async def usage_report(
    settings: ApiSettings, *, first: date, after: date, api_workspace_id: str | None
) -> tuple[ReportedUsage, ...]:
    """Tokens of the batch tier by UTC day and model, from `first` up to but not including `after`.

    Raises:
        ServiceProblem
    """
    import httpx2

    address = find_credentials(os.environ, base_url=settings.base_url).credentials.base_url
    params = _params(first, after, api_workspace_id)
    headers = {"x-api-key": os.environ.get(ADMIN_KEY, "").strip(), "anthropic-version": VERSION}
    problem: ServiceProblem
    try:
        async with httpx2.AsyncClient(timeout=TIMEOUT_SECONDS, follow_redirects=False, headers=headers) as client:
            return await _all_pages(client, address + PATH, params)
    except (httpx2.HTTPError, httpx2.InvalidURL, UnicodeEncodeError) as error:
        problem = ServiceProblem("offline", redacted(str(error) or type(error).__name__))
    # Outside of the handler: the client's errors carry the request, and the request carries the key.
    raise problem


def _params(first: date, after: date, api_workspace_id: str | None) -> list[tuple[str, str]]:
    return [
        ("starting_at", f"{first}T00:00:00Z"),
        ("ending_at", f"{after}T00:00:00Z"),
        ("bucket_width", "1d"),
        ("group_by[]", "model"),
        ("service_tiers[]", "batch"),
        ("limit", str(MOST_DAYS)),
        *([("workspace_ids[]", api_workspace_id)] if api_workspace_id else []),
    ]


async def _all_pages(
    client: "httpx2.AsyncClient", address: str, params: list[tuple[str, str]]
) -> tuple[ReportedUsage, ...]:
    found: list[ReportedUsage] = []
    page: list[tuple[str, str]] = []
    for _ in range(MOST_PAGES):
        decoded = _decoded(await client.get(address, params=[*params, *page]))
        found += (usage for bucket in decoded.data for usage in _usages(bucket))
        if not decoded.has_more or not decoded.next_page:
            return tuple(found)
        page = [("page", decoded.next_page)]
    raise ServiceProblem("garbage", "the usage report does not end")


def _decoded(answer: "httpx2.Response") -> _Page:
    if answer.status_code in (401, 403):
        raise ServiceProblem("not_authorized", "the service does not take this Admin key", status=answer.status_code)
    if not answer.is_success:
        kind = "limited" if answer.status_code == 429 else "refused" if answer.status_code < 500 else "broken"
        raise ServiceProblem(kind, "no usage report", status=answer.status_code)
    try:
        return _decode(answer.content)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        reason = str(error)[:200]
    raise ServiceProblem("garbage", f"the usage report is not what its reference says: {redacted(reason)}")


def _usages(bucket: _Bucket) -> Iterator[ReportedUsage]:
    for result in bucket.results:
        tokens = TokenCounts(
            input=result.uncached_input_tokens,
            output=result.output_tokens,
            cache_write_5m=result.cache_creation.ephemeral_5m_input_tokens,
            cache_write_1h=result.cache_creation.ephemeral_1h_input_tokens,
            cache_read=result.cache_read_input_tokens,
        )
        searches = result.server_tool_use.web_search_requests if result.server_tool_use is not None else 0
        yield ReportedUsage(day=bucket.starting_at[:10], model=result.model or "", tokens=tokens, web_searches=searches)
