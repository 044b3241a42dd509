"""What the server saw of one HTTP request."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Seen:
    """One HTTP request, logged before its answer leaves."""

    method: str
    path: str
    """Without the query."""
    query: str
    operation: str
    """create, retrieve, list, cancel, delete, results, models, count_tokens or unknown."""
    header_names: tuple[str, ...]
    authorization: str
    """The value of Authorization, else `x-api-key ` and that key, else empty."""
    host: str
    body_bytes: int
    status: int | None
    """None when no answer was given on purpose."""
