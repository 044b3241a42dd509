"""The simulated tokenizer: cuts texts into pieces as tokenizers do, so that nobody can know its figures beforehand.

It is nobody's real tokenizer. Models differ in how fine they cut, and long texts are cut in parts only.
"""

import json
import re
import zlib
from functools import lru_cache
from typing import Any

from batchtui.simulator.models import find

_PIECE = re.compile(r"[A-Za-z]+|\d+|[ \t]{2,}|\s*\n\s*|[^\sA-Za-z\d]")
_COMMON_LETTERS = 7
"""Words up to this length are mostly one piece."""

_LONGEST_WHOLE = 3_000
_PART = 500
_PARTS = 5
_IMAGE_TOKENS = 900, 1600
_PAGE_BYTES = 45_000
_TURN, _CALL, _TOOLS = 3, 5, 290


def count(params: dict[str, Any]) -> int:
    """The input tokens of a request."""
    tokens = float(_CALL + (_TOOLS if params.get("tools") else 0))
    tokens += sum(_block(tool) for tool in _list(params.get("tools")))
    tokens += sum(_block(block) for block in _list(params.get("system")))
    for message in _list(params.get("messages")):
        if isinstance(message, dict):
            tokens += _TURN + sum(_block(block) for block in _list(message.get("content")))
    return round(tokens * _fineness(params.get("model")))


def count_blocks(blocks: list[Any], model: Any) -> int:
    """The tokens of some blocks of a prompt, such as those before a cache mark."""
    return round(sum(_block(block) for block in blocks) * _fineness(model))


def count_text(text: str, model: Any) -> int:
    """The tokens of a text that was generated."""
    return round((2 + _text(text)) * _fineness(model))


def _fineness(model: Any) -> float:
    """Newer models cut finer; every family a little differently."""
    known = find(model) if isinstance(model, str) else None
    if known is None:
        return 1.0
    newer = 1.17 if known.created_at >= "2026-04" else 1.0
    return newer * (0.95 + zlib.crc32(known.id.encode()) % 11 / 100)


def _list(content: Any) -> list[Any]:
    if content is None:
        return []
    return content if isinstance(content, list) else [content]


def _block(block: Any) -> float:
    if isinstance(block, str):
        return _text(block)
    if not isinstance(block, dict):
        return 0
    kind = block.get("type")
    if kind == "text" and isinstance(block.get("text"), str):
        return _text(block["text"])
    if kind == "image":
        few, many = _IMAGE_TOKENS
        return few + zlib.crc32(repr(block).encode()) % (many - few)
    if kind == "document":
        return _document(block)
    if kind == "tool_result" and isinstance(block.get("content"), list):
        return 4 + sum(_block(inner) for inner in block["content"])
    shown = {key: value for key, value in block.items() if key != "cache_control"}
    return _text(json.dumps(shown, ensure_ascii=False))


def _document(block: dict[str, Any]) -> float:
    source = block.get("source")
    data = source.get("data") if isinstance(source, dict) else None
    pages = 3 if not isinstance(data, str) else 1 + len(data) // _PAGE_BYTES
    return pages * 1900


def _text(text: str) -> float:
    """A long text is judged by five parts of it."""
    if len(text) <= _LONGEST_WHOLE:
        return _pieces(text)
    stride = (len(text) - _PART) / (_PARTS - 1)
    parts = [text[int(at * stride) : int(at * stride) + _PART] for at in range(_PARTS)]
    return sum(map(_pieces, parts)) * len(text) / (_PART * _PARTS)


@lru_cache(maxsize=512)
def _pieces(text: str) -> float:
    return sum(map(_piece, _PIECE.findall(text)))


def _piece(piece: str) -> float:
    first = piece[0]
    if first.isascii():
        if first.isalpha():
            if len(piece) <= _COMMON_LETTERS:
                return 1 if zlib.crc32(piece.lower().encode()) % 5 else 2
            return max(2, -(-len(piece) // 5)) if len(piece) < 30 else len(piece) / 1.5
        if first.isdigit():
            return -(-len(piece) // 3)
        return 1
    if first <= "\u02ff":
        return 1.0
    if "\u0370" <= first <= "\u052f":
        return 0.42
    if "\u3040" <= first <= "\u30ff":
        return 0.85
    if "\u4e00" <= first <= "\u9fff" or "\uac00" <= first <= "\ud7af":
        return 1.15
    return 0.7
