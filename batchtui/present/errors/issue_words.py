"""What a class of issues is called on screen, its colour, and the verdict on it."""

from batchtui.domain.issues.triage import Group, Verdict
from batchtui.domain.results import Issue
from batchtui.present.cells import Cell, Role, cell
from batchtui.present.clean import clean
from batchtui.present.width import text_width

HTTP_STATUS = {
    "invalid_request_error": 400,
    "authentication_error": 401,
    "billing_error": 402,
    "permission_error": 403,
    "not_found_error": 404,
    "request_too_large": 413,
    "rate_limit_error": 429,
    "api_error": 500,
    "timeout_error": 504,
    "overloaded_error": 529,
}
"""The HTTP status that each error type stands for (API reference, errors); results themselves carry none."""

_VERDICT_ROLES: dict[Verdict, Role] = {
    Verdict.RESEND: "ok",
    Verdict.EDIT: "warn",
    Verdict.ASK: "warn",
    Verdict.REFUSE: "err",
}


def class_role(cls: str) -> Role:
    """The colour of what went wrong."""
    if cls == "expired":
        return "expired"
    if cls == "canceled":
        return "canceled"
    return "warn" if cls.startswith("stop:") else "err"


def class_word(cls: str, width: int | None = None) -> str:
    """The class, without `_error` where that makes it fit."""
    word = clean(cls)
    return word.removesuffix("_error") if width is not None and text_width(word) > width else word


def class_in_full(cls: str) -> str:
    """The class with the HTTP status it stands for."""
    status = HTTP_STATUS.get(cls)
    return f"{clean(cls)}, HTTP {status}" if status else clean(cls)


def verdict_cell(verdict: Verdict, *, is_dim: bool = False) -> Cell:
    """resend, edit, ask or refuse."""
    return cell(str(verdict), "dim" if is_dim else _VERDICT_ROLES[verdict], bold=False if is_dim else None)


def template_words(group: Group) -> str:
    """The template, safe to draw."""
    return clean(group.template)


def message_of(issue: Issue) -> str:
    """The service's words, or ours where it gave none; new lines kept."""
    return clean(issue.message or "no message", multiline=True)
