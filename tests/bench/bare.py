"""The least a Textual program can be that shows a table: `DataTable` and `Footer`, one line of words."""

from textual.app import App, ComposeResult
from textual.widgets import DataTable, Footer

READY = "first-row"


class Bare(App[None]):
    """What our first paint is measured against."""

    BINDINGS = [("q", "quit", "Quit")]  # noqa: RUF012  Textual declares it without ClassVar

    def compose(self) -> ComposeResult:
        yield DataTable()
        yield Footer()

    def on_mount(self) -> None:
        table = self.query_one(DataTable)
        table.add_columns("run", "status", "requests")
        table.add_row(READY, "succeeded", "10,000")


if __name__ == "__main__":
    Bare().run()
