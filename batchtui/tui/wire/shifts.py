"""Lines that go up or down on the screen, moved by the terminal itself instead of written again."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from batchtui.tui.wire.cells import UNKNOWN, Cell

Lines = Sequence[Sequence[Cell]]

LEAST_LINES: Final = 3
"""That are found again elsewhere; fewer are as cheap to write."""

_KNOWN: Final = (
    "xterm", "tmux", "screen", "linux", "rxvt", "alacritty", "kitty", "foot", "wezterm", "ghostty", "konsole", "gnome",
    "vte", "putty", "st-", "mintty", "ms-terminal",
)  # fmt: skip
"""Beginnings of TERM of those that insert and delete lines as ECMA-48 says; a real VT100 does not."""


class Shift(NamedTuple):
    """What stands in lines `top` to `bottom` goes up by so many lines, or down by a negative number."""

    top: int
    bottom: int
    by: int

    @property
    def sequence(self) -> str:
        """Lines taken out at one end and put in at the other, so that what is beneath comes back to its place.

        No margins are set: a link that dies in between leaves none behind, for the shell to scroll in.
        """
        count = abs(self.by)
        behind = self.bottom + 1 - count
        out, back = (self.top, behind) if self.by > 0 else (behind, self.top)
        number = "" if count == 1 else str(count)
        return f"\x1b[{out + 1}H\x1b[{number}M\x1b[{back + 1}H\x1b[{number}L"

    def applied(self, lines: Lines) -> list[Sequence[Cell]]:
        """The screen after it; the colour of the lines put in depends on the terminal, so they are not known."""
        shifted = list(lines)
        for y in range(self.top, self.bottom + 1):
            known = self.top <= y + self.by <= self.bottom
            shifted[y] = lines[y + self.by] if known else [UNKNOWN] * len(lines[y])
        return shifted


def moves_lines(environ: Mapping[str, str]) -> bool:
    """Whether the terminal is known to insert and delete lines."""
    return environ.get("TERM", "").startswith(_KNOWN)


def find_shifts(old: Lines, new: Lines, changed: Sequence[int]) -> Sequence[Shift]:
    """Shifts after which most lines are what they are to be; none where too few are found again.

    One takes only what is found again, one also what is near it, such as a row that had the cursor: either may be
    shorter to mend.
    """
    if len(changed) < LEAST_LINES:
        return ()
    within = range(min(changed), max(changed) + 1)
    found = _found_again(old, new, within)
    by, ys = max(found.items(), key=lambda item: len(item[1]), default=(0, []))
    if len(ys) < LEAST_LINES:
        return ()
    start, end = min(ys), max(ys)
    narrow = Shift(min(start, start + by), max(end, end + by), by)
    while _fits(old, new, start - 1, by, within):
        start -= 1
    while _fits(old, new, end + 1, by, within):
        end += 1
    return tuple({narrow, Shift(min(start, start + by), max(end, end + by), by)})


def _found_again(old: Lines, new: Lines, within: range) -> Mapping[int, list[int]]:
    """By how far they went up: lines whose text was elsewhere before, but for what is written once more anyway."""
    before: dict[str, list[int]] = defaultdict(list)
    for y in within:
        before[_text(old[y])].append(y)
    often = Counter(_text(new[y]) for y in within)
    found: dict[int, list[int]] = defaultdict(list)
    for y in within:
        text = _text(new[y])
        places = before.get(text, [])
        if len(places) == often[text] == 1 and places[0] != y:
            found[places[0] - y].append(y)
    return found


def _text(line: Sequence[Cell]) -> str:
    """Without the last column, where the scroll thumb stays when the rows beside it go."""
    return "".join(text for text, _ in line[:-1])


def _fits(old: Lines, new: Lines, y: int, by: int, within: range) -> bool:
    """Whether as much of a line comes from elsewhere as is in its place, as of one that had the cursor."""
    if y not in within or y + by not in within:
        return False
    return _alike(old[y + by], new[y]) >= _alike(old[y], new[y])


def _alike(first: Sequence[Cell], second: Sequence[Cell]) -> int:
    return sum(one == other for one, other in zip(first, second, strict=True))
