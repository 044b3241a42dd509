"""What the service finds wrong with the params of one request, hours after it accepted the batch."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from batchtui.simulator import models
from batchtui.simulator.prompts import estimated_tokens, prompt_length


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


SAMPLING = ("temperature", "top_p", "top_k")
OLDER_VERSION = "2023-06-01"
UNSUPPORTED = ("stream", "speed", "fallbacks", "store", "previous_thread_event_id")
KNOWN = _words(
    "model max_tokens messages system metadata stop_sequences thinking tools tool_choice service_tier container "
    "context_management output_config output_format mcp_servers inference_geo cache_control betas"
)
BLOCKS = _words(
    "text image document tool_use tool_result thinking redacted_thinking search_result server_tool_use "
    "web_search_tool_result container_upload mcp_tool_use mcp_tool_result"
)


class Problem(NamedTuple):
    """An error result: its type and message."""

    error_type: str
    message: str


def problem(params: dict[str, Any], *, version: str) -> Problem | None:
    """The first thing wrong with the params under that wire version, or None."""
    model_id = params.get("model")
    model = models.find(model_id) if isinstance(model_id, str) else None
    if isinstance(model_id, str) and model_id and model is None:
        return Problem("not_found_error", f"model: {model_id}")
    message = next(_complaints(params, model, version), None)
    return None if message is None else Problem("invalid_request_error", message)


def _complaints(params: dict[str, Any], model: models.Model | None, version: str) -> Iterator[str]:
    yield from _fields(params, model, version)
    yield from _max_tokens(params, model)
    yield from _messages(params.get("messages"))
    yield from _system(params.get("system"))
    yield from _length(params, model)


def _fields(params: dict[str, Any], model: models.Model | None, version: str) -> Iterator[str]:
    for name in ("model", "max_tokens", "messages"):
        if name not in params:
            yield f"{name}: Field required"
    if model is None:
        yield "model: Input should be a valid string"
    for name in sorted(params.keys() - KNOWN):
        if name in SAMPLING:
            if not (version == OLDER_VERSION and model and model.takes_sampling):
                yield f"{name}: this parameter is not supported with anthropic-version {version}"
        elif name not in UNSUPPORTED:
            yield f"{name}: Extra inputs are not permitted"
        elif params[name]:
            yield f"{name}: not supported in the Message Batches API"


def _max_tokens(params: dict[str, Any], model: models.Model | None) -> Iterator[str]:
    value = params.get("max_tokens")
    if not isinstance(value, int) or isinstance(value, bool):
        yield "max_tokens: Input should be a valid integer"
    elif value < 1:
        yield "max_tokens: Input should be greater than or equal to 1"
    elif model and value > model.max_tokens:
        allowed = f"which is the maximum allowed number of output tokens for {model.id}"
        yield f"max_tokens: {value} > {model.max_tokens}, {allowed}"


def _messages(messages: Any) -> Iterator[str]:
    if not isinstance(messages, list):
        yield "messages: Input should be a valid list"
        return
    if not messages:
        yield "messages: at least one message is required"
    for index, message in enumerate(messages):
        if not isinstance(message, dict):
            yield f"messages.{index}: Input should be a valid dictionary"
            continue
        yield from _message(message, index, is_last=index == len(messages) - 1)
    if messages and messages[0].get("role") != "user":
        yield 'messages: first message must use the "user" role'


def _message(message: dict[str, Any], index: int, *, is_last: bool) -> Iterator[str]:
    role, content = message.get("role"), message.get("content")
    if role not in ("user", "assistant"):
        yield f"messages.{index}.role: Input should be 'user' or 'assistant'"
    if isinstance(content, str):
        if not content and not (is_last and role == "assistant"):
            yield f"messages.{index}: {role} messages must have non-empty content"
        elif is_last and role == "assistant" and content != content.rstrip():
            yield "messages: final assistant content cannot end with trailing whitespace"
    elif not isinstance(content, list):
        yield f"messages.{index}.content: Input should be a valid string or list"
    elif not content:
        yield f"messages.{index}.content: List should have at least 1 item after validation, not 0"
    else:
        yield from _blocks(content, f"messages.{index}.content")


def _blocks(blocks: list[Any], where: str) -> Iterator[str]:
    for index, block in enumerate(blocks):
        kind = block.get("type") if isinstance(block, dict) else None
        if kind not in BLOCKS:
            yield f"{where}.{index}.type: Input tag '{kind}' found using 'type' does not match any of the expected tags"
        elif kind == "text" and not isinstance(block.get("text"), str):
            yield f"{where}.{index}.text: Field required"
        elif kind == "text" and not block["text"].strip():
            yield f"{where}.{index}.text: text content blocks must be non-empty"
        elif kind == "image" and not isinstance(block.get("source"), dict):
            yield f"{where}.{index}.image.source: Field required"


def _system(system: Any) -> Iterator[str]:
    if isinstance(system, list):
        yield from _blocks(system, "system")
    elif system is not None and not isinstance(system, str):
        yield "system: Input should be a valid string or list"


def _length(params: dict[str, Any], model: models.Model | None) -> Iterator[str]:
    tokens = estimated_tokens(prompt_length(params))
    if model and tokens > model.max_input_tokens:
        yield f"prompt is too long: {tokens} tokens > {model.max_input_tokens} maximum"
