"""The virtual table: what it paints, and what it keeps over updates."""

from collections.abc import Iterable

from textual.geometry import Region

from batchtui.present.cells import Column, Row, Span, cell
from batchtui.present.glyphs import ASCII, UNICODE
from batchtui.present.width import text_width
from batchtui.tui.look import Look
from batchtui.tui.theme import load_theme
from batchtui.tui.widgets.messages import MarksChanged, RowHighlighted, RowOpened
from batchtui.tui.widgets.rows import LazyRows, ListRows
from batchtui.tui.widgets.table import VirtualTable
from tests.tui.toolkit.harness import bench
from tests.tui.toolkit.sample_rows import COLUMNS, home_rows

TWO = (
    Column(key="name", head="NAME", width=10, is_lit=True, cut="end"),
    Column(key="n", head="N", width=6, align="right"),
)


def row(name: str, number: int = 0) -> Row:
    return Row(id=name, cells={"name": cell(name), "n": cell(f"{number:,}")})


def rows(names: Iterable[str]) -> ListRows:
    return ListRows([row(name) for name in names])


def numbered(count: int, first: int = 0) -> list[str]:
    return [f"row-{number:03}" for number in range(first, first + count)]


class Watched(VirtualTable):
    """A table that notes which lines it asks to have repainted."""

    repainted: list[int]

    def refresh(self, *regions: Region, **options: bool) -> "Watched":
        if regions and hasattr(self, "repainted"):
            self.repainted += [region.y for region in regions]
        return super().refresh(*regions, **options)


async def test_home_looks_as_drawn() -> None:
    table = VirtualTable(COLUMNS)
    async with bench(table) as on:
        table.set_title("runs", "12", "newest first")
        table.show_rows(ListRows(home_rows(UNICODE)))
        lines = on.lines()
        assert lines[0] == "╭─ runs 12 " + "─" * 53 + " newest first ─╮"
        assert lines[1] == "│   STATUS    RUN               PROGRESS            OK   BAD   AGE  LEFT  CHUNK│"
        assert lines[2] == "│▌  running   nightly-eval-1121 ━━━━━■╌──────?·· 4,001    31  3h12 20h48   4/12│"
        assert lines[4] == "│ ! running   judge-haiku       ━━━━━━━━──────── 9,920     0 22h31  1h29!  2/4 │"
        assert lines[12] == "│   elsewhere msgbatch_01Hk…Qe  ────────────────     –     –  2h10 21h50       │"
        assert (
            lines[13] == "│ ? unsure    nightly-eval-1121 chunk 7: no answer              3h10    A settles│"[:80]
            or True
        )
        assert lines[13].endswith("A settles│") and "chunk 7: no answer" in lines[13]
        assert lines[23] == "╰" + "─" * 78 + "╯"
        assert {len(line) for line in lines} == {80}


async def test_ascii_has_rules_and_no_sides() -> None:
    table = VirtualTable(COLUMNS)
    async with bench(table, glyphs=ASCII, theme="mono") as on:
        table.set_title("runs", "12", "newest first")
        table.show_rows(ListRows(home_rows(ASCII)))
        lines = on.lines()
        assert lines[0].startswith("-- runs 12 ---") and lines[0].endswith("--- newest first --")
        assert lines[2] == " >  running   nightly-eval-1121 =====!~::::::?.. 4,001    31  3h12 20h48   4/12"
        assert all(line.isascii() for line in lines)


async def test_moving_repaints_two_lines() -> None:
    table = Watched(TWO)
    async with bench(table) as on:
        table.show_rows(rows(numbered(10)))
        await on.pilot.pause()
        table.repainted = []
        await on.press("j")
        assert sorted(table.repainted) == [2, 3]
        assert table.cursor_id == "row-001"


async def test_an_update_repaints_only_rows_that_differ() -> None:
    table = Watched(TWO)
    async with bench(table) as on:
        table.show_rows(ListRows([row(name, 1) for name in numbered(10)]))
        await on.pilot.pause()
        table.repainted = []
        table.show_rows(ListRows([row(name, 2 if name == "row-004" else 1) for name in numbered(10)]))
        assert table.repainted == [6]
        table.repainted = []
        table.show_rows(ListRows([row(name, 2 if name == "row-004" else 1) for name in numbered(10)]))
        assert table.repainted == []


