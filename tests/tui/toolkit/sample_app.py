"""A page like home, on made-up rows: what the toolkit's tests drive and what is held beside the pictures.

As a program it takes its parts from the environment: SAMPLE_THEME, SAMPLE_GLYPHS, SAMPLE_ROWS.
"""

import os
import sys

os.environ["TEXTUAL_ANIMATIONS"] = "none"
os.environ["TEXTUAL_SMOOTH_SCROLL"] = "0"

from textual.app import ComposeResult
from textual.filter import LineFilter

from batchtui.present.cells import Cell, Span, cell
from batchtui.present.facts import FactLine, key_cell
from batchtui.present.glyphs import ASCII, UNICODE, Glyphs
from batchtui.tui.look import Look
from batchtui.tui.theme import load_theme, textual_theme
from batchtui.tui.widgets.bars import PageFooter, PageHeader
from batchtui.tui.widgets.rows import ListRows
from batchtui.tui.widgets.table import VirtualTable
from batchtui.tui.wire.app import WireApp
from tests.tui.toolkit.sample_rows import COLUMNS, home_rows, many_rows


def header_lines(glyphs: Glyphs) -> tuple[FactLine, FactLine]:
    """The two rows above."""

    def fact(figure: str, words: str, role: str = "text") -> Cell:
        return (Span(figure, role, True), Span(f" {words}", "dim"))  # type: ignore[arg-type]

    return (
        FactLine(
            left=(
                (Span("batchtui", "head"), Span("  "), Span("prod-evals", bold=True)),
                cell(f" key {glyphs.cut}a91F", "dim"),
            ),
            right=(
                (Span("live", "ok", True), Span(" 4s ago", "dim")),
                cell("next 26s", "dim"),
                cell("14:02Z"),
            ),
        ),
        FactLine(
            left=(
                fact("3", "running"),
                (*fact("2", "need triage ", "err"), Span("162 bad", "err")),
                fact("28.0k", "in flight"),
                (Span("~$61.40", bold=True), Span(" of $200", "dim")),
                cell("4 alerts", "alert"),
            )
        ),
    )


def footer_lines() -> tuple[FactLine, FactLine]:
    """The two rows below."""
    keys = ("enter open", "e errors", "S submit", "R retry", "C cancel", "/ filter", "n alert", "? help")
    cells = tuple(key_cell(*key.split(" "), can_send=key[0] in "SRC") for key in keys)
    return (
        FactLine(
            left=(
                cell("nightly-eval-1121", bold=True),
                cell("done in ~1h50"),
                cell("p50 of 9 similar", "dim"),
                (Span(" 1,260"), Span(" requests/h", "dim")),
            )
        ),
        FactLine(left=cells, stays=1),
    )


class SampleApp(WireApp[None]):
    """Home without a program behind it."""

    ENABLE_COMMAND_PALETTE = False

    def __init__(self, theme: str = "dark", glyphs: Glyphs = UNICODE, rows: int = 12) -> None:
        super().__init__()
        self.look = Look(load_theme(theme), glyphs)
        self.row_count = rows
        self.register_theme(textual_theme(self.look.theme))
        self.theme = f"batchtui-{theme}"

    def get_line_filters(self) -> tuple[LineFilter, ...]:
        """Everything here is painted in its final colours."""
        return ()

    def compose(self) -> ComposeResult:
        """Header, one table, footer."""
        yield PageHeader(id="header")
        yield VirtualTable(COLUMNS, id="runs")
        yield PageFooter(id="footer")

    def on_mount(self) -> None:
        """Fill it."""
        glyphs = self.look.glyphs
        self.query_one(PageHeader).show(header_lines(glyphs))
        self.query_one(PageFooter).show(footer_lines())
        table = self.query_one(VirtualTable)
        rows = home_rows(glyphs) if self.row_count <= 12 else many_rows(glyphs, self.row_count)
        table.set_title("runs", str(len(rows)), "newest first")
        table.show_rows(ListRows(rows))


def main() -> None:
    """Run it in the terminal."""
    glyphs = ASCII if os.environ.get("SAMPLE_GLYPHS") == "ascii" else UNICODE
    app = SampleApp(os.environ.get("SAMPLE_THEME", "dark"), glyphs, int(os.environ.get("SAMPLE_ROWS", "12")))
    app.run(mouse=False)
    sys.exit(app.return_code or 0)


if __name__ == "__main__":
    main()
