"""The text of a prompt, taken out of params that may be of any shape."""

from collections.abc import Iterator
from typing import Any


def texts(params: dict[str, Any]) -> Iterator[str]:
    """Every text of a prompt: the system prompt first, then the messages."""
    yield from content_texts(params.get("system"))
    messages = params.get("messages")
    for message in messages if isinstance(messages, list) else ():
        if isinstance(message, dict):
            yield from content_texts(message.get("content"))


def content_texts(content: Any) -> Iterator[str]:
    """The texts of a content: a string, or blocks."""
    if isinstance(content, str):
        yield content
    for block in content if isinstance(content, list) else ():
        text = block.get("text") if isinstance(block, dict) else None
        if isinstance(text, str):
            yield text


def last_user_text(params: dict[str, Any]) -> str:
    """What the last message says."""
    messages = params.get("messages")
    last = messages[-1] if isinstance(messages, list) and messages else None
    return "\n".join(content_texts(last.get("content"))) if isinstance(last, dict) else ""


def prompt_length(params: dict[str, Any]) -> int:
    """Characters of the whole prompt."""
    return sum(map(len, texts(params)))


def estimated_tokens(characters: int) -> int:
    """A plausible number of tokens for a text of that length."""
    return 8 + characters * 10 // 37
