"""Local changes to groups of errors: put aside, split, merge. Nothing here sends; each can be taken back.

Commit points: GroupMuted for a mute; for the rest the rename of `grouping.json`, under the journal's lock, so that two
processes never write over each other's change.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from batchtui.domain.failures import BadInput
from batchtui.domain.issues import grouping as rules
from batchtui.domain.issues.grouping import Grouping, GroupKey
from batchtui.domain.issues.triage import TriageRules, template, verdicts
from batchtui.domain.records import GroupMuted, Record
from batchtui.domain.state import AppState
from batchtui.domain.unsendable import why_unsendable
from batchtui.engine.engine import Engine


def triage_rules(engine: Engine, run: str = "") -> TriageRules:
    """How results are put into groups in this workspace, and what is done with each class, in this run."""
    return TriageRules(
        verdicts=verdicts(engine.settings.retry.rules),
        grouping=engine.store.read_grouping(),
        unsendable=why_unsendable(engine.state, run),
    )


def mute(engine: Engine, key: GroupKey, *, until: datetime | None = None, below: int | None = None) -> None:
    """Put a group aside until a day, or until it has so many members; neither takes it back."""
    engine.core.must_be_allowed("mute")
    cls, name = key
    engine.core.commit(GroupMuted(at=engine.core.clock.now(), cls=cls, template=name, until=until, below=below))


def remute(engine: Engine, key: GroupKey, *, until: datetime | None, below: int | None) -> None:
    """Put a group aside as it was before."""
    mute(engine, key, until=until, below=below)


def split(engine: Engine, key: GroupKey) -> str:
    """Tell a group's members apart by their whole message; a merged one, or a piece of a split, goes back."""

    def change(old: Grouping) -> Grouping:
        origin = rules.split_behind(old, key, template(key[1]))
        return rules.split(old, key) if origin is None else rules.join(old, origin)

    before, after = _change(engine, change)
    return "split by the whole message" if len(after.splits) > len(before.splits) else "put back as it was"


def merge(engine: Engine, keys: Sequence[GroupKey]) -> str:
    """Count groups of one class as one.

    Raises:
        BadInput: they are not several, or of several classes, which are not sent again by the same rule.
    """
    if len({cls for cls, _ in keys}) > 1:
        raise BadInput("groups of several classes cannot be merged", next="each class has a rule of its own")
    if len(set(keys)) < 2:
        raise BadInput("merging takes two groups or more", next="name or mark them")
    _change(engine, lambda old: rules.merge(old, keys))
    return f"{len(set(keys))} groups count as one"


def part(engine: Engine, key: GroupKey) -> str:
    """Take a merge back."""
    _change(engine, lambda old: rules.part(old, key))
    return "apart again"


def restore(engine: Engine, grouping: Grouping) -> str:
    """Take the last change back, whatever it was."""
    _change(engine, lambda old: Grouping(revision=old.revision + 1, splits=grouping.splits, merges=grouping.merges))
    return "groups are as they were"


def _change(engine: Engine, change: Callable[[Grouping], Grouping]) -> tuple[Grouping, Grouping]:
    engine.core.must_be_allowed("grouping")
    pair: list[Grouping] = []

    def decide(_state: AppState) -> list[Record]:
        old = engine.store.read_grouping()
        new = change(old)
        if new != old:
            engine.store.write_grouping(new)
        pair.extend((old, new))
        return []

    engine.core.transact(decide)
    before, after = pair
    engine.core.change_live(grouping_revision=after.revision)
    return before, after
