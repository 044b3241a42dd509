"""What a request asks for, in a few facts: enough to recognise it without reading its JSON."""

from typing import Any

import msgspec
from msgspec import Struct

LONGEST_EXCERPT = 4_000
"""Characters kept of a text; a prompt can have millions."""


class Excerpt(Struct, frozen=True, kw_only=True):
    """The beginning of a text, and how much of it there is."""

    text: str = ""
    length: int = 0


class RequestSummary(Struct, frozen=True, kw_only=True):
    """Facts of one request; what it does not have or has in another form is empty."""

    custom_id: str = ""
    model: str = ""
    max_tokens: str = ""
    messages: int = 0
    system: Excerpt = Excerpt()
    user: Excerpt = Excerpt()
    """The last thing the user said."""


def summarise(line: bytes) -> RequestSummary:
    """Facts of a request line as it was sent, however odd it is."""
    try:
        request = msgspec.json.decode(line)
    except msgspec.DecodeError:
        return RequestSummary()
    params = request.get("params") if isinstance(request, dict) else None
    if not isinstance(params, dict):
        return RequestSummary()
    messages = params.get("messages")
    turns = [turn for turn in messages if isinstance(turn, dict)] if isinstance(messages, list) else []
    asked = next((turn for turn in reversed(turns) if turn.get("role") == "user"), {})
    return RequestSummary(
        custom_id=_scalar(request.get("custom_id")),
        model=_scalar(params.get("model")),
        max_tokens=_scalar(params.get("max_tokens")),
        messages=len(turns),
        system=_excerpt(params.get("system")),
        user=_excerpt(asked.get("content")),
    )


def _scalar(value: Any) -> str:
    return "" if value is None or isinstance(value, dict | list) else str(value)[:LONGEST_EXCERPT]


def _excerpt(content: Any) -> Excerpt:
    """The text of a content: a string, or blocks of which those without text are named by their type."""
    if isinstance(content, str):
        return Excerpt(text=content[:LONGEST_EXCERPT], length=len(content))
    if not isinstance(content, list):
        return Excerpt()
    parts = [_block(block) for block in content]
    whole = " ".join(part[:LONGEST_EXCERPT] for part in parts if part)
    return Excerpt(text=whole[:LONGEST_EXCERPT], length=sum(map(len, parts)))


def _block(block: Any) -> str:
    if not isinstance(block, dict):
        return ""
    text = block.get("text")
    return text if isinstance(text, str) else f"[{_scalar(block.get('type')) or 'block'}]"
