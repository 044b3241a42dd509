"""What can be wrong with a request file, and the report of a check."""

from datetime import datetime
from enum import StrEnum

import msgspec

from batchtui.domain.forecasting.prompts import PromptSample, SharedPrefix


class Severity(StrEnum):
    """Whether a problem keeps a file from being sent."""

    ERROR = "error"
    WARNING = "warning"


class Code(StrEnum):
    """Problem codes of `check`; their names are a contract with scripts."""

    JSON_INVALID = "json_invalid"
    ENCODING_INVALID = "encoding_invalid"
    NOT_AN_OBJECT = "not_an_object"
    CUSTOM_ID_MISSING = "custom_id_missing"
    CUSTOM_ID_INVALID = "custom_id_invalid"
    CUSTOM_ID_DUPLICATE = "custom_id_duplicate"
    PARAMS_MISSING = "params_missing"
    PARAMS_INVALID = "params_invalid"
    PARAMS_UNSUPPORTED = "params_unsupported"
    MAX_TOKENS_INVALID = "max_tokens_invalid"
    REQUEST_TOO_LARGE = "request_too_large"
    FILE_EMPTY = "file_empty"
    MODEL_UNKNOWN = "model_unknown"
    MODEL_RETIRING = "model_retiring"
    MODEL_RETIRED = "model_retired"
    MODEL_NO_BATCH = "model_no_batch"
    MAX_TOKENS_OVER_MODEL = "max_tokens_over_model"
    CONTEXT_OVERFLOW = "context_overflow"
    BODY_DUPLICATE = "body_duplicate"
    CHUNK_NEAR_LIMIT = "chunk_near_limit"


WARNINGS = frozenset(
    {
        Code.MODEL_UNKNOWN,
        Code.MODEL_RETIRING,
        Code.MAX_TOKENS_OVER_MODEL,
        Code.CONTEXT_OVERFLOW,
        Code.BODY_DUPLICATE,
        Code.CHUNK_NEAR_LIMIT,
    }
)
"""Single requests that the service will most likely refuse cost nothing, and must not hold up all others."""

PROBLEMS_LISTED = 100
"""Problems beyond this many are counted, not listed."""

UNSUPPORTED_PARAMS = ("stream", "speed", "fallbacks", "store", "previous_thread_event_id")
"""Not allowed in a batch's params (API reference, create a Message Batch); `stream: false` is harmless."""

SAMPLING_PARAMS = ("temperature", "top_p", "top_k")
"""Refused from version 2026-10-21 on, at their defaults too; pinning 2023-06-01 is said to allow them."""


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """One thing wrong with one line; `line` counts from 1, 0 means the file as a whole."""

    file: str
    line: int
    code: Code
    severity: Severity
    message: str
    custom_id: str | None = None


class ModelTally(msgspec.Struct, frozen=True, kw_only=True):
    """What a plan knows of the requests for one model, enough to bound their cost."""

    model: str
    is_long: bool = False
    """Prompts that look longer than 100,000 tokens: some models have another price for them."""
    requests: int = 0
    input_bytes: int = 0
    """Bytes of params as JSON, an upper bound of the text."""
    max_tokens: int = 0
    """Sum of `max_tokens`, the most that can be generated."""
    us_only_requests: int = 0
    """Requests with `inference_geo: "us"`, which cost 1.1 times as much on 4.6 and newer."""
    sample: PromptSample | None = None
    """What some of them look like; None where none of them is in the sample."""


class CheckReport(msgspec.Struct, frozen=True, kw_only=True):
    """The verdict on one or more request files read as one."""

    ok: bool
    requests: int
    bytes: int
    """Bytes of the request lines themselves, uncompressed."""
    models: dict[str, int]
    problems: tuple[Problem, ...] = ()
    problem_counts: dict[str, int] = {}
    tallies: tuple[ModelTally, ...] = ()
    prefixes: tuple[SharedPrefix, ...] = ()
    """What most prompts of a model begin with, by the sample."""
    models_as_of: datetime | None = None
    """When the service's models list was read that the models were checked against; None: they were not."""
    content_sha256: str = ""
    """Of all request lines joined by new lines: the same content has the same hash whatever the file is called."""

    @property
    def error_count(self) -> int:
        return sum(n for code, n in self.problem_counts.items() if Code(code) not in WARNINGS)
