"""The sample page with everything that paints in another way: toasts, a dialog, wide characters, a child program."""

import os
import sys
from typing import ClassVar

from msgspec import structs
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.screen import ModalScreen

from batchtui.present.cells import Cell, Row, Span, cell
from batchtui.present.facts import FactLine
from batchtui.present.lines import ListLines
from batchtui.tui.widgets.bars import PageHeader
from batchtui.tui.widgets.rows import ListRows
from batchtui.tui.widgets.table import VirtualTable
from batchtui.tui.widgets.text import TextPanel
from tests.tui.toolkit.sample_app import SampleApp, header_lines
from tests.tui.toolkit.sample_rows import many_rows

WIDE = ("漢字かな交じり文の名前", "e\u0301clair-cafe\u0301", "rocket 🚀 run", "한국어 실행", "ﾊﾝｶｸ-plain")


class Sheet(ModalScreen[None]):
    """A dialog over the page."""

    DEFAULT_CSS = "Sheet { align: center bottom; background: $background 0%; } Sheet TextPanel { height: 9; }"
    BINDINGS: ClassVar[list[BindingType]] = [("escape", "dismiss", "close")]

    def compose(self) -> ComposeResult:
        """A panel in amber."""
        yield TextPanel()

    def on_mount(self) -> None:
        """Say what would stop."""
        panel = self.query_one(TextPanel)
        panel.border_role = "warn"
        panel.set_title("cancel nightly-eval-1121", note="nothing sent yet")
        panel.show_lines(ListLines([cell("stops  5 batches"), cell("漢字 stays", "dim")]))


class WireTestApp(SampleApp):
    """Keys that make it paint."""

    BINDINGS: ClassVar[list[BindingType]] = [
        ("t", "toast", "toast"),
        ("e", "evil_toast", "evil toast"),
        ("m", "dialog", "dialog"),
        ("w", "wide", "wide"),
        ("r", "risky", "risky"),
        ("1", "update(1)", "one row"),
        ("2", "update(20)", "twenty rows"),
        ("c", "clock", "clock"),
        ("b", "batch", "batch"),
        ("x", "child", "child program"),
        ("p", "other_page", "another page"),
        ("ctrl+z", "suspend_process", "suspend"),
        ("q", "quit", "quit"),
    ]

    def __init__(self) -> None:
        super().__init__(os.environ.get("SAMPLE_THEME", "dark"), rows=52)
        self._turn = 0

    def action_toast(self) -> None:
        """A toast over the table."""
        self.notify("one [/row] changed", title="漢字", markup=False, timeout=600)

    def action_evil_toast(self) -> None:
        """A toast that would like to drive the terminal."""
        self.notify("\x1b[31mred\x1b]0;owned\x07 \u202eback", markup=False, timeout=600)

    def action_dialog(self) -> None:
        """A modal screen."""
        self.push_screen(Sheet())

    def action_wide(self) -> None:
        """Names of two cells a character."""
        rows = many_rows(self.look.glyphs, 52)
        named = [self._with(row, run=cell(WIDE[n % len(WIDE)])) for n, row in enumerate(rows)]
        self.query_one(VirtualTable).show_rows(ListRows(named))

    def action_risky(self) -> None:
        """Characters whose width terminals disagree on."""
        rows = many_rows(self.look.glyphs, 52)
        named = [self._with(row, run=cell("👍🏽 ok 👨🏿 run")) for row in rows]
        self.query_one(VirtualTable).show_rows(ListRows(named))

    def action_update(self, count: int) -> None:
        """New figures in the first rows."""
        self._turn += 1
        rows = list(many_rows(self.look.glyphs, 52))
        for number in range(min(count, 17)):
            rows[number] = self._with(
                rows[number], ok=cell(f"{5000 + 17 * self._turn + number:,}"), age=cell("3h13", "dim")
            )
        self.query_one(VirtualTable).show_rows(ListRows(rows))

    def action_clock(self) -> None:
        """Another moment in the header."""
        self._turn += 1
        first, second = header_lines(self.look.glyphs)
        right = (
            (Span("live", "ok", True), Span(f" {self._turn}s ago", "dim")),
            cell("next 21s", "dim"),
            cell("14:03Z"),
        )
        self.query_one(PageHeader).show((FactLine(left=first.left, right=right), second))

    def action_batch(self) -> None:
        """Several changes that are painted as one."""
        with self.batch_update():
            self.action_update(3)
            self.action_clock()

    def action_other_page(self) -> None:
        """Everything else, and back."""
        table = self.query_one(VirtualTable)
        self._turn += 1
        rows = [
            Row(id=str(n), cells={"status": cell("resend", "ok"), "run": cell(f"overloaded {n}")}) for n in range(9)
        ]
        shown = many_rows(self.look.glyphs, 52) if self._turn % 2 == 0 else rows
        table.set_title("groups" if shown is rows else "runs", str(len(shown)))
        table.show_rows(ListRows(shown))

    def action_child(self) -> None:
        """A program that writes to the terminal, as a pager does."""
        with self.suspend():
            sys.stdout.write("\x1b[2J\x1b[Hanother program was here\n")
            sys.stdout.flush()

    @staticmethod
    def _with(row: Row, **cells: Cell) -> Row:
        return structs.replace(row, cells={**row.cells, **cells})


if __name__ == "__main__":
    app = WireTestApp()
    app.run(mouse=False)
    sys.exit(app.return_code or 0)
