"""Where a page of a plan is, which keys are safe there, and the strip for a typed count."""

from enum import Enum, auto
from typing import Final

from batchtui.present.cells import cell
from batchtui.present.plan.question import STRIP_CELLS, Question, typed_prompt
from batchtui.tui.widgets.typing_line import Typing

SAFE_KEYS: Final = frozenset({"escape", "up", "down", "pageup", "pagedown", "ctrl+c", "ctrl+z", "q"})
"""They send nothing, so they count however early they come."""

DIGITS: Final = "0123456789"


class Stage(Enum):
    """Where a page of a plan is."""

    ASKING = auto()
    """For a path or a name: there is nothing to agree to."""
    WORKING = auto()
    READY = auto()
    SENDING = auto()
    FAILED = auto()


def canary_typing(size: int) -> Typing:
    """The strip for how many go first."""
    return Typing(
        prompt=cell("canary of", "dim"),
        after=cell("requests   enter takes it   0: all at once   esc: as it was", "dim"),
        strip_width=STRIP_CELLS,
        allowed=DIGITS,
        longest=STRIP_CELLS - 2,
        initial=str(size),
    )


def count_typing(question: Question, wrong: str) -> Typing:
    """The strip for the count; `wrong` is what was typed instead before."""
    after = f"that was {wrong}; esc or enter: no" if wrong else "esc or enter: no"
    return Typing(
        prompt=typed_prompt(question),
        after=cell(after, "warn" if wrong else "dim"),
        strip_width=STRIP_CELLS,
        allowed=DIGITS,
        longest=STRIP_CELLS - 2,
        accept_key="y",
        takes_paste=False,
    )