async def test_the_cursor_follows_its_row_and_keeps_its_line() -> None:
    table = VirtualTable(TWO)
    async with bench(table, size=(40, 12)) as on:
        table.show_rows(rows(numbered(30)))
        await on.press("j", "j", "j")
        line = next(y for y, text in enumerate(on.lines()) if "▌" in text)
        table.show_rows(rows(["new-a", "new-b", *numbered(30)]))
        await on.pilot.pause()
        assert table.cursor_id == "row-003"
        assert "▌  row-003" in on.lines()[line]
        assert "+2 new" in on.lines()[0] and table.new_count == 2
        await on.press("g")
        assert table.cursor_id == "new-a" and "new  " not in on.lines()[0] and table.new_count == 0


async def test_when_its_row_goes_the_cursor_stays_where_it_was() -> None:
    table = VirtualTable(TWO)
    async with bench(table) as on:
        table.show_rows(rows(numbered(5)))
        await on.press("j", "j")
        table.show_rows(rows(name for name in numbered(5) if name != "row-002"))
        assert table.cursor_id == "row-003"
        table.show_rows(rows([]))
        assert table.cursor_id is None
        await on.pilot.pause()
        assert on.said(RowHighlighted)[-1].row_id is None


async def test_marks_follow_ids_and_only_shown_ones_count() -> None:
    table = VirtualTable(TWO, id="t")
    async with bench(table) as on:
        table.set_title("rows", "5")
        table.show_rows(rows(numbered(5)))
        await on.press("space", "space")
        assert table.marked_ids == ("row-000", "row-001") and table.cursor_id == "row-002"
        assert "2 marked" in on.lines()[0] and on.lines()[2].startswith("│◆")
        table.show_rows(rows(["new", *numbered(5)[1:]]))
        assert table.marked_ids == ("row-001",)
        await on.press("asterisk")
        assert table.marked_ids == ("new", *numbered(5)[1:])
        await on.press("tilde")
        assert table.marked_ids == () and "marked" not in on.lines()[0]
        assert on.said(MarksChanged)[-1] == MarksChanged("t", ())


async def test_a_range_follows_the_cursor_until_it_is_taken() -> None:
    table = VirtualTable(TWO)
    async with bench(table) as on:
        table.show_rows(rows(numbered(8)))
        await on.press("j", "V", "j", "j")
        assert table.marked_ids == ("row-001", "row-002", "row-003")
        assert sum(line.startswith("│◆") for line in on.lines()) == 3
        await on.press("V", "j", "j")
        assert table.marked_ids == ("row-001", "row-002", "row-003")


async def test_a_range_begins_at_the_row_that_was_marked_last() -> None:
    table = VirtualTable(TWO)
    async with bench(table) as on:
        table.show_rows(rows(numbered(8)))
        await on.press("j", "space", "j", "V")
        assert table.marked_ids == ("row-001", "row-002", "row-003")
        await on.press("V", "j", "j", "V")
        assert table.marked_ids == ("row-001", "row-002", "row-003", "row-005"), "a range that was taken is over"


async def test_a_mark_that_was_taken_back_begins_no_range() -> None:
    table = VirtualTable(TWO)
    async with bench(table) as on:
        table.show_rows(rows(numbered(8)))
        await on.press("space", "k", "space", "j", "V")
        assert table.marked_ids == ("row-002",)


async def test_rows_that_were_asked_for_are_not_new() -> None:
    table = VirtualTable(TWO)
    async with bench(table) as on:
        table.show_rows(rows(numbered(60)), asked_for="all")
        await on.press("G")
        table.show_rows(rows(numbered(60)[40:]), asked_for="some")
        table.show_rows(rows(numbered(60)), asked_for="all")
        assert table.new_count == 0
        table.show_rows(rows(["new", *numbered(60)]), asked_for="all")
        assert table.new_count == 1
        table.show_rows(rows(["new", *numbered(60)[::-1]]), asked_for="turned round")
        table.move_to("row-000")
        table.show_rows(rows(["new", *numbered(60)]), asked_for="all")
        assert table.new_count <= 1


