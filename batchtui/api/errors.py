"""Turns answers that are no result, and missing answers, into the engine's ServiceProblem."""

from batchtui.api.why import cause_of, is_token_trouble, token_status, why
from batchtui.domain.submission import OtherAnswer
from batchtui.engine.ports import Answer, ServiceProblem

_KINDS = {
    401: "not_authorized",
    403: "not_authorized",
    404: "not_found",
    408: "broken",
    409: "conflict",
    429: "limited",
    499: "broken",
}
"""408 and 499 are the server's troubles with time, not a refusal of what was asked."""


def problem_from_status(status: OtherAnswer, answer: Answer | None) -> ServiceProblem:
    """Any HTTP answer that is no success."""
    return ServiceProblem(
        kind_of_status(status.status),
        status.message or f"HTTP {status.status}",
        status=status.status,
        type=status.type,
        retry_after_seconds=status.retry_after_seconds,
        request_id=status.request_id,
        answer=answer,
    )


def kind_of_status(status: int) -> str:
    """The kind of ServiceProblem that a status is."""
    if status in _KINDS:
        return _KINDS[status]
    if 400 <= status < 500:
        return "refused"
    return "broken" if status >= 500 else "garbage"


def problem_from_exception(error: Exception) -> ServiceProblem:
    """No whole answer: offline, no usable credentials, or an answer that cannot be unpacked."""
    return ServiceProblem(_kind_of_exception(cause_of(error)), why(error))


def _kind_of_exception(cause: BaseException) -> str:
    import anthropic
    import httpx2

    if isinstance(cause, anthropic.CredentialsError):
        return "not_authorized"
    if is_token_trouble(cause):
        return "not_authorized" if 400 <= (token_status(cause) or 0) < 500 else "offline"
    if isinstance(cause, httpx2.UnsupportedProtocol | httpx2.InvalidURL):
        return "refused"
    return "garbage" if isinstance(cause, httpx2.DecodingError) else "offline"


def problem_from_garbage(reason: str, answer: Answer, *, status: int) -> ServiceProblem:
    """A success that is not what was asked for."""
    return ServiceProblem(
        "garbage",
        f"HTTP {status} that is no answer of the service: {reason}",
        status=status,
        request_id=answer.request_id,
        answer=answer,
    )


def problem_from_page(answer: Answer, *, status: int) -> ServiceProblem:
    """A success that is a page for people: a login portal or a proxy, not the service."""
    return ServiceProblem(
        "garbage",
        "somebody answered who is not the API: a page for people",
        status=status,
        request_id=answer.request_id,
        answer=answer,
    )
