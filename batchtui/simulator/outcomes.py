"""What can become of a request, with the service's kind of message for each error.

A request asks for an outcome with `params.metadata.user_id = "sim:NAME"` (or a custom_id that ends in
`-sim-NAME`), NAME being one of OUTCOMES below with `-` or `_`. A transient outcome strikes only the first
time a custom_id is seen; `sim:NAME!` strikes every time.
"""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Outcome:
    """One way for a request to end."""

    name: str
    result: str = "errored"
    """The `result.type` of its line."""
    error_type: str = ""
    message: str = ""
    """May hold `{n}`, a number that differs from request to request."""
    stop_reason: str = "end_turn"
    is_transient: bool = False
    """Whether a later attempt is spared."""


def _error(name: str, error_type: str, message: str, *, is_transient: bool = False) -> Outcome:
    return Outcome(name, error_type=error_type, message=message, is_transient=is_transient)


def _stop(stop_reason: str) -> Outcome:
    return Outcome(stop_reason, result="succeeded", stop_reason=stop_reason)


_CREDIT = (
    "Your credit balance is too low to access the Anthropic API. "
    "Please go to Plans & Billing to upgrade or purchase credits."
)
_RATE = (
    "This request would exceed your organization's rate limit of {n} input tokens per minute. "
    "For details, refer to: https://docs.claude.com/en/api/rate-limits"
)

OUTCOMES = (
    Outcome("succeeded", result="succeeded"),
    Outcome("rejected"),
    Outcome("canceled", result="canceled", is_transient=True),
    Outcome("expired", result="expired", is_transient=True),
    Outcome("unknown", result="postponed"),
    _error("overloaded", "overloaded_error", "Overloaded", is_transient=True),
    _error("api_error", "api_error", "Internal server error", is_transient=True),
    _error("timeout", "timeout_error", "Request timed out", is_transient=True),
    _error("rate_limit", "rate_limit_error", _RATE, is_transient=True),
    _error("credit", "invalid_request_error", _CREDIT),
    _error("billing", "billing_error", "Your account has an unpaid invoice. Please visit Plans & Billing."),
    _error("permission", "permission_error", "Your API key does not have permission to use the specified resource."),
    _error("authentication", "authentication_error", "invalid x-api-key"),
    _error("not_found", "not_found_error", "File not found: file_01{n}"),
    _error("too_large", "request_too_large", "Request exceeds the maximum size"),
    _error("too_long", "invalid_request_error", "prompt is too long: {n} tokens > 200000 maximum"),
    _error("novel", "quantum_decoherence_error", "The answer was both right and wrong until observed ({n})"),
    _stop("max_tokens"),
    _stop("refusal"),
    _stop("pause_turn"),
    _stop("model_context_window_exceeded"),
    _stop("tool_use"),
)
"""By code, the position. `rejected` is what params earn: its words come from the rules."""

CODES = {outcome.name: code for code, outcome in enumerate(OUTCOMES)}
SUCCEEDED, REJECTED, CANCELED, EXPIRED = (CODES[name] for name in ("succeeded", "rejected", "canceled", "expired"))

_ALIASES = {"overloaded_error": "overloaded", "timeout_error": "timeout", "rate_limit_error": "rate_limit"}


@dataclass(frozen=True)
class Wish:
    """An outcome that a request asks for."""

    code: int
    is_lasting: bool
    """Whether it strikes at every attempt."""


def wish(custom_id: str, params: dict[str, Any]) -> Wish | None:
    """The outcome that a request asks for, if it asks for one."""
    metadata = params.get("metadata")
    user_id = metadata.get("user_id") if isinstance(metadata, dict) else None
    if isinstance(user_id, str) and user_id.startswith("sim:"):
        return _parsed(user_id[4:])
    _, marker, name = custom_id.rpartition("-sim-")
    return _parsed(name) if marker else None


def code_of(name: str) -> int | None:
    """The code of an outcome by any of its spellings; `rejected` has to be earned."""
    plain = name.strip().replace("-", "_").lower()
    return None if plain == "rejected" else CODES.get(_ALIASES.get(plain, plain))


def _parsed(text: str) -> Wish | None:
    code = code_of(text.rstrip("!"))
    return None if code is None else Wish(code, is_lasting=text.endswith("!"))
