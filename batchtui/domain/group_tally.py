"""How many issues of a batch are of one group."""

import msgspec

from batchtui.domain.grouping import GroupKey


class GroupTally(msgspec.Struct, frozen=True, kw_only=True):
    """A class and a template, and how many issues of a batch they fit."""

    cls: str = msgspec.field(name="class")
    template: str
    requests: int

    @property
    def key(self) -> GroupKey:
        return self.cls, self.template
