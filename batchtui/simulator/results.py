"""The lines of a batch's results, made one by one when they are asked for."""

import json
from collections.abc import Iterator
from typing import Any

import msgspec

from batchtui.simulator import content, ids, models, rules
from batchtui.simulator.batch import Batch
from batchtui.simulator.outcomes import OUTCOMES, REJECTED, Outcome
from batchtui.simulator.problems import error_body
from batchtui.simulator.prompts import estimated_tokens, prompt_length
from batchtui.simulator.spool import Spool

BLOCK_LINES = 128
_encode = msgspec.json.Encoder().encode


class ResultWriter:
    """Makes results out of stored requests and a seed."""

    def __init__(self, *, seed: int, spool: Spool) -> None:
        self._seed = seed
        self._spool = spool

    def lines(self, batch: Batch) -> Iterator[bytes]:
        """Every result of an ended batch, each with its line end, in an order of their own."""
        for rank in range(len(batch)):
            yield self._line(batch, batch.shuffled(rank))

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
                return {"type": "succeeded", "message": message(params, outcome, number, message_id)}
            case "errored":
                request_id = ids.identifier("req", self._seed, batch.id, custom_id)
                return {"type": "errored", "error": self._error(batch, custom_id, params, code, request_id)}
            case other:
                return {"type": other}

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


def message(params: dict[str, Any], outcome: Outcome, number: int, message_id: str) -> dict[str, Any]:
    """The message of a succeeded request."""
    blocks, stop_reason = _blocks(params, outcome, number)
    text = "".join(block.get("text", "") or json.dumps(block.get("input", "")) for block in blocks)
    output_tokens = estimated_tokens(len(text))
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
        "usage": usage(params, output_tokens, number),
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


def usage(params: dict[str, Any], output_tokens: int, number: int) -> dict[str, Any]:
    """The tokens of a request; a cached system prompt is written by some and read by the others."""
    input_tokens = estimated_tokens(prompt_length(params))
    cached, hour = _cached_tokens(params)
    is_written = cached > 0 and number % 10 < 3
    written = cached if is_written else 0
    return {
        "input_tokens": input_tokens - cached,
        "cache_creation_input_tokens": written,
        "cache_read_input_tokens": cached - written,
        "cache_creation": {
            "ephemeral_5m_input_tokens": 0 if hour else written,
            "ephemeral_1h_input_tokens": written if hour else 0,
        },
        "output_tokens": output_tokens,
        "service_tier": "batch",
    }


def _cached_tokens(params: dict[str, Any]) -> tuple[int, bool]:
    """Tokens of the system prompt that are marked for caching, and whether for an hour."""
    system = params.get("system")
    marked = [block for block in system if "cache_control" in block] if isinstance(system, list) else []
    if not marked:
        return 0, False
    control = marked[-1]["cache_control"]
    is_hour = isinstance(control, dict) and control.get("ttl") == "1h"
    return sum(len(block.get("text") or "") for block in marked) * 10 // 37, is_hour
