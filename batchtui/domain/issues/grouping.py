"""Which groups an operator split by the raw message, and which were merged: pure changes, each with its opposite."""

from collections.abc import Sequence

import msgspec

VERSION = 1
"""Of the file these are kept in."""

GroupKey = tuple[str, str]
"""Class and template."""

LONGEST_RAW = 500


class Split(msgspec.Struct, frozen=True, kw_only=True):
    """A group whose members are told apart by their whole message."""

    cls: str = msgspec.field(name="class")
    template: str


class Merge(msgspec.Struct, frozen=True, kw_only=True):
    """Groups of one class that count as one, under the name of the first."""

    cls: str = msgspec.field(name="class")
    into: str
    of: tuple[str, ...]


class Grouping(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All of it, as it stands in `grouping.json`."""

    version: int = VERSION
    revision: int = 0
    """Counts changes, so that who shows groups sees that there was one."""
    splits: tuple[Split, ...] = ()
    merges: tuple[Merge, ...] = ()

    def name(self, cls: str, template: str, message: str) -> str:
        """The name of the group of a message."""
        if any(each.cls == cls and each.template == template for each in self.splits):
            template = raw(message)
        for merge in self.merges:
            if merge.cls == cls and template in merge.of:
                return merge.into
        return template


def raw(message: str) -> str:
    """A message on one line, as the name of a group of its own."""
    return " ".join(message[: 2 * LONGEST_RAW].split())[:LONGEST_RAW]


def split(grouping: Grouping, key: GroupKey) -> Grouping:
    """Tell the members of a group apart; one that was merged comes apart into what it was made of."""
    cls, template = key
    parted = part(grouping, key)
    if parted is not grouping:
        return parted
    entry = Split(cls=cls, template=template)
    if entry in grouping.splits:
        return grouping
    return _next(grouping, splits=(*grouping.splits, entry))


def join(grouping: Grouping, key: GroupKey) -> Grouping:
    """The opposite of a split."""
    cls, template = key
    return _next(
        grouping, splits=tuple(each for each in grouping.splits if (each.cls, each.template) != (cls, template))
    )


def merge(grouping: Grouping, keys: Sequence[GroupKey]) -> Grouping:
    """Count groups of one class as one; the first lends its name."""
    (cls, into), *_ = keys
    names = [template for each, template in keys if each == cls]
    older = [each for each in grouping.merges if each.cls == cls and each.into in names]
    of = tuple(dict.fromkeys([*names, *(template for each in older for template in each.of)]))
    kept = tuple(each for each in grouping.merges if each not in older)
    return _next(grouping, merges=(*kept, Merge(cls=cls, into=into, of=of)))


def part(grouping: Grouping, key: GroupKey) -> Grouping:
    """The opposite of a merge."""
    kept = tuple(each for each in grouping.merges if (each.cls, each.into) != key)
    return grouping if kept == grouping.merges else _next(grouping, merges=kept)


def split_behind(grouping: Grouping, key: GroupKey, template_of_it: str) -> GroupKey | None:
    """The split that a group is a piece of."""
    cls, name = key
    entry = Split(cls=cls, template=template_of_it)
    return (cls, template_of_it) if name != template_of_it and entry in grouping.splits else None


def _next(grouping: Grouping, **changes: object) -> Grouping:
    return msgspec.structs.replace(grouping, revision=grouping.revision + 1, **changes)


class GroupTally(msgspec.Struct, frozen=True, kw_only=True):
    """A class and a template, and how many issues of a batch they fit."""

    cls: str = msgspec.field(name="class")
    template: str
    requests: int

    @property
    def key(self) -> GroupKey:
        return self.cls, self.template
