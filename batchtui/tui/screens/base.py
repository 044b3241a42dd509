"""What every page has in common: two header rows, its own panels, two footer rows, and keys from the action table."""

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, ClassVar, cast

from textual.app import ComposeResult
from textual.events import Resize, ScreenResume
from textual.getters import query_one
from textual.screen import Screen
from textual.widget import Widget

from batchtui.domain.actions.table import BY_ID, Place
from batchtui.present.facts import FactLine
from batchtui.present.footer import ORDER, Absent, key_line
from batchtui.present.header import identity_line
from batchtui.present.scene import Scene
from batchtui.tui.widgets.bars import PageFooter, PageHeader

if TYPE_CHECKING:
    from batchtui.tui.dashboard import Dashboard


class PageScreen(Screen[None]):
    """A subclass names its PLACE, sets `BINDINGS = bindings_for(PLACE)`, yields its panels in `compose_page`, fills
    them in `paint`, and has a method `do_ID` for each action of its place that it can carry out."""

    PLACE: ClassVar[Place]
    WORDS: ClassVar[Mapping[str, str]] = {}
    """Better names for actions here, as "chunk" for open."""

    page_header = query_one("PageHeader", PageHeader)
    page_footer = query_one("PageFooter", PageFooter)

    @property
    def dashboard(self) -> "Dashboard":
        return cast("Dashboard", self.app)

    @property
    def scene(self) -> Scene:
        """What is known now."""
        return self.dashboard.scene

    def compose(self) -> ComposeResult:
        yield PageHeader()
        yield from self.compose_page()
        yield PageFooter()

    # What a page says about itself

    def compose_page(self) -> Iterator[Widget]:
        """The panels between header and footer."""
        raise NotImplementedError

    def paint(self, scene: Scene) -> None:
        """Fill the panels; called when the page is shown, for every new snapshot and at every step of the clock."""

    def place_line(self, scene: Scene) -> FactLine:
        """The second header row: where this is, and its facts."""
        raise NotImplementedError

    def selection_line(self, scene: Scene) -> FactLine:
        """The first footer row: facts about what the cursor is on."""
        return FactLine()

    def footer_ids(self) -> tuple[str, ...]:
        """Actions for the last row, most wanted first."""
        return ORDER[self.PLACE]

    def words(self) -> Mapping[str, str]:
        """The same as things are now."""
        return self.WORDS

    def why_off(self, action_id: str) -> str:
        """Why an action can't be done now, in words for a person; empty when it can."""
        return ""

    def subject_ids(self) -> tuple[str, ...]:
        """What `y` copies and `{id}` stands for in an action's command."""
        return ()

    def command_words(self) -> str:
        """The command that shows or does the same, for `Y`."""
        ids = self.subject_ids()
        return f"batchtui show {ids[0]}" if ids else "batchtui ls"

    # The frame

    def repaint(self) -> None:
        """Bring everything on the page up to date; a page that was left while something was looked up is let be."""
        if self.is_there:
            self.paint(self.scene)
            self.paint_frame()

    @property
    def is_there(self) -> bool:
        """Whether it can be painted; while the app ends, panels go before their page."""
        return self.is_mounted and self in self.app.screen_stack and bool(self.query(PageFooter))

    def paint_frame(self) -> None:
        """Header and footer alone, as when the cursor moved."""
        scene = self.scene
        said = self.dashboard.said
        keys = key_line(self.footer_ids(), self.dashboard.key_label, self.why_off_here, self.words())
        self.page_header.show((identity_line(scene), self.place_line(scene)))
        self.page_footer.show((FactLine(left=(said,)) if said else self.selection_line(scene), keys))

    def on_mount(self) -> None:
        self.repaint()

    def on_screen_resume(self, event: ScreenResume) -> None:
        self.repaint()

    def on_resize(self, event: Resize) -> None:
        self.call_after_refresh(self.repaint)

    def keep_cursor_above(self, row: int) -> None:
        """Scroll what the cursor is on to above a row of the screen, which something is about to cover."""

    # Actions

    def why_off_here(self, action_id: str) -> str:
        """Why an action is off, the page's own reasons included."""
        if self._method(action_id) is None:
            return Absent(f"{BY_ID[action_id].title} does nothing here")
        return self.why_off(action_id) or self.dashboard.why_off(action_id)

    async def action_act(self, action_id: str) -> None:
        """Carry out an action of the table, or say why not."""
        why = self.why_off_here(action_id)
        if why:
            self.dashboard.say(f"{self.dashboard.key_label(action_id)}: {why}")
            return
        self.dashboard.hush()
        method = self._method(action_id)
        assert method is not None, "why_off_here looked"
        await self.dashboard.carry_out(method)

    def _method(self, action_id: str) -> Callable[[], object] | None:
        """What carries out an action: the page, or the dashboard for what is the same everywhere."""
        found: Callable[[], object] | None = getattr(self, f"do_{action_id}", None)
        return found or getattr(self.dashboard, f"do_{action_id}", None)

    def do_back(self) -> None:
        """One level up; the first page stays."""
        self.dashboard.go_back()
