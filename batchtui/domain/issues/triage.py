"""What went wrong, grouped: the class of a result and the template of its message."""

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final

import msgspec

from batchtui.domain.issues import templates
from batchtui.domain.issues.grouping import Grouping, GroupKey
from batchtui.domain.results import Issue, Outcome, ResultLine

CREDIT = "credit"
EXPIRED_MESSAGE = "not begun within 24 h"
CANCELED_MESSAGE = "canceled before it was begun"
OWN_WORDS = frozenset({EXPIRED_MESSAGE, CANCELED_MESSAGE})
"""The service says nothing more of these; our words hold no particulars to replace."""

_CREDIT = re.compile(
    r"credit balance is (?:too )?(?:low|exhausted|empty)|(?:insufficient|not enough|out of) (?:\w+ )?credits?\b"
    r"|purchase (?:more )?credits|credits? (?:have|has|is|are) (?:been )?(?:exhausted|used up|depleted)",
    re.IGNORECASE,
)

_GOOD_STOPS = frozenset({"end_turn", "stop_sequence", "tool_use"})
"""Stop reasons of an answer that is whole; all others are groups of their own."""


def classify(line: ResultLine) -> tuple[str, str, str | None] | None:
    """Class, message and request id of a result that did not simply succeed; None for one that did."""
    result = line.result
    if result.type == Outcome.EXPIRED:
        return "expired", EXPIRED_MESSAGE, None
    if result.type == Outcome.CANCELED:
        return "canceled", CANCELED_MESSAGE, None
    if result.type == Outcome.ERRORED:
        return _classify_error(line)
    if result.type != Outcome.SUCCEEDED or result.message is None:
        return f"unknown:{result.type}", f"result of type {result.type}", None
    stop = result.message.stop_reason
    return None if stop in _GOOD_STOPS else (f"stop:{stop or 'none'}", f"stopped by {stop or 'nothing'}", None)


def _classify_error(line: ResultLine) -> tuple[str, str, str | None]:
    envelope = line.result.error
    if envelope is None or envelope.error is None:
        return "unknown:errored", "an error without a description", envelope.request_id if envelope else None
    error = envelope.error
    cls = CREDIT if _CREDIT.search(error.message) else error.type
    return cls, error.message, envelope.request_id


def template(message: str) -> str:
    """What messages of one kind share (`templates`); our own words hold no particulars to replace."""
    return message if message in OWN_WORDS else templates.template(message)


class Verdict(StrEnum):
    """What a retry does with a group by default."""

    RESEND = "resend"
    EDIT = "edit"
    REFUSE = "refuse"
    ASK = "ask"


_RULES: dict[str, tuple[Verdict, str]] = {
    "overloaded_error": (Verdict.RESEND, "transient: the same request may well succeed"),
    "api_error": (Verdict.RESEND, "transient: the same request may well succeed"),
    "timeout_error": (Verdict.RESEND, "transient: the same request may well succeed"),
    "rate_limit_error": (Verdict.RESEND, "transient: the same request may well succeed"),
    "expired": (Verdict.RESEND, "never begun; smaller chunks may help"),
    "canceled": (Verdict.ASK, "stopped by the operator"),
    "invalid_request_error": (Verdict.EDIT, "the same input fails again"),
    "not_found_error": (Verdict.EDIT, "the same input fails again"),
    "request_too_large": (Verdict.EDIT, "the same input fails again"),
    "authentication_error": (Verdict.REFUSE, "the account, not the data: mend the key, then use --class"),
    "permission_error": (Verdict.REFUSE, "the account, not the data: mend the permission, then use --class"),
    "billing_error": (Verdict.REFUSE, "the account, not the data: mend the billing, then use --class"),
    CREDIT: (Verdict.REFUSE, "the account, not the data: add credit, then use --class"),
}


_STOPS: Final = ("max_tokens", "refusal", "pause_turn", "model_context_window_exceeded", "none")
"""Stop reasons of answers that are not whole (API reference, stop reasons)."""

KNOWN_CLASSES: Final = frozenset((*_RULES, *(f"stop:{stop}" for stop in _STOPS), "unknown:errored"))
"""What a class may be although nothing has it just now; the service may have more."""


