"""The lines of a batch's results, made one by one when they are asked for."""

import json
from collections.abc import Iterator
from typing import Any

import msgspec

from batchtui.simulator import content, ids, models, rules, tokenizer
from batchtui.simulator.batch import Batch
from batchtui.simulator.caches import MOST_WARMING, Caches, marked
from batchtui.simulator.lengths import thinking_tokens
from batchtui.simulator.outcomes import OUTCOMES, REJECTED, Outcome
from batchtui.simulator.problems import error_body
from batchtui.simulator.spool import Spool

BLOCK_LINES = 128
_encode = msgspec.json.Encoder().encode


class ResultWriter:
    """Makes results out of stored requests and a seed."""

    def __init__(self, *, seed: int, spool: Spool) -> None:
        self._seed = seed
        self._spool = spool
        self.caches = Caches()

    def lines(self, batch: Batch) -> Iterator[bytes]:
        """Every result of an ended batch, each with its line end, in an order of their own."""
        for rank in range(len(batch)):
            yield self._line(batch, batch.shuffled(rank))

    def remember(self, batch: Batch) -> None:
        """A batch has its verdicts: what it writes into caches is there once it has ended."""
        if len(batch) <= MOST_WARMING:
            rows = (msgspec.json.decode(self._spool.read(batch.span, index)) for index in range(len(batch)))
            self.caches.ended([row["params"] for row in rows], batch.due_at)

    def _line(self, batch: Batch, index: int) -> bytes:
        row = msgspec.json.decode(self._spool.read(batch.span, index))
        result = self._result(batch, row["custom_id"], row["params"], batch.code(index))
        return _encode({"custom_id": row["custom_id"], "result": result}) + b"\n"

    def _result(self, batch: Batch, custom_id: str, params: dict[str, Any], code: int) -> dict[str, Any]:
        outcome = OUTCOMES[code]
        match outcome.result:
            case "succeeded":
                number = ids.number(self._seed, "answer", custom_id)
                message_id = ids.identifier("msg", self._seed, batch.id, custom_id)
                answer = message(params, outcome, number, message_id, is_warm=self._is_warm(batch, params))
                return {"type": "succeeded", "message": answer}
            case "errored":
                request_id = ids.identifier("req", self._seed, batch.id, custom_id)
                return {"type": "errored", "error": self._error(batch, custom_id, params, code, request_id)}
            case other:
                return {"type": other}

    def _is_warm(self, batch: Batch, params: dict[str, Any]) -> bool:
        found = marked(params)
        return found is not None and self.caches.is_warm(found, batch.starts_at)

    def _error(
        self, batch: Batch, custom_id: str, params: dict[str, Any], code: int, request_id: str
    ) -> dict[str, Any]:
        if code == REJECTED:
            problem = rules.problem(params, version=batch.version)
            assert problem is not None
            return error_body(*problem, request_id)
        outcome = OUTCOMES[code]
        number = 200_001 + ids.number(self._seed, "figure", custom_id) % 700_000
        return error_body(outcome.error_type, outcome.message.replace("{n}", str(number)), request_id)


def message(
    params: dict[str, Any], outcome: Outcome, number: int, message_id: str, *, is_warm: bool = False
) -> dict[str, Any]:
    """The message of a succeeded request."""
    blocks, stop_reason = _blocks(params, outcome, number)
    text = "".join(block.get("text", "") or json.dumps(block.get("input", "")) for block in blocks)
    output_tokens = tokenizer.count_text(text, params["model"]) + thinking_tokens(params, number)
    if outcome.name == "max_tokens" or output_tokens > params["max_tokens"]:
        blocks, stop_reason, output_tokens = _cut(blocks, params["max_tokens"], output_tokens)
    model = models.find(params["model"])
    return {
        "id": message_id,
        "type": "message",
        "role": "assistant",
        "model": model.id if model else params["model"],
        "content": blocks,
        "stop_reason": stop_reason,
        "stop_sequence": None,
        "usage": usage(params, output_tokens, number, is_warm=is_warm),
    }


def _blocks(params: dict[str, Any], outcome: Outcome, number: int) -> tuple[list[dict[str, Any]], str]:
    if outcome.stop_reason == "refusal":
        return [], "refusal"
    tool = _forced_tool(params)
    if tool is not None or outcome.name == "tool_use":
        call = {"type": "tool_use", "id": f"toolu_01{number:022d}"[:30], "name": tool or "look_up", "input": {}}
        return [call], "tool_use"
    return [{"type": "text", "text": content.answer(params, number)}], outcome.stop_reason


def _forced_tool(params: dict[str, Any]) -> str | None:
    """The tool that the request insists on."""
    choice, tools = params.get("tool_choice"), params.get("tools")
    if not isinstance(choice, dict) or not isinstance(tools, list) or not tools:
        return None
    match choice.get("type"):
        case "tool":
            return str(choice.get("name"))
        case "any":
            return str(tools[0].get("name")) if isinstance(tools[0], dict) else None
        case _:
            return None


def _cut(blocks: list[dict[str, Any]], max_tokens: int, tokens: int) -> tuple[list[dict[str, Any]], str, int]:
    """The answer as far as it got: at max_tokens, or at two thirds when that many would have been enough."""
    allowed = min(max_tokens, tokens * 2 // 3)
    kept = [{**block, "text": block["text"][: allowed * 37 // 10].rstrip()} for block in blocks if "text" in block]
    return kept, "max_tokens", min(max_tokens, tokens)


def usage(params: dict[str, Any], output_tokens: int, number: int, *, is_warm: bool) -> dict[str, Any]:
    """The tokens of a request; what is to be cached is written by some and read by the others, or read by all."""
    input_tokens = tokenizer.count(params)
    found = marked(params)
    cached = min(found.tokens, input_tokens - 1) if found is not None else 0
    written = cached if cached and not is_warm and number % 10 < 3 else 0
    is_hour = found is not None and found.ttl == "1h"
    return {
        "input_tokens": input_tokens - cached,
        "cache_creation_input_tokens": written,
        "cache_read_input_tokens": cached - written,
        "cache_creation": {
            "ephemeral_5m_input_tokens": 0 if is_hour else written,
            "ephemeral_1h_input_tokens": written if is_hour else 0,
        },
        "output_tokens": output_tokens,
        "service_tier": "batch",
    }
