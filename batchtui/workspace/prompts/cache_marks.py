"""`cache_control` at the end of the beginning that prompts share. All else of a request keeps its bytes."""

from typing import Any

import msgspec
from msgspec import Raw

from batchtui.domain.forecasting.prompts import SharedPrefix
from batchtui.workspace.prompts.parts import read_prompt

MOST_MARKS = 4
"""So many cache entries one request may end (API guide, prompt caching); another one would have it refused."""

_decode_any = msgspec.json.Decoder(dict[str, Any]).decode
_decode_object = msgspec.json.Decoder(dict[str, Raw]).decode
_decode_list = msgspec.json.Decoder(list[Raw]).decode
_encode = msgspec.json.Encoder().encode


class CacheMarker:
    """Marks request after request; `marked` counts those it changed."""

    def __init__(self, prefixes: tuple[SharedPrefix, ...], ttl: str) -> None:
        self._keys = {prefix.model: (bytes.fromhex(prefix.key), prefix.parts) for prefix in prefixes}
        self._ttl = ttl
        control = {"type": "ephemeral", **({"ttl": "1h"} if ttl == "1h" else {})}
        self._control = Raw(_encode(control))
        self.marked = 0

    def mark(self, line: bytes, model: str) -> bytes:
        """The request with the mark; as it is where it begins otherwise, is marked so already, or can't take it."""
        key, parts = self._keys.get(model, (b"", 0))
        if not key:
            return line
        prompt = read_prompt(_decode_any(line)["params"]).parts
        if len(prompt) <= parts or prompt[parts - 1].chain != key or prompt[parts - 1].ttl == self._ttl:
            return line
        marks = [part.ttl for part in prompt if part.ttl]
        is_full = len(marks) >= MOST_MARKS and not prompt[parts - 1].ttl
        # Entries of one hour have to come before those of five minutes, so none may stand before or after wrongly.
        before = {part.ttl for part in prompt[: parts - 1] if part.ttl}
        after = {part.ttl for part in prompt[parts:] if part.ttl}
        if is_full or (self._ttl == "1h" and "5m" in before) or (self._ttl == "5m" and "1h" in after):
            return line
        self.marked += 1
        return self._marked(line, parts)

    def _marked(self, line: bytes, parts: int) -> bytes:
        request = _decode_object(line)
        params = _decode_object(request["params"])
        left = parts
        for name in ("tools", "system"):
            if name in params:
                blocks = _blocks(params[name])
                if left <= len(blocks):
                    params[name] = self._with_mark(blocks, left - 1)
                    break
                left -= len(blocks)
        else:
            params["messages"] = self._in_messages(params["messages"], left)
        request["params"] = Raw(_encode(params))
        return _encode(request)

    def _in_messages(self, messages: Raw, left: int) -> Raw:
        turns = _decode_list(messages)
        for at, raw in enumerate(turns):
            turn = _decode_object(raw)
            blocks = _blocks(turn["content"])
            if left <= len(blocks):
                turn["content"] = self._with_mark(blocks, left - 1)
                turns[at] = Raw(_encode(turn))
                break
            left -= len(blocks)
        return Raw(_encode(turns))

    def _with_mark(self, blocks: list[Raw], at: int) -> Raw:
        block = _decode_object(blocks[at])
        block["cache_control"] = self._control
        blocks[at] = Raw(_encode(block))
        return Raw(_encode(blocks))


def _blocks(content: Raw) -> list[Raw]:
    """The blocks of a content; a string becomes a text block that says the same."""
    text = bytes(content).strip()
    if text.startswith(b"["):
        return _decode_list(text)
    if text == b"null":
        return []
    return [Raw(_encode({"type": "text", "text": Raw(text)}))]