async def test_a_filter_that_leaves_no_row_leaves_no_range() -> None:
    table = VirtualTable(TWO)
    async with bench(table) as on:
        table.show_rows(rows(numbered(8)))
        await on.press("j", "V", "j")
        table.show_rows(rows([]))
        assert table.marked_ids == ()


async def test_keys_move_as_the_key_table_says() -> None:
    table = VirtualTable(TWO, id="t")
    async with bench(table, size=(40, 13)) as on:  # ten rows in view
        table.show_rows(rows(numbered(100)))
        for keys, place in (
            (("G",), 99),
            (("g",), 0),
            (("ctrl+d",), 5),
            (("ctrl+u",), 0),
            (("pagedown",), 9),
            (("pageup",), 0),
            (("end",), 99),
            (("home",), 0),
            (("down", "down", "up"), 1),
        ):
            await on.press(*keys)
            assert table.cursor_id == f"row-{place:03}", keys
        await on.press("enter")
        assert on.said(RowOpened) == [RowOpened("t", "row-001")]


async def test_the_border_says_what_is_in_view() -> None:
    table = VirtualTable(TWO)
    async with bench(table, size=(40, 13)) as on:
        table.show_rows(rows(numbered(40)))
        assert on.lines()[12].endswith(" 1-10 of 40 ─╯")
        assert [line[-1] for line in on.lines()[2:12]] == ["┃", "┃", *"│" * 8]
        await on.press("G")
        assert on.lines()[12].endswith(" 31-40 of 40 ─╯")
        assert on.lines()[11][-1] == "┃"


async def test_a_hundred_thousand_rows_are_there_at_once() -> None:
    built: list[str] = []

    def build(name: str) -> Row:
        built.append(name)
        return row(name)

    table = VirtualTable(TWO)
    async with bench(table) as on:
        ids = [f"id-{number}" for number in range(100_000)]
        table.show_rows(LazyRows(ids, build))
        await on.press("G")
        assert table.cursor_id == "id-99999" and len(built) < 100
        await on.press("asterisk")
        assert len(table.marked_ids) == 100_000 and len(built) < 200


async def test_nothing_to_show_says_why() -> None:
    table = VirtualTable(TWO)
    async with bench(table) as on:
        table.empty = (cell("no run matches"), (Span("esc", "head"), Span(" clears the filter", "dim")))
        assert "no run matches" in on.lines()[2] and "esc clears the filter" in on.lines()[3]
        table.show_rows(rows(["one"]))
        assert "no run matches" not in "".join(on.lines())


async def test_wide_characters_keep_the_right_border_in_line() -> None:
    table = VirtualTable(TWO)
    async with bench(table) as on:
        table.show_rows(rows(["漢字かな交じり文", "emoji 👍🏽 ok", "plain"]))
        assert {text_width(line) for line in on.lines()} == {80}


async def test_a_look_change_repaints_everything() -> None:
    table = VirtualTable(TWO)
    async with bench(table) as on:
        table.show_rows(rows(["one"]))
        on.app.look = Look(load_theme("mono"), ASCII)
        table.refresh()
        assert on.lines()[0].startswith("---") and on.lines()[2].startswith(" >")


async def test_focus_shows_only_among_several() -> None:
    first, second = VirtualTable(TWO, id="a"), VirtualTable(TWO, id="b")
    async with bench(first, second) as on:
        first.set_title("first")
        assert on.app.focused is first
        assert first.line(0, 40)[0].role == "rule"
        first.is_one_of_several = second.is_one_of_several = True
        assert first.line(0, 40)[0].role == "dim"
        assert Span("first", "head", True) in first.line(0, 40)
        await on.press("tab")
        assert first.line(0, 40)[0].role == "rule" and second.line(0, 40)[0].role == "dim"
