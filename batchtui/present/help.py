"""The keys in words: grouped, searchable, with those that are off just now and why."""

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from msgspec import Struct

from batchtui.domain.actions.table import ACTIONS, BY_ID, OVER_PAGES, Action, Effect, Place, is_available
from batchtui.present.cells import Cell, Role, Span, blanks, cell, cell_width
from batchtui.present.help_groups import COLUMNS, FURTHER, SENDS, Pair
from batchtui.present.wrap import wrap

_WIDTHS: Final = (26, 26)
_KEY_WIDTHS: Final = (7, 7, 4)
_WIDE_KEYS: Final = 10
_WIDE: Final = 112
"""From so many cells on each of four columns has more room than any line of it wants."""


class HelpPage(Struct, frozen=True, kw_only=True):
    """What help knows: the place it was called from, the keys as bound, and why some are off there."""

    place: Place
    label: Callable[[str], str]
    why_off: Callable[[str], str]

    def count(self) -> int:
        """How many actions there are."""
        return len(ACTIONS)

    def lines(self, width: int = 80) -> list[Cell]:
        """All keys in three columns; where the third would be cut it stands beneath the others."""
        if width >= _WIDE:
            return [*self._wide_lines(width), (), *self._further_lines(width)]
        columns = [
            *(self._column(groups, key_width) for groups, key_width in zip(COLUMNS, _KEY_WIDTHS, strict=False)),
            [*self._sending(), *self._off(_OFF_WIDTH)],
        ]
        if width < sum(_WIDTHS) + _OFF_WIDTH + 4:
            below: list[Cell] = [(), *columns.pop()]
            height = max(len(column) for column in columns)
            return [*(self._across(columns, row) for row in range(height)), *below]
        height = max(len(column) for column in columns)
        return [*self._only_here(width), *(self._across(columns, row) for row in range(height))]

    def _wide_lines(self, width: int) -> list[Cell]:
        """Four columns over the whole width: what is off has one of its own, where reasons stand on few lines."""
        each = width // 4
        columns = [
            *(self._column(groups, _WIDE_KEYS) for groups in COLUMNS),
            self._sending(_WIDE_KEYS),
            self._off(each - _KEY_WIDTHS[2] - 2, most=len(_TELLING))[1:],
        ]
        height = max(len(column) for column in columns)
        return [self._across(columns, row, (each,) * 3) for row in range(height)]

    def _further_lines(self, width: int) -> list[Cell]:
        """The keys of other places under the others, at the same edges."""
        columns = [self._column(groups, _WIDE_KEYS) for groups in FURTHER]
        height = max(len(column) for column in columns)
        return [self._across(columns, row, (width // 4,) * 3) for row in range(height)]

    def _only_here(self, width: int) -> list[Cell]:
        """Keys of the place that the columns, which are the same everywhere, do not have."""
        own = [action for action in ACTIONS if action.id not in _IN_COLUMNS and self.place in action.places]
        lines = [line for action in own for line in self._whole(action, width)]
        return [cell(self.place.value, bold=True), *lines, ()] if own else []

    def _across(self, columns: Sequence[Sequence[Cell]], row: int, widths: Sequence[int] = _WIDTHS) -> Cell:
        spans: list[Span] = []
        for number, column in enumerate(columns):
            spans += column[row] if row < len(column) else ()
            if number < len(widths):
                at = sum(widths[: number + 1])
                spans += blanks(at - cell_width(tuple(spans)))
        return tuple(spans)

    def _column(self, groups: Iterable[tuple[str, tuple[Pair, ...]]], key_width: int) -> list[Cell]:
        lines: list[Cell] = []
        for title, pairs in groups:
            if lines:
                lines.append(())
            lines.append(cell(title, bold=True))
            lines += [self._pair(pair, key_width) for pair in pairs]
        return lines

    def _pair(self, pair: Pair, key_width: int) -> Cell:
        ids, words = pair
        keys = " ".join(self.label(name) for name in ids)
        sends = BY_ID[ids[0]].effect is Effect.SENDS
        is_here = any(is_available(BY_ID[name], self.place) for name in ids)
        role: Role = "warn" if sends else "head"
        return (
            Span(f"{keys:<{key_width}}", role if is_here else "dim", True if is_here else None),
            Span(words, "text" if is_here else "dim"),
        )

    def _sending(self, key_width: int = _KEY_WIDTHS[2]) -> list[Cell]:
        lines: list[Cell] = [cell("send and stop", bold=True)]
        lines += [self._pair(pair, key_width) for pair in SENDS]
        return [*lines, cell("each opens a plan; none", "dim"), cell("of them sends by itself", "dim")]

    def _off(self, width: int, *, most: int = 3) -> list[Cell]:
        """What is off where help was called from, and why."""
        if self.place in OVER_PAGES:
            return []  # all of them are off there
        off = [(action, why) for action in ACTIONS if (why := self.reason(action)) and action.id in _TELLING]
        lines: list[Cell] = [(), cell("off just now", bold=True)] if off else []
        for action, why in off[:most]:
            lines += _off(self.label(action.id), why, width)
        return lines

    def reason(self, action: Action) -> str:
        """Why an action is off where help was called from."""
        if not is_available(action, self.place):
            return f"only in {', '.join(place.value for place in action.places)}"
        return self.why_off(action.id)

    def found(self, query: str, width: int, *, mark: str = "") -> list[Cell]:
        """Those whose key, name or words match, each with all its words; the one that would be done has the mark."""
        first = self.first(query) if mark else None
        return [
            line
            for action in self._matching(query)
            for line in self._whole(action, width, mark, is_first=action.id == first)
        ]

    def first(self, query: str) -> str | None:
        """The first action found that is on."""
        return next((action.id for action in self._matching(query) if not self.reason(action)), None)

    def count_of(self, query: str) -> int:
        """How many match."""
        return len(self._matching(query))

    def _matching(self, query: str) -> list[Action]:
        """What can be done here before what can't; else in the order of the table."""
        words = query.lower().split()
        matching = [action for action in ACTIONS if all(word in self._words(action) for word in words)]
        return sorted(matching, key=lambda action: bool(self.reason(action)))

    def _whole(self, action: Action, width: int, mark: str = "", *, is_first: bool = False) -> list[Cell]:
        """An action with its words over as many lines as they take."""
        *head, words = self._line(action)
        sign = (Span(f"{mark if is_first else '':<2}", "head"),) if mark else ()
        indent = cell_width((*sign, *head))
        rows = wrap(words.text, max(16, width - indent))
        return [
            (*((*sign, *head) if not number else blanks(indent)), Span(row, words.role))
            for number, row in enumerate(rows)
        ]

    def _words(self, action: Action) -> str:
        return f"{self.label(action.id)} {action.id} {action.title} {action.tooltip}".lower()

    def all_lines(self, width: int) -> list[Cell]:
        """Everything, from a line of its own on for each action."""
        return [line for action in ACTIONS for line in self._whole(action, width)]

    def _line(self, action: Action) -> Cell:
        why = self.reason(action)
        role: Role = "dim" if why else "warn" if action.effect is Effect.SENDS else "head"
        keys = self.label(action.id)
        return (
            Span(f"{keys:<{_KEY_WIDTHS[0]}}", role, None if why else True),
            Span(f"{action.id:<{_WIDTHS[0] - _KEY_WIDTHS[0]}}", "dim"),
            Span(f"off: {why}" if why else action.tooltip, "dim" if why else "text"),
        )


_IN_COLUMNS: Final = frozenset(
    name for groups in (*COLUMNS, (("", SENDS),)) for _, pairs in groups for ids, _ in pairs for name in ids
)

_TELLING: Final = ("errors", "submit", "retry", "cancel", "delete", "collect", "settle", "export", "mute")
"""Actions whose being off is worth a line."""

_OFF_WIDTH: Final = 19


def _off(key: str, why: str, width: int) -> list[Cell]:
    lines = wrap(why, width)
    return [(Span(f"{key if not number else '':<4}", "dim"), Span(line, "dim")) for number, line in enumerate(lines)]
