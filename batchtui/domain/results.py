"""One line of results, decoded just far enough: what became of a request and what it used."""

from enum import StrEnum
from typing import Any

import msgspec


class Outcome(StrEnum):
    """The result types the service documents; anything else is unknown and never counted as success."""

    SUCCEEDED = "succeeded"
    ERRORED = "errored"
    CANCELED = "canceled"
    EXPIRED = "expired"


class CacheCreation(msgspec.Struct, frozen=True):
    """Tokens written to the cache, by how long it holds."""

    ephemeral_5m_input_tokens: int | None = 0
    ephemeral_1h_input_tokens: int | None = 0


class ServerToolUse(msgspec.Struct, frozen=True):
    """What is billed by the call."""

    web_search_requests: int | None = 0


class Usage(msgspec.Struct, frozen=True, kw_only=True):
    """What one request used, as billed."""

    input_tokens: int | None = 0
    output_tokens: int | None = 0
    cache_creation_input_tokens: int | None = 0
    cache_read_input_tokens: int | None = 0
    cache_creation: CacheCreation | None = None
    inference_geo: str | None = None
    server_tool_use: ServerToolUse | None = None
    service_tier: str | None = None
    """`batch` for all that came at half of standard; None where the service does not say."""


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """What of a message is used here."""

    model: str = ""
    stop_reason: str | None = None
    usage: Usage | None = None


class ServiceError(msgspec.Struct, frozen=True, kw_only=True):
    """What of an error is used here; its type is an open set."""

    type: str = "unknown"
    message: str = ""
    details: Any = None


class ErrorEnvelope(msgspec.Struct, frozen=True, kw_only=True):
    """`{"type":"error","error":{…},"request_id":…}`; the inner error is what matters (API reference, results)."""

    error: ServiceError | None = None
    request_id: str | None = None


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a request; its type is an open set."""

    type: str
    message: Message | None = None
    error: ErrorEnvelope | None = None


class ResultLine(msgspec.Struct, frozen=True, kw_only=True):
    """`{"custom_id": …, "result": {"type": …}}`."""

    custom_id: str
    result: Result


class Issue(msgspec.Struct, frozen=True, kw_only=True):
    """A result that did not simply succeed, and where its bytes are in the results file."""

    custom_id: str
    cls: str = msgspec.field(name="class")
    """overloaded_error, expired, stop:max_tokens, credit, unknown:<type> …"""
    message: str = ""
    request_id: str | None = None
    offset: int = 0
    length: int = 0


class TypeTallies(msgspec.Struct, frozen=True, kw_only=True):
    """How many lines of a results file are of each type."""

    succeeded: int = 0
    errored: int = 0
    canceled: int = 0
    expired: int = 0
    unknown: int = 0

    @property
    def total(self) -> int:
        return self.succeeded + self.errored + self.canceled + self.expired + self.unknown
