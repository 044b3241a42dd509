"""Pages of a list, as every list endpoint has them."""

from collections.abc import Sequence
from typing import Any

from starlette.requests import Request

from batchtui.simulator.problems import invalid_request


def page_limit(request: Request) -> int:
    """The `limit` of a list call."""
    text = request.query_params.get("limit", "20")
    if not text.isascii() or not text.isdigit():
        raise invalid_request("limit: Input should be a valid integer, unable to parse string as an integer")
    if not 1 <= int(text) <= 1000:
        bound = "greater than or equal to 1" if int(text) < 1 else "less than or equal to 1000"
        raise invalid_request(f"limit: Input should be {bound}")
    return int(text)


def page_body(data: Sequence[dict[str, Any]], *, has_more: bool) -> dict[str, Any]:
    """The JSON of one page of a list."""
    first, last = (data[0]["id"], data[-1]["id"]) if data else (None, None)
    return {"data": list(data), "has_more": has_more, "first_id": first, "last_id": last}
