"""A batch that was not sent from here, as a page of its own: how it stands, when it ran, and what can be done."""

from collections.abc import Callable, Iterator, Sequence
from itertools import zip_longest
from typing import Final

from batchtui.domain.actions.table import BY_ID, Effect
from batchtui.domain.status import all_sent
from batchtui.present.activity import newest_of_batch
from batchtui.present.cells import NOTHING, Cell, Role, Span, blanks, cell, cell_width
from batchtui.present.lines import wrap_cell
from batchtui.present.preview.legend import RULE_CELLS, legend
from batchtui.present.preview.picture import batch_picture
from batchtui.present.preview_batch import adopt_hint, batch_facts, batch_head
from batchtui.present.scene import Scene
from batchtui.present.views import BatchView

_GAP: Final = 5
_LEAST_FACTS: Final = 40
_KEY_WIDTH, _NAME_WIDTH = 5, 10
DEEDS: Final = ("settle", "collect", "errors", "export", "cancel", "delete")
_WORDS: Final = {
    "settle": "adopt it into a run of its own, or hide it; never sends",
    "collect": "download and verify its results",
    "cancel": "plan to stop it: what had begun may still finish and be billed",
    "export": "write its results to a new file",
}
"""What they do to this batch, where the table of actions says it more widely."""


def batch_page(
    scene: Scene,
    view: BatchView,
    width: int,
    rows: int,
    *,
    label: Callable[[str], str],
    why_off: Callable[[str], str],
) -> list[Cell]:
    """Counts and facts always; as far as there are rows the picture, what can be done, and what happened."""
    blocks = (
        list(batch_picture(scene, view, width)),
        [cell("what can be done", "dim"), *_deeds(label, why_off, width)],
        _happened(scene, view, rows),
    )
    lines = _with_blocks(_upper(scene, view, width), blocks, rows)
    return lines if blocks[1][-1] in lines else _with_blocks(_upper(scene, view, width, is_hinting=True), blocks, rows)


def _with_blocks(upper: Sequence[Cell], blocks: Sequence[Sequence[Cell]], rows: int) -> list[Cell]:
    lines = list(upper)
    for block in blocks:
        if block and len(lines) + 1 + len(block) <= rows:
            lines += [(), *block]
    return lines


def _upper(scene: Scene, view: BatchView, width: int, *, is_hinting: bool = False) -> list[Cell]:
    """How it stands, then counts and facts, beside each other where there is room for both.

    Args:
        is_hinting: what can be done is said here in short.
    """
    head = [*batch_head(scene, view, width), ()]
    counts = all_sent(view.counts)
    left = list(legend(counts, scene.glyphs, given=view.are_counts_given, is_own=False, has_ended=view.status.is_over))
    at = RULE_CELLS + _GAP if width - RULE_CELLS - _GAP >= _LEAST_FACTS else 0
    right = [*batch_facts(scene, view, width - at), *(adopt_hint(width - at) if is_hinting else ())]
    if not at:
        return [*head, *left, (), *right]
    return [*head, *(_beside(one, other, at) for one, other in zip_longest(left, right, fillvalue=NOTHING))]


def _beside(left: Cell, right: Cell, at: int) -> Cell:
    return (*left, *blanks(at - cell_width(left)), *right) if right else left


def _deeds(label: Callable[[str], str], why_off: Callable[[str], str], width: int) -> Iterator[Cell]:
    """The keys of this page in words, and why one is off."""
    indent = _KEY_WIDTH + _NAME_WIDTH
    for name in DEEDS:
        action, why = BY_ID[name], why_off(name)
        role: Role = "warn" if action.effect is Effect.SENDS else "head"
        key = Span(f"{label(name):<{_KEY_WIDTH}}", "dim" if why else role, None if why else True)
        title = Span(f"{action.title:<{_NAME_WIDTH}}", "dim" if why else "text")
        words = cell(f"off: {why}" if why else _WORDS.get(name, action.tooltip.rstrip(".")), "dim")
        for number, line in enumerate(wrap_cell(words, max(16, width - indent))):
            yield (*((key, title) if not number else blanks(indent)), *line)


def _happened(scene: Scene, view: BatchView, rows: int) -> Sequence[Cell]:
    told = newest_of_batch(scene, rows // 3, view.batch_id)
    return [cell("what happened", "dim"), *told] if told else []
