"""Which results deserve another attempt, which not, and why: pure choice over classes, one result at a time."""

from collections.abc import Collection, Iterator

import msgspec

from batchtui.domain.issues.grouping import Grouping, GroupKey
from batchtui.domain.issues.muting import Mute
from batchtui.domain.issues.triage import TriageRules, Verdict, verdict
from batchtui.domain.results import Issue


class RetryPolicy(msgspec.Struct, frozen=True, kw_only=True):
    """What the operator asked for: classes, single requests, edits."""

    classes: frozenset[str] = frozenset()
    """Named classes; empty means the `resend` ones."""
    custom_ids: frozenset[str] = frozenset()
    """Named requests; empty means all of the classes."""
    has_edits: bool = False
    """With an edit (`--set`, `--edit`) the `edit` classes that were named, or all of them, are sent too."""
    rules: dict[str, Verdict] = {}
    """Class -> what the settings say of it, in place of the rule it has."""
    max_attempts: int | None = None
    """What was sent so often stays; None for a person, who is asked instead."""
    is_by_itself: bool = False
    """Nobody asked: classes say what may be sent, and name nothing that somebody put aside."""
    mutes: tuple[Mute, ...] = ()
    """What somebody has put aside: only who names it sends it."""
    muted: frozenset[GroupKey] = frozenset()
    """The groups which that comes to, once they are counted."""
    grouping: Grouping = Grouping()
    """How issues are put into groups, where some are put aside."""

    @property
    def names_some(self) -> bool:
        """Somebody asked for classes or requests by name; what the settings name nobody asked for."""
        return not self.is_by_itself and bool(self.classes or self.custom_ids)


class Skip(msgspec.Struct, frozen=True, kw_only=True):
    """Requests that are not sent again, with the reason they share."""

    reason: str
    requests: int


ALREADY_RETRIED = "already sent again by {run}"
SENT_OFTEN = "sent {attempts} times, as often as [retry] max_attempts lets it"
ASIDE = "somebody put the group aside"
PUT_ASIDE = f"{{cls}}: {ASIDE}; --class {{cls}} sends it, or mark it"
EDIT_IT = "change it with --set or --edit"
NOT_NAMED = "not among the requests named"


def why_not(issue: Issue, policy: RetryPolicy, later: str | None, attempts: int = 1) -> str | None:
    """The reason a request is not sent again, or None when it is.

    Args:
        later: the run with a live or succeeded later attempt of this request, if there is one.
        attempts: how often it was sent so far.
    """
    if policy.custom_ids and issue.custom_id not in policy.custom_ids:
        return NOT_NAMED
    if later is not None:
        return ALREADY_RETRIED.format(run=later)
    if policy.max_attempts is not None and attempts >= policy.max_attempts:
        return SENT_OFTEN.format(attempts=attempts)
    if issue.cls in policy.classes:
        decision, reason = verdict(issue.cls, policy.rules)
        if decision is Verdict.EDIT and not policy.has_edits:
            return f"{issue.cls}: {reason}; {EDIT_IT}"
        return _why_aside(issue, policy)
    if policy.classes:
        return f"{issue.cls}: not among the classes named"
    return _why_not_by_default(issue, policy)


def _why_not_by_default(issue: Issue, policy: RetryPolicy) -> str | None:
    decision, reason = verdict(issue.cls, policy.rules)
    match decision:
        case Verdict.RESEND:
            return _why_aside(issue, policy)
        case Verdict.EDIT:
            return _why_aside(issue, policy) if policy.has_edits else f"{issue.cls}: {reason}; {EDIT_IT}"
        case Verdict.ASK:
            return f"{issue.cls}: {reason}; --class {issue.cls} sends it"
        case Verdict.REFUSE:
            return f"{issue.cls}: {reason}"


def _why_aside(issue: Issue, policy: RetryPolicy) -> str | None:
    is_aside = bool(policy.muted) and TriageRules(grouping=policy.grouping).key(issue) in policy.muted
    return PUT_ASIDE.format(cls=issue.cls) if is_aside else None


def missing_ids(policy: RetryPolicy, seen: Collection[str]) -> Iterator[str]:
    """Requests that were named but have no unsuccessful result."""
    return (custom_id for custom_id in sorted(policy.custom_ids) if custom_id not in seen)
