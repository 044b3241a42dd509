"""Home as it is drawn before Textual is there: what is on disk can be read while the rest of the program loads.

The page itself draws the same a moment later; the places of its panels are those of `screens/listing.tcss`.
"""

from collections.abc import Callable, Iterator
from typing import Final

from msgspec import Struct

from batchtui.domain.actions.table import BY_ID, Place, key_label
from batchtui.present.activity import newest
from batchtui.present.cells import NOTHING, Cell, Role, Span, blanks, cell, cell_width, cut_cell
from batchtui.present.facts import FactLine, lay_facts
from batchtui.present.footer import OFFLINE, ORDER, key_line
from batchtui.present.grid import lay_heads, lay_row, place_columns
from batchtui.present.header import identity_line
from batchtui.present.home.home_lines import selection_line, stale_note, totals_line
from batchtui.present.home.home_preview import home_preview
from batchtui.present.home.rows import COLUMNS, fitted
from batchtui.present.home.source import HomeSource
from batchtui.present.home.trouble import trouble_line
from batchtui.present.preview.preview import preview_title
from batchtui.present.reasons import why_off
from batchtui.present.scene import Scene
from batchtui.present.selection import from_row
from batchtui.tui.widgets.frame import Extent, bottom_border, top_border

GUTTER: Final = 3
INDENT: Final = 2
BAR_ROWS: Final = 2
ACTIVITY_ROWS: Final = 8
ACTIVITY_FROM: Final = 36
LIST_WIDTHS: Final = ((150, 102), (120, 80))
"""From so many columns on the list is so wide, and the preview has the rest."""

HOME_WORDS: Final = {"refresh": "try now"}


class _Panel(Struct, frozen=True, kw_only=True):
    """A border with lines in it."""

    title: Cell
    note: Cell
    width: int
    rule: Role = "rule"
    extent: Extent
    heads: int = 0
    """Lines above those that scroll."""


def first_frame(scene: Scene, width: int, height: int) -> list[Cell] | None:
    """Every line of the page; None where there is no row to show yet."""
    source = HomeSource()
    ids = source.ids(scene)
    if not ids:
        return None
    rows = height - 2 * BAR_ROWS - (ACTIVITY_ROWS if height >= ACTIVITY_FROM else 0)
    list_width = next((wide for least, wide in LIST_WIDTHS if width >= least), width)
    body = _list(scene, source, ids, list_width, rows, is_one_of_several=list_width < width)
    if list_width < width:
        beside = _preview(scene, source, ids[0], width - list_width, rows)
        body = [(*left, *right) for left, right in zip(body, beside, strict=True)]
    activity = _activity(scene, width) if height >= ACTIVITY_FROM else []
    head = _bars(scene, width, identity_line(scene), totals_line(scene))
    return [*head, *body, *activity, *_bars(scene, width, *_footer(scene, source, ids[0], width))]


def _bars(scene: Scene, width: int, *lines: FactLine) -> list[Cell]:
    return [(*blanks(1), *lay_facts(line, width - 2, mark=scene.glyphs.cut), *blanks(1)) for line in lines]


def _footer(scene: Scene, source: HomeSource, row_id: str, width: int) -> tuple[FactLine, FactLine]:
    selected = from_row(row_id)
    chosen = (selected,) if selected is not None else ()
    ids = OFFLINE if scene.is_offline else ORDER[Place.HOME]
    keys = key_line(
        ids,
        lambda action_id: key_label(BY_ID[action_id].keys[0]),
        lambda action_id: why_off(scene, action_id, chosen),
        HOME_WORDS,
    )
    return trouble_line(scene, width - 2) or selection_line(scene, source.view(scene, row_id)), keys


def _list(
    scene: Scene, source: HomeSource, ids: list[str], width: int, height: int, *, is_one_of_several: bool
) -> list[Cell]:
    title: Role = "head" if is_one_of_several else "text"
    panel = _Panel(
        title=(Span("runs", title, True), *cell(f" {source.counted(ids):,}", "dim")),
        note=stale_note(scene) if scene.is_stale else cell(source.sortings[0].words, "dim"),
        width=width,
        rule="dim" if is_one_of_several else "rule",
        extent=Extent(0, height - 3, len(ids)),
        heads=1,
    )
    grid = place_columns(fitted(COLUMNS, scene), width - 2, gutter=GUTTER)

    def lines() -> Iterator[Cell]:
        yield lay_heads(grid)
        for place, row_id in enumerate(ids[: height - 3]):
            row = source.row(scene, row_id)
            yield lay_row(grid, row, scene.glyphs, has_cursor=place == 0, is_marked=False)

    return _framed(scene, panel, list(lines()), height)


def _preview(scene: Scene, source: HomeSource, row_id: str, width: int, height: int) -> list[Cell]:
    view = source.view(scene, row_id)

    def build(room: int) -> list[Cell]:
        return home_preview(scene, view, room, height - 2)

    title = cell(preview_title(view), "text", bold=True)
    return _text(scene, title, cell("enter opens", "dim"), build, width, height)


def _activity(scene: Scene, width: int) -> list[Cell]:
    title, note = cell("activity", "text", bold=True), cell(f"{key_label(BY_ID['activity'].keys[0])} opens", "dim")
    return _text(scene, title, note, lambda _: list(newest(scene, ACTIVITY_ROWS - 2)), width, ACTIVITY_ROWS)


def _text(
    scene: Scene, title: Cell, note: Cell, build: Callable[[int], list[Cell]], width: int, height: int
) -> list[Cell]:
    room = max(1, width - 3 - INDENT)
    found = build(room)
    panel = _Panel(title=title, note=note, width=width, extent=Extent(0, height - 2, len(found)))
    cut = [cut_cell(line, room, mark=scene.glyphs.cut) for line in found[: height - 2]]
    return _framed(scene, panel, [(*blanks(INDENT), *line) for line in cut], height)


def _framed(scene: Scene, panel: _Panel, lines: list[Cell], height: int) -> list[Cell]:
    glyphs, inner = scene.glyphs, panel.width - 2
    framed = [top_border(panel.title, panel.note, panel.width, glyphs, panel.rule)]
    for place in range(height - 2):
        line = lines[place] if place < len(lines) else NOTHING
        is_thumb = panel.extent.is_thumb(place - panel.heads)
        side = Span(glyphs.thumb, "head", False) if is_thumb else Span(glyphs.vertical, panel.rule)
        left = Span(glyphs.vertical, panel.rule)
        framed.append((left, *line, *blanks(inner - cell_width(line)), side))
    framed.append(bottom_border(NOTHING, cell(panel.extent.words(), "dim"), panel.width, glyphs, panel.rule))
    return framed
