"""What the headers of an answer say: whose answer it is, the server's time, how long to wait."""

from collections.abc import Mapping
from datetime import UTC, datetime
from math import isfinite

from batchtui.api.redact import redacted
from batchtui.engine.ports import Account, Answer

LONGEST_WAIT_SECONDS = 7 * 24 * 3600.0
"""A server cannot ask for more than a week: beyond that it is a mistake, and dates overflow."""

LONGEST_ID = 200


def answer_from(headers: Mapping[str, str], *, base_url: str, size_bytes: int = 0) -> Answer:
    """What came with an answer; absent headers stay None."""
    account = Account(
        base_url=base_url,
        organization_id=identifier(headers, "anthropic-organization-id"),
        api_workspace_id=identifier(headers, "anthropic-workspace-id"),
    )
    return Answer(
        account=account,
        server_time=http_date(headers.get("date")),
        request_id=identifier(headers, "request-id"),
        bytes=size_bytes,
    )


def retry_after_seconds(headers: Mapping[str, str]) -> float | None:
    """`retry-after-ms`, else `retry-after` in seconds or as a date, which counts from the server's own Date."""
    milliseconds = _number(headers.get("retry-after-ms"))
    if milliseconds is not None:
        return _bounded(milliseconds / 1000)
    seconds = _number(headers.get("retry-after"))
    if seconds is not None:
        return _bounded(seconds)
    until = http_date(headers.get("retry-after"))
    if until is None:
        return None
    now = http_date(headers.get("date")) or datetime.now(UTC)
    return _bounded((until - now).total_seconds())


def http_date(text: str | None) -> datetime | None:
    """An HTTP date as an aware time; None when it is absent or is none."""
    if not text:
        return None
    from email.utils import parsedate_to_datetime  # only where an answer has come

    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _number(text: str | None) -> float | None:
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if isfinite(value) else None


def _bounded(seconds: float) -> float:
    return min(max(seconds, 0.0), LONGEST_WAIT_SECONDS)


def identifier(headers: Mapping[str, str], name: str) -> str | None:
    """An id from a header, cut where no id is as long."""
    value = redacted(headers.get(name, "").strip())
    return value[:LONGEST_ID] or None
