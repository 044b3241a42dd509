"""Puts the tabs' contents into a panel of the inspector, and gives them as plain text for other programs."""

from collections.abc import Callable
from functools import partial

import msgspec

from batchtui.domain.words import several
from batchtui.present.cells import Cell, Span, cell, plain
from batchtui.present.clean import clean
from batchtui.present.glyphs import UNICODE, Glyphs
from batchtui.present.lines import BuiltLines
from batchtui.present.preview.preview_facts import when
from batchtui.present.request.inspected import Inspected
from batchtui.present.request.tabs import (
    NO_RESULT,
    NOT_HERE,
    Moment,
    attempt_lines,
    identity_cell,
    raw_tab_lines,
    result_lines,
)
from batchtui.present.scene import Scene
from batchtui.tui.screens.inspector_panel import InspectorPanel

RESULT, REQUEST, RESPONSE, ATTEMPTS, RAW = range(1, 6)
OUTSIDE_WIDTH = 100


def show_tab(panel: InspectorPanel, found: Inspected, opened: int, scene: Scene, *, is_new: bool) -> None:
    """Fill the panel; `is_new` shows the beginning, or the first fault."""
    glyphs, said = scene.glyphs, partial(when, scene)
    head = partial(identity_cell, found, glyphs=glyphs)
    if opened == REQUEST:
        panel.show_json(found.request, NOT_HERE, head=head, is_new=is_new)
    elif opened == RESPONSE:
        panel.show_json(found.response, NO_RESULT, head=head, is_new=is_new)
    else:
        panel.show_text(
            _indented(lambda width: built_lines(found, opened, width, glyphs, said)), head=head, is_new=is_new
        )
    text = panel.json
    panel.note = cell(f"{several(text.line_count, 'line')}" if text is not None else "", "dim")


def built_lines(found: Inspected, opened: int, width: int, glyphs: Glyphs, said: Moment) -> list[Cell]:
    """The lines of a tab that is no JSON."""
    if opened == ATTEMPTS:
        return attempt_lines(found, width, glyphs, said)
    return raw_tab_lines(found, width) if opened == RAW else result_lines(found, width, glyphs, said)


def document(found: Inspected | None, opened: int, scene: Scene) -> str:
    """A tab as text that a pager or an editor can show, cleaned of what could drive a terminal."""
    newest = found.newest if found is not None else None
    if found is None or newest is None:
        return ""
    if opened == RESPONSE:
        return _pretty(newest.result)
    if opened == REQUEST:
        return _pretty(newest.request.line if newest.request else None)
    if opened == RAW:
        parts = [newest.request.line if newest.request else b"", newest.result or b""]
        return clean("\n".join(part.decode("utf-8", "replace") for part in parts), multiline=True)
    lines = built_lines(found, opened, OUTSIDE_WIDTH, UNICODE, partial(when, scene))
    return "\n".join(plain(line).rstrip() for line in lines)


def _pretty(source: bytes | None) -> str:
    if source is None:
        return ""
    try:
        text = msgspec.json.format(source, indent=2)
    except msgspec.DecodeError:
        text = source
    return clean(text.decode("utf-8", "replace"), multiline=True)


def _indented(build: Callable[[int], list[Cell]]) -> BuiltLines:
    return BuiltLines(lambda width: [(Span(" "), *line) for line in build(width - 1)])
