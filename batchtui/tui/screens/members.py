"""The members of a group of issues, and the requests of a chunk."""

from typing import ClassVar

from batchtui.domain.failures import Failure
from batchtui.domain.words import chunk_name, several
from batchtui.present.cells import Cell, Column, Span, cell
from batchtui.present.clean import clean
from batchtui.present.errors.gathered import Gathered
from batchtui.present.errors.issue_words import class_word, template_words
from batchtui.present.errors.sample import Sampled, sampled
from batchtui.present.facts import FactLine
from batchtui.present.formats import exact
from batchtui.present.request.requests_list import MEMBER_COLUMNS, Listed, RequestList, of_group
from batchtui.present.scene import Scene
from batchtui.tui.screens.lookups import list_chunk, or_failure
from batchtui.tui.screens.requests_page import RequestsScreen


class MembersScreen(RequestsScreen):
    """Everyone in a group."""

    TITLE: ClassVar[str] = "members"
    COLUMNS: ClassVar[tuple[Column, ...]] = MEMBER_COLUMNS

    def __init__(self, run: str, gathered: Gathered) -> None:
        super().__init__(run)
        self._gathered = gathered
        self._places: dict[str, int] | None = None
        """custom_id -> its place among the members, once a pane asks."""

    def on_mount(self) -> None:
        self.show_requests(of_group(self._gathered))

    def sampled(self, listed: Listed) -> Sampled:
        """A member may have been sent by a later attempt than the run that is looked at."""
        if self._places is None:
            self._places = {member.custom_id: place for place, member in enumerate(self._gathered.members)}
        return sampled(self._gathered.members[self._places[listed.custom_id]], self._gathered)

    def place_line(self, scene: Scene) -> FactLine:
        group = self._gathered.group
        crumbs = (
            Span("errors", "head", True),
            Span(f"  {clean(self.run_name)} {scene.glyphs.lineage} ", "dim"),
            Span(class_word(group.cls, 17), "text", True),
            Span(f"  {template_words(group)}", "dim"),
        )
        return FactLine(left=(crumbs,), right=(cell(f"{several(len(self._gathered.members), 'member')}"),))


class ChunkRequestsScreen(RequestsScreen):
    """All requests of a chunk, in the order in which they were sent, with what became of each."""

    def __init__(self, run: str, chunk: str) -> None:
        super().__init__(run)
        self._chunk = chunk

    def on_mount(self) -> None:
        self.dashboard.do(lambda engine: or_failure(list_chunk(engine, self.run_name, self._chunk)), self._take)

    def _take(self, found: RequestList | Failure) -> None:
        if isinstance(found, Failure):
            self.trouble = str(found)
            self.repaint()
        else:
            self.show_requests(found)

    def place_line(self, scene: Scene) -> FactLine:
        place = (
            Span("requests", "head", True),
            Span(f"  {clean(self.run_name)} {scene.glyphs.lineage} ", "dim"),
            Span(f"chunk {chunk_name(self._chunk)}" if self._chunk else "started elsewhere", "text", True),
        )
        return FactLine(left=(place, self._counts()), gap=3)

    def _counts(self) -> Cell:
        if self.requests is None or not self.requests.is_collected:
            return cell("no results on disk yet" if self.requests else "", "dim")
        bad = len(self.requests.issues)
        words = f" of {exact(len(self.requests.custom_ids))} did not simply succeed"
        return (Span(exact(bad), "err" if bad else "text", True), Span(words, "dim"))
