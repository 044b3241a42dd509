"""Which retry the marks on a page of groups stand for, and the command that does the same."""

from collections.abc import Iterable, Sequence

from batchtui.domain.retry import RetryPolicy
from batchtui.present.errors.gathered import Gathered

IDS_SHOWN = 3


def policy_for(marked: Sequence[Gathered], gathered: Sequence[Gathered]) -> RetryPolicy:
    """The marked groups and no others; without marks whatever the rules send again.

    Classes are enough where each marked class is marked whole; else requests are named.
    """
    if not marked:
        return RetryPolicy()
    classes = frozenset(entry.group.cls for entry in marked)
    chosen = {entry.id for entry in marked}
    if all(entry.id in chosen for entry in gathered if entry.group.cls in classes):
        return RetryPolicy(classes=classes)
    return RetryPolicy(classes=classes, custom_ids=frozenset().union(*(entry.custom_ids for entry in marked)))


def policy_for_members(classes: Iterable[str], custom_ids: Iterable[str], *, has_edits: bool = False) -> RetryPolicy:
    """Single requests, whatever their class says."""
    return RetryPolicy(classes=frozenset(classes), custom_ids=frozenset(custom_ids), has_edits=has_edits)


def retry_command(run: str, policy: RetryPolicy, edits: Sequence[str] = (), *, is_edited: bool = False) -> list[str]:
    """The words of the equivalent command; `--edit` names the file an editor had, which is gone afterwards."""
    words = ["batchtui", "retry", run]
    for cls in sorted(policy.classes):
        words += ["--class", cls]
    for custom_id in sorted(policy.custom_ids):
        words += ["--custom-id", custom_id]
    for edit in edits:
        words += ["--set", edit]
    return [*words, "--edit", "FILE"] if is_edited else words
