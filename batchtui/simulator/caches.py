"""Which prompts begin with something that is cached: written by some request, read by those that come after it.

Requests of one batch do not wait for each other, so a few of them write the same prefix. One that a small batch wrote
and that had ended before is read by all, as long as it is kept.
"""

import hashlib
from dataclasses import dataclass, field
from typing import Any

import msgspec

from batchtui.simulator import tokenizer

MOST_WARMING = 16
"""Batches of more requests warm nothing for others: enough of a simulation, and nothing to remember."""

_KEPT_SECONDS = {"5m": 300.0, "1h": 3600.0}
_encode = msgspec.json.Encoder(order="sorted").encode


@dataclass(frozen=True)
class Marked:
    """The part of a prompt before its last `cache_control`."""

    digest: bytes
    tokens: int
    ttl: str


def marked(params: dict[str, Any]) -> Marked | None:
    """What a request wants to be cached; None when nothing."""
    blocks = list(_blocks(params))
    ends = [at for at, block in enumerate(blocks) if isinstance(block, dict) and "cache_control" in block]
    if not ends:
        return None
    control = blocks[ends[-1]]["cache_control"]
    ttl = "1h" if isinstance(control, dict) and control.get("ttl") == "1h" else "5m"
    before = blocks[: ends[-1] + 1]
    bare = [_bare(block) for block in before]
    digest = hashlib.blake2b(_encode([params.get("model"), bare]), digest_size=12).digest()
    return Marked(digest, tokenizer.count_blocks(before, params.get("model")), ttl)


def _blocks(params: dict[str, Any]) -> list[Any]:
    blocks = [*_listed(params.get("tools")), *_listed(params.get("system"))]
    for message in _listed(params.get("messages")):
        if isinstance(message, dict):
            blocks += _listed(message.get("content"))
    return blocks


def _listed(content: Any) -> list[Any]:
    if content is None:
        return []
    return content if isinstance(content, list) else [content]


def _bare(block: Any) -> Any:
    return {key: value for key, value in block.items() if key != "cache_control"} if isinstance(block, dict) else block


@dataclass
class Caches:
    """What small batches wrote, and until when it is kept."""

    _kept: dict[bytes, list[tuple[float, float]]] = field(default_factory=dict)

    def ended(self, requests: list[dict[str, Any]], at: float) -> None:
        """A small batch will have ended at that moment."""
        for params in requests:
            found = marked(params)
            if found is not None:
                self._kept.setdefault(found.digest, []).append((at, at + _KEPT_SECONDS[found.ttl]))

    def is_warm(self, found: Marked, at: float) -> bool:
        """Whether a request that began at that moment found it."""
        return any(since <= at <= until for since, until in self._kept.get(found.digest, ()))
