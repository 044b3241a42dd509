"""The panel beneath the groups: one member of the group under the cursor, its request looked up when it is shown."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

from batchtui.domain.failures import Failure
from batchtui.engine.ports import FoundRequest
from batchtui.present.cells import NOTHING, Cell
from batchtui.present.clean import clean
from batchtui.present.gathered import Gathered, Member
from batchtui.present.issue_words import class_role
from batchtui.present.lines import BuiltLines, ListLines
from batchtui.present.request_summary import RequestSummary, summarise
from batchtui.present.sample import Sample, is_long, sample_lines
from batchtui.present.whereabouts import burst_of, where_lines
from batchtui.tui.look import look_of
from batchtui.tui.screens.lookups import ended_times, find_request, or_failure
from batchtui.tui.widgets.text import TextPanel

if TYPE_CHECKING:
    from batchtui.tui.dashboard import Dashboard

READING = "reading its request"


class SamplePanel(TextPanel):
    """Shows one member; `[` and `]` step through them."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._group: Gathered | None = None
        self._places: dict[str, int] = {}
        """Which member of each group is shown."""
        self._found: dict[tuple[str, str], tuple[RequestSummary, str, int] | None] = {}
        """Facts of requests looked up so far, with file and line; None where there is none to show."""
        self._troubles: dict[tuple[str, str], str] = {}
        """Why one could not be looked up."""

    @property
    def member(self) -> Member | None:
        """The one shown."""
        return None if self._group is None else self._group.members[self._place(self._group)]

    def show_group(self, group: Gathered | None) -> None:
        """Show a member of another group, or of the same one with newer facts."""
        is_other = group is None or self._group is None or group.id != self._group.id
        self._group = group
        self._paint(top=0 if is_other else None)
        self._find()

    def step(self, by: int) -> None:
        """The next member, or the one before, around the ends."""
        if self._group is not None:
            self._places[self._group.id] = self._place(self._group) + by
            self._paint(top=0)
            self._find()

    @property
    def _dashboard(self) -> "Dashboard":
        return cast("Dashboard", self.app)

    def _place(self, group: Gathered) -> int:
        return self._places.get(group.id, 0) % len(group.members)

    def _paint(self, *, top: int | None = None) -> None:
        group = self._group
        if group is None:
            self.set_title("sample")
            self.show_lines(ListLines(), top=0)
            return
        self.set_title("sample", note=f"{self._place(group) + 1:,} of {len(group.members):,}")
        self.show_lines(BuiltLines(lambda width: self._lay_out(group, width)), top=top)

    def _lay_out(self, group: Gathered, width: int) -> list[Cell]:
        height, glyphs, scene = self.page, look_of(self).glyphs, self._dashboard.scene
        sample = self._sample(group, group.members[self._place(group)])
        burst = burst_of(group, ended_times(scene.state))
        where = where_lines(group, burst, scene.server_now, width, glyphs, class_role(group.group.cls))
        if not where or not is_long(width, height - len(where) - 1):
            return sample_lines(sample, width, height, glyphs)
        return [*sample_lines(sample, width, height - len(where) - 1, glyphs), NOTHING, *where]

    def _sample(self, group: Gathered, member: Member) -> Sample:
        key = (member.run, member.custom_id)
        found = self._found.get(key)
        return Sample(
            member=member,
            group=group.group,
            request=found[0] if found else None,
            file=found[1] if found else "",
            line=found[2] if found else 0,
            missing=(self._troubles.get(key) or self._missing(member)) if key in self._found else READING,
            ended_at=ended_times(self._dashboard.scene.state).get(member.batch_id or ""),
        )

    def _missing(self, member: Member) -> str:
        if member.run in self._dashboard.scene.state.runs:
            return "not here any more: its body was pruned"
        return f"not here: started elsewhere; batchtui adopt {clean(member.run)} --input FILE takes it in"

    def _find(self) -> None:
        member = self.member
        if member is None:
            return
        key = (member.run, member.custom_id)
        if key not in self._found:
            self._dashboard.do(lambda engine: or_failure(find_request(engine, member)), partial(self._take, key))

    def _take(self, key: tuple[str, str], found: FoundRequest | Failure | None) -> None:
        if isinstance(found, Failure):
            self._troubles[key], found = clean(str(found)), None
        self._found[key] = (summarise(found.line), Path(found.file).name, found.line_number) if found else None
        self._paint()
