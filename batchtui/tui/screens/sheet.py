"""A sheet from the bottom up that asks for a decision; the page above it stays as it was."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar, Final, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.events import Key, Resize
from textual.geometry import Size
from textual.getters import query_one
from textual.screen import ModalScreen

from batchtui.domain.actions.table import BY_ID, Effect, Place, key_label
from batchtui.present.cells import Cell, Role, Span, cell
from batchtui.present.facts import FactLine, key_cell
from batchtui.present.lines import ListLines
from batchtui.present.plan.consent import Consent
from batchtui.present.sheet_lines import TEXT_AT, hung
from batchtui.tui.keys import bindings_for
from batchtui.tui.screens.guard import Guarded
from batchtui.tui.widgets.bars import PageFooter
from batchtui.tui.widgets.text import TextPanel
from batchtui.tui.widgets.typing_line import PasteRefused, Typing, TypingAccepted, TypingCanceled, TypingLine

if TYPE_CHECKING:
    from batchtui.tui.dashboard import Dashboard

STRIP_CELLS: Final = 9
INDENT: Final = 3
SCROLLS: Final[Mapping[str, Callable[[TextPanel], None]]] = {
    "down": TextPanel.action_cursor_down,
    "up": TextPanel.action_cursor_up,
    "pagedown": TextPanel.action_page_down,
    "pageup": TextPanel.action_page_up,
}
"""While something is typed, letters are no moves."""
OLD_SECONDS: Final = 60
"""A plan older than this is shown anew before it is carried out."""


class ConsentLine(TypingLine):
    """Takes `y` for the end only once everything has been typed: an id may have one. Arrows scroll the sheet."""

    DEFAULT_CSS: ClassVar[str] = """
    ConsentLine { dock: bottom; margin-bottom: 1; display: none; }
    """

    async def _on_key(self, event: Key) -> None:
        scroll = SCROLLS.get(event.key)
        if scroll is not None:
            event.stop()
            event.prevent_default()
            scroll(self.screen.query_one(TextPanel))
            return
        if isinstance(sheet := self.screen, Sheet) and event.key in sheet.dashboard.keys.keys["help"]:
            event.stop()
            event.prevent_default()
            sheet.do_help()
            return
        if event.key == "y" and len(self.text) < (self.typing.longest or 0) and self.typing.allowed is None:
            event.stop()
            event.prevent_default()
            if self._wants_y():
                self._type("y")
            return
        await super()._on_key(event)

    def _wants_y(self) -> bool:
        """A yes before its time is not taken for a letter of an id that has none there."""
        wanted = self.screen.consent().typed if isinstance(self.screen, Sheet) else ""
        return wanted[len(self.text) :].startswith("y")


class Sheet(Guarded, ModalScreen[None]):
    """A subclass gives title, lines and consent, and does what was agreed to in `agreed`."""

    PLACE: ClassVar[Place] = Place.SHEET
    BINDINGS: ClassVar[list[BindingType]] = bindings_for(Place.SHEET)
    CSS_PATH = "sheet.tcss"
    ROLE: ClassVar[Role] = "warn"
    TEXT_AT: ClassVar[int] = TEXT_AT
    """Where words begin, and go on where they do not fit."""

    panel = query_one(TextPanel)
    footer = query_one(PageFooter)
    consent_line = query_one(ConsentLine)

    _laid_out_for: Size | None = None

    @property
    def dashboard(self) -> "Dashboard":
        return cast("Dashboard", self.app)

    def compose(self) -> ComposeResult:
        yield TextPanel(indent=INDENT)
        yield PageFooter()
        yield ConsentLine()

    @property
    def text_width(self) -> int:
        """Cells that a line has, inside the border and with a blank before it."""
        return int(self.app.size.width) - INDENT - 3

    # What a sheet says

    def title_words(self) -> str:
        raise NotImplementedError

    def lines(self) -> Sequence[Cell]:
        raise NotImplementedError

    def consent(self) -> Consent:
        """What has to be typed before `y`."""
        return Consent()

    def note_words(self) -> str:
        return "nothing sent yet"

    def hint(self) -> FactLine:
        """The first footer row while nothing has to be typed."""
        return FactLine(left=(cell(f"esc or enter: {self.otherwise()}", "dim"),))

    def otherwise(self) -> str:
        """What stays as it is without a yes."""
        return "no"

    def yes_words(self) -> str:
        """What `y` does."""
        raise NotImplementedError

    def keys(self) -> Iterator[Cell]:
        """The last footer row."""
        typed = self.consent().typed
        yield self.key("yes", self.yes_words(), before=f"{typed} " if typed else "")
        yield self.key("no")
        yield self.key("copy_command")
        yield self.key("help")

    def key(self, action_id: str, words: str = "", *, before: str = "", shown: int | None = None) -> Cell:
        """An action of the table for the footer, with as many of its keys as people may try first."""
        action, keys = BY_ID[action_id], self.dashboard.keys.keys[action_id]
        label = " ".join(key_label(key) for key in keys[: 2 if action_id == "no" else 1])
        if action.counts and shown is not None and shown > 1:
            label = f"{label}-{shown}"
        return key_cell(f"{before}{label}", words or action.title, can_send=action.effect is Effect.SENDS)

    def command(self) -> str:
        """The command that does the same."""
        raise NotImplementedError

    def agreed(self) -> None:
        """Do it."""
        raise NotImplementedError

    def is_outdated(self) -> bool:
        """Whether it would not do what it says any more; what it says is then brought up to date."""
        return False

    # The frame

    def on_mount(self) -> None:
        self.show()

    def on_resize(self, event: Resize) -> None:
        """Lines may wrap differently; before it was drawn there is nothing to lay out."""
        if self._laid_out_for is not None and self._laid_out_for != self.app.size:
            self._lay_out()

    def show(self) -> None:
        """Draw everything, and listen only once it has been drawn."""
        self.panel.border_role = self.ROLE
        self.panel.set_title(self.title_words(), note=self.note_words())
        self._lay_out(top=0)
        self._drawn_on = self.dashboard.now
        self._show_consent()
        self.arm_after_drawing()

    def _lay_out(self, *, top: int | None = None) -> None:
        """The lines for the size there is."""
        self._laid_out_for = self.app.size
        lines = tuple(hung(self.lines(), self.text_width, self.TEXT_AT))
        self.panel.styles.height = min(len(lines) + 3, max(5, self.app.size.height - 8))
        self.panel.show_lines(ListLines(lines), top=top)
        self.dashboard.keep_cursor_above(self.app.size.height - 2 - len(lines) - 3)

    def _show_consent(self) -> None:
        consent = self.consent()
        self.footer.show((self.hint(), FactLine(left=tuple(self.keys()))))
        self.consent_line.display = bool(consent.typed)
        if not consent.typed:
            self.set_focus(self.panel)
            return
        self.consent_line.ask(
            Typing(
                prompt=(
                    Span(f"{consent.why}: ", "warn"),
                    Span("type "),
                    Span(consent.typed, "text", True),
                    Span(", then "),
                    Span("y", "warn", True),
                    Span(" "),
                ),
                after=cell("esc or enter: no", "dim"),
                strip_width=STRIP_CELLS,
                allowed=consent.allowed,
                longest=max(len(consent.typed), 4),
                accept_key="y",
                takes_paste=False,
            )
        )
        self.set_focus(self.consent_line)

    def why_off_here(self, action_id: str) -> str:
        """Why an action of the table does nothing here."""
        return "" if hasattr(self, f"do_{action_id}") else f"{BY_ID[action_id].title} does nothing here"

    async def action_act(self, action_id: str) -> None:
        """Carry out an action of the table."""
        found = getattr(self, f"do_{action_id}", None)
        if found is not None:
            found()

    def action_act_on(self, action_id: str, number: int) -> None:
        """Carry out an action on one of a list."""
        getattr(self, f"do_{action_id}")(number)

    def do_help(self) -> None:
        """The keys of this question; it stays as it is beneath."""
        self.dashboard.open_help(self)

    def do_yes(self) -> None:
        """Agreed, if nothing has to be typed first."""
        if not self.consent().typed:
            self._carry_out()

    @on(TypingAccepted)
    def _typed(self, event: TypingAccepted) -> None:
        if event.text == self.consent().typed:
            self._carry_out()
        else:
            self.tell(f"{event.text or 'nothing'} is not {self.consent().typed}")

    @on(TypingCanceled)
    def do_no(self) -> None:
        """Leave everything as it is."""
        self.dismiss()

    @on(PasteRefused)
    def _pasted(self, event: PasteRefused) -> None:
        self.tell("it has to be typed, not pasted")

    def do_copy_command(self) -> None:
        self.dashboard.copy(self.command())

    def tell(self, words: str) -> None:
        """Say something in the border, which nothing covers."""
        self.panel.note = cell(words, "warn", bold=True)

    def _carry_out(self) -> None:
        age = (self.dashboard.now - self._drawn_on).total_seconds()
        is_outdated = self.is_outdated()
        if is_outdated or age > OLD_SECONDS:
            self.show()
            self.tell("it changed meanwhile: look again" if is_outdated else f"this was {age:.0f}s old: look again")
            return
        self.dismiss()
        self.agreed()
