"""The panel beneath the groups: one member of the group under the cursor, where all are, and more of them."""

from itertools import chain, islice

from batchtui.present.cells import NOTHING, Cell
from batchtui.present.errors.gathered import Gathered, Member
from batchtui.present.errors.sample import Sample, is_long, others_lines, sample_lines, sampled
from batchtui.present.errors.whereabouts import burst_of, where_lines
from batchtui.tui.look import look_of
from batchtui.tui.screens.lookups import ended_times
from batchtui.tui.screens.sample_panel import SamplePanel


class GroupSample(SamplePanel):
    """Shows one member; `[` and `]` step through them."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._group: Gathered | None = None
        self._places: dict[str, int] = {}
        """Which member of each group is shown."""

    @property
    def member(self) -> Member | None:
        """The one shown."""
        return None if self._group is None else self._group.members[self._place(self._group)]

    def show_group(self, group: Gathered | None) -> None:
        """Show a member of another group, or of the same one with newer facts."""
        self._group = group
        if group is None:
            self.show_request(None)
            return
        place = self._place(group)
        self.show_request(sampled(group.members[place], group), f"{place + 1:,} of {len(group.members):,}")

    def step(self, by: int) -> None:
        """The next member, or the one before, around the ends."""
        if self._group is not None:
            self._places[self._group.id] = self._place(self._group) + by
            self.show_group(self._group)

    def _place(self, group: Gathered) -> int:
        return self._places.get(group.id, 0) % len(group.members)

    def lines_of(self, sample: Sample, width: int) -> list[Cell]:
        """The member, then where the group is, then others of it, as far as there is room."""
        group = self._group
        assert group is not None, "a member of it is shown"
        scene, height, glyphs = self.dashboard.scene, self.page, look_of(self).glyphs
        where = where_lines(scene, group, burst_of(group, ended_times(scene.state)), width)
        if not where or not is_long(width, height - len(where) - 1):
            lines = sample_lines(sample, width, height, glyphs)
        else:
            lines = [*sample_lines(sample, width, height - len(where) - 1, glyphs), NOTHING, *where]
        place, members = self._place(group), group.members
        others = chain(islice(members, place + 1, None), islice(members, place))
        return [*lines, *others_lines(others, len(members) - 1, width, height - len(lines) - 1, glyphs)]
