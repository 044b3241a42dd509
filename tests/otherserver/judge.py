"""What becomes of one request: the result a test wants, or a sensible one."""

import zlib
from collections.abc import Callable
from typing import Any

JsonObject = dict[str, Any]
Judge = Callable[[str, JsonObject, int], JsonObject]
"""Takes custom_id, params and the attempt (1 for the first time this server accepts that custom_id)."""

UNSUPPORTED = ("fallbacks", "previous_thread_event_id", "speed", "store")


def default_judge(custom_id: str, params: JsonObject, attempt: int) -> JsonObject:
    """Refuse invalid params, overload about one custom_id in seven the first time, let the rest succeed."""
    complaint = complaint_about(params)
    if complaint:
        return errored("invalid_request_error", complaint)
    if attempt == 1 and is_unlucky(custom_id):
        return errored("overloaded_error", "Overloaded")
    return succeeded(params, text=f"Réponse à {custom_id} — ✓")


def is_unlucky(custom_id: str) -> bool:
    """Say whether the default judge overloads this custom_id on its first attempt."""
    return zlib.crc32(custom_id.encode()) % 7 == 0


def succeeded(params: JsonObject, *, text: str = "d'accord", stop_reason: str = "end_turn") -> JsonObject:
    """Build a succeeded result with a message and its usage."""
    usage = {
        "output_tokens": 3 + len(text) // 4,
        "service_tier": "batch",
        "cache_read_input_tokens": 0,
        "input_tokens": 5 + len(str(params.get("messages"))) // 4,
        "cache_creation_input_tokens": 0,
        "inference_geo": "not_available",
        "candles": 2,
    }
    message = {
        "usage": usage,
        "stop_sequence": None,
        "stop_reason": stop_reason,
        "role": "assistant",
        "weather": "fog",
        "content": [{"text": text, "citations": None, "type": "text"}],
        "model": params.get("model"),
        "type": "message",
        "id": f"msg-{zlib.crc32(text.encode()):08x}",
    }
    return {"message": message, "type": "succeeded"}


def errored(error_type: str, message: str, *, request_id: str | None = None) -> JsonObject:
    """Build an errored result; its request_id is null unless one is given."""
    inner = {"details": None, "message": message, "blame": "nobody", "type": error_type}
    return {"error": {"request_id": request_id, "error": inner, "type": "error"}, "type": "errored"}


def complaint_about(params: JsonObject) -> str | None:
    """Name the first thing wrong with the params of a request, as the service does after hours of waiting."""
    if not isinstance(params.get("model"), str) or not params["model"]:
        return "model: Field required"
    max_tokens = params.get("max_tokens")
    if not isinstance(max_tokens, int) or max_tokens < 1:
        return "max_tokens: Input should be greater than or equal to 1"
    if max_tokens > 64_000:
        return f"max_tokens: {max_tokens} > 64000, which is the maximum allowed number of output tokens"
    if params.get("stream") is True:
        return "stream: streaming is not supported in a batch"
    for key in UNSUPPORTED:
        if key in params:
            return f"{key}: Extra inputs are not permitted"
    return complaint_about_messages(params.get("messages"))


def complaint_about_messages(messages: object) -> str | None:
    """Name the first message that is missing, of the wrong shape, or empty."""
    if not isinstance(messages, list) or not messages:
        return "messages: at least one message is required"
    for index, message in enumerate(messages):
        if not isinstance(message, dict) or not message.get("content"):
            return f"messages.{index}: user messages must have non-empty content"
    return None
