"""A request's prompt as the service reads it: tools, system prompt, messages, block after block."""

import hashlib
from collections.abc import Iterator
from typing import Any, NamedTuple

import msgspec

from batchtui.domain.forecasting.tokens import Kind, Weight, weigh

REQUEST_TOKENS, TURN_TOKENS = 3.0, 4.0
"""What a conversation and each of its turns take beside their text."""

TOOLS_TOKENS = 340.0
"""The system prompt that tools bring along, by the service's pricing page for models of 2025; not verified since."""

SERVER_TOOLS = ("web_search", "web_fetch", "code_execution", "tool_search", "mcp_toolset")
"""Beginnings of the types of tools that the service itself runs; what they find is billed as input."""

_encode = msgspec.json.Encoder(order="sorted").encode


class Part(NamedTuple):
    """One block of a prompt."""

    chain: bytes
    """Hash of this block and all before it, without `cache_control`."""
    tokens: float
    kind: Kind
    ttl: str
    """`5m` or `1h` where a cache entry ends with it; "" elsewhere."""
    where: str
    """`tools`, `system` or `messages`."""


class Media(NamedTuple):
    """What in a prompt is no text."""

    images: int = 0
    documents: int = 0
    document_bytes: int = 0
    unseen: int = 0

    def plus(self, other: "Media") -> "Media":
        return Media(*(one + two for one, two in zip(self, other, strict=True)))


class Prompt(NamedTuple):
    """One request, as far as it matters for tokens."""

    parts: tuple[Part, ...]
    media: Media
    has_tools: bool
    thinks: bool
    fetches: bool
    """The service may add to the prompt what its own tools find."""

    @property
    def tokens(self) -> float:
        return REQUEST_TOKENS + TOOLS_TOKENS * self.has_tools + sum(part.tokens for part in self.parts)


def read_prompt(params: dict[str, Any]) -> Prompt:
    """The parts of a prompt, of params that were judged sound."""
    chain, parts, media = b"", [], Media()
    for where, block in _blocks(params):
        weight, found = _weigh(block)
        media = media.plus(found)
        chain = hashlib.blake2b(chain + where.encode() + _encode(_bare(block)), digest_size=12).digest()
        parts.append(Part(chain, weight.tokens, weight.kind, _ttl(block), where.partition(":")[0]))
    thinking = params.get("thinking")
    thinks = isinstance(thinking, dict) and thinking.get("type") != "disabled"
    return Prompt(tuple(parts), media, bool(params.get("tools")), thinks, _fetches(params))


def _fetches(params: dict[str, Any]) -> bool:
    types = [str(tool.get("type", "")) for tool in _listed(params.get("tools")) if isinstance(tool, dict)]
    return bool(params.get("mcp_servers")) or any(each.startswith(SERVER_TOOLS) for each in types)


def _blocks(params: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Every block with the place it has; a string is a block of its own."""
    for tool in _listed(params.get("tools")):
        yield "tools", tool
    for block in _listed(params.get("system")):
        yield "system", block
    for turn in _listed(params.get("messages")):
        if isinstance(turn, dict):
            for at, block in enumerate(_listed(turn.get("content"))):
                yield f"messages:{turn.get('role')}:{at}", block


def _listed(content: Any) -> list[Any]:
    if content is None:
        return []
    return content if isinstance(content, list) else [content]


def _ttl(block: Any) -> str:
    control = block.get("cache_control") if isinstance(block, dict) else None
    if not isinstance(control, dict):
        return ""
    return "1h" if control.get("ttl") == "1h" else "5m"


def _bare(block: Any) -> Any:
    """A block as it counts for the cache; a text block and a plain string say the same."""
    if isinstance(block, str):
        return block
    if not isinstance(block, dict):
        return block
    bare = {key: value for key, value in block.items() if key != "cache_control"}
    return bare["text"] if bare.keys() == {"type", "text"} and bare["type"] == "text" else bare


def _weigh(block: Any) -> tuple[Weight, Media]:
    if isinstance(block, str):
        return _with_frame(weigh(block)), Media()
    if not isinstance(block, dict):
        return Weight(0.0, Kind.PROSE), Media()
    match block.get("type"):
        case "text" if isinstance(block.get("text"), str):
            return _with_frame(weigh(block["text"])), Media()
        case "image":
            return Weight(TURN_TOKENS, Kind.PROSE), Media(images=1, unseen=_is_unseen(block))
        case "document":
            return Weight(TURN_TOKENS, Kind.PROSE), _document(block)
        case "tool_result" if isinstance(block.get("content"), list):
            return _weigh_all(block["content"])
        case _:
            return _with_frame(weigh(_encode(_bare(block)).decode())), Media()


def _weigh_all(blocks: list[Any]) -> tuple[Weight, Media]:
    found = [_weigh(block) for block in blocks]
    media = Media()
    for _, each in found:
        media = media.plus(each)
    heaviest = max((weight for weight, _ in found), key=lambda weight: weight.tokens, default=Weight(0.0, Kind.PROSE))
    return Weight(TURN_TOKENS + sum(weight.tokens for weight, _ in found), heaviest.kind), media


def _with_frame(weight: Weight) -> Weight:
    return Weight(weight.tokens + TURN_TOKENS, weight.kind)


def _is_unseen(block: dict[str, Any]) -> int:
    source = block.get("source")
    return int(isinstance(source, dict) and source.get("type") in ("url", "file"))


def _document(block: dict[str, Any]) -> Media:
    source = block.get("source")
    data = source.get("data") if isinstance(source, dict) else None
    size = len(data) if isinstance(data, str) else 0
    return Media(documents=1, document_bytes=size, unseen=_is_unseen(block))