Overrides = Mapping[str, Verdict]
"""Class -> what the operator's own settings say of it (`[retry.rules]`)."""

SET_SO = "set so in [retry.rules]"


def verdict(cls: str, overrides: Overrides | None = None) -> tuple[Verdict, str]:
    """What to do with a class and why; anything unknown is asked about."""
    if overrides is not None and cls in overrides:
        return overrides[cls], SET_SO
    if cls.startswith("stop:"):
        return Verdict.ASK, "the service's success, perhaps not the task's"
    return _RULES.get(cls, (Verdict.ASK, "not known to this version: look before sending it again"))


def verdicts(rules: Mapping[str, str]) -> dict[str, Verdict]:
    """The settings' own rules, checked when the file was read."""
    return {cls: Verdict(word) for cls, word in rules.items()}


class Group(msgspec.Struct, frozen=True, kw_only=True):
    """Results of one class and message template."""

    cls: str = msgspec.field(name="class")
    template: str
    requests: int
    sample: Issue
    verdict: Verdict
    reason: str


class TriageRules(msgspec.Struct, frozen=True, kw_only=True):
    """How results are put into groups, and what is done with each class."""

    verdicts: dict[str, Verdict] = {}
    grouping: Grouping = Grouping()
    unsendable: str = ""
    """Why nothing of these can be sent again, whatever their classes."""

    def key(self, issue: Issue) -> GroupKey:
        """The group an issue is in, not looking at how many others are."""
        return issue.cls, self.grouping.name(issue.cls, template(issue.message), issue.message)


DEFAULT_RULES = TriageRules()

UNGROUPED = "ungrouped: messages that nothing else says"
MOST_SINGLES = 40
"""So many groups of one request each are read; more are no groups, and are shown as one."""


def group(issues: Iterable[Issue], rules: TriageRules = DEFAULT_RULES) -> tuple[Group, ...]:
    """Group issues, retryable first, then by count; the same in any order of arrival."""
    counts: dict[GroupKey, int] = {}
    samples: dict[GroupKey, Issue] = {}
    keys: dict[tuple[str, str], GroupKey] = {}
    for issue in issues:
        said = (issue.cls, issue.message)
        key = keys.get(said)
        if key is None:
            key = keys[said] = rules.key(issue)
        counts[key] = counts.get(key, 0) + 1
        if key not in samples or issue.custom_id < samples[key].custom_id:
            samples[key] = issue
    return groups_of(counts, samples, rules)


def groups_of(
    counts: Mapping[GroupKey, int], samples: Mapping[GroupKey, Issue], rules: TriageRules = DEFAULT_RULES
) -> tuple[Group, ...]:
    """Groups in the order they are shown in; those of a single request are one where there are too many."""
    lone = ungrouped(counts)
    totals: dict[GroupKey, int] = {}
    shown: dict[GroupKey, Issue] = {}
    for key, count in counts.items():
        own = (key[0], UNGROUPED) if key in lone else key
        totals[own] = totals.get(own, 0) + count
        if own not in shown or samples[key].custom_id < shown[own].custom_id:
            shown[own] = samples[key]
    return tuple(sorted((_make_group(key, totals[key], shown[key], rules) for key in totals), key=_rank))


def ungrouped(counts: Mapping[GroupKey, int]) -> frozenset[GroupKey]:
    """Groups of one request in classes that have very many of them."""
    singles: dict[str, list[GroupKey]] = {}
    for key, count in counts.items():
        if count == 1:
            singles.setdefault(key[0], []).append(key)
    return frozenset(key for found in singles.values() if len(found) > MOST_SINGLES for key in found)


def _make_group(key: GroupKey, requests: int, sample: Issue, rules: TriageRules) -> Group:
    decision, reason = verdict(key[0], rules.verdicts)
    if rules.unsendable:
        decision, reason = Verdict.REFUSE, rules.unsendable
    return Group(cls=key[0], template=key[1], requests=requests, sample=sample, verdict=decision, reason=reason)


_ORDER = {Verdict.RESEND: 0, Verdict.EDIT: 1, Verdict.ASK: 2, Verdict.REFUSE: 3}


def _rank(entry: Group) -> tuple[int, int, str, str]:
    return _ORDER[entry.verdict], -entry.requests, entry.cls, entry.template
