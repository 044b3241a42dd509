"""What an export may be: its format, what stands beside the results, and what a file's name says about both."""

import shlex
from collections.abc import Sequence
from enum import Enum
from pathlib import PurePath
from typing import Final

from msgspec import Struct, structs

from batchtui.domain.state import AppState
from batchtui.domain.words import several
from batchtui.engine.jobs import ExportFormat, ExportOnly
from batchtui.present.cells import NOTHING, Cell, Span, blanks, cell, cell_width
from batchtui.present.clean import clean
from batchtui.present.formats import exact, size
from batchtui.present.plan.plan_facts import command_lines
from batchtui.present.stacked import stacked

LABEL_WIDTH: Final = 10
MOST_NAMED: Final = 5
"""More custom_ids than that make no command that a person would read."""

_SUFFIXES: Final = {
    ExportFormat.JSONL: ".jsonl",
    ExportFormat.CSV: ".csv",
    ExportFormat.PARQUET: ".parquet",
    ExportFormat.REQUESTS: ".jsonl",
}
_BY_SUFFIX: Final = {".csv": ExportFormat.CSV, ".parquet": ExportFormat.PARQUET}


class Beside(Enum):
    """What stands beside each result."""

    NOTHING = "results alone"
    PARAMS = "with what was asked"
    JOINED = "each line of the input with its result"


class ExportWish(Struct, frozen=True, kw_only=True):
    """What somebody wants to export."""

    name: str
    """A run, or a batch from elsewhere."""
    what: str = "results"
    stem: str = "results"
    only: ExportOnly | None = None
    custom_ids: frozenset[str] = frozenset()
    options: tuple[str, ...] | None = ()
    """The options of the command that chooses the same; None when there are none that would."""


class ExportChoice(Struct, frozen=True, kw_only=True):
    """How it is written."""

    format: ExportFormat = ExportFormat.JSONL
    beside: Beside = Beside.NOTHING
    is_for_spreadsheet: bool = False

    def next_format(self) -> "ExportChoice":
        """Another format; CSV comes twice, as it is and for a spreadsheet."""
        if self.format is ExportFormat.CSV and not self.is_for_spreadsheet:
            return structs.replace(self, is_for_spreadsheet=True)
        formats = list(ExportFormat)
        following = formats[(formats.index(self.format) + 1) % len(formats)]
        return structs.replace(self, format=following, is_for_spreadsheet=False)

    def next_beside(self) -> "ExportChoice":
        """Something else beside the results."""
        ways = list(Beside)
        return structs.replace(self, beside=ways[(ways.index(self.beside) + 1) % len(ways)])

    def fitting(self, path: str) -> "ExportChoice":
        """The format that a typed name asks for; `.jsonl` fits both kinds of lines."""
        if not PurePath(path).suffix or _SUFFIXES[self.format] == PurePath(path).suffix.lower():
            return self
        return structs.replace(self, format=format_of(path), is_for_spreadsheet=False)

    @property
    def has_results(self) -> bool:
        """Whether anything stands beside requests at all."""
        return self.format is not ExportFormat.REQUESTS


def format_of(target: str) -> ExportFormat:
    """The format that a file's name asks for; JSON Lines where it asks for none."""
    return _BY_SUFFIX.get(PurePath(target).suffix.lower(), ExportFormat.JSONL)


def is_table(format_: ExportFormat) -> bool:
    """Whether it has columns."""
    match format_:
        case ExportFormat.CSV | ExportFormat.PARQUET:
            return True
        case ExportFormat.JSONL | ExportFormat.REQUESTS:
            return False


def split_columns(text: str) -> tuple[str, ...]:
    """`id=custom_id,text`: columns between commas."""
    return tuple(text.split(",")) if text else ()


def renamed(path: str, format_: ExportFormat) -> str:
    """The path with the suffix of a format, in place of that of another one."""
    suffix = PurePath(path).suffix
    stem = path.removesuffix(suffix) if suffix in _SUFFIXES.values() else path
    return stem + _SUFFIXES[format_]


def export_command(wish: ExportWish, choice: ExportChoice, path: str) -> str:
    """The command that does the same; empty when there is none."""
    if wish.options is None:
        return ""
    words = ["batchtui", "export", wish.name, "-o", path, *wish.options]
    if format_of(path) is not choice.format:
        words += ["--format", str(choice.format)]
    words += ["--spreadsheet"] if choice.is_for_spreadsheet else []
    if choice.has_results:
        words += _beside_options(wish, choice.beside)
    return shlex.join(words)


def _command_lines(command: str, width: int) -> tuple[Cell, ...]:
    """Broken between words; what is no command is told as it is."""
    return command_lines(shlex.split(command), width) if command.startswith("batchtui ") else (cell(command, "dim"),)


def here_words(state: AppState, name: str) -> str:
    """How much there is to write of a whole run, or of a batch from elsewhere."""
    run = state.runs.get(name)
    known = [state.batch_of(chunk) for chunk in run.live_chunks] if run is not None else [state.batches.get(name)]
    found = [each.collected for each in known if each is not None and each.collected and each.are_results_here]
    if not found:
        return ""
    return f"{several(sum(each.results for each in found), 'result')} here, {size(sum(each.bytes for each in found))}"


def export_lines(wish: ExportWish, choice: ExportChoice, path: str, width: int, here: str = "") -> list[Cell]:
    """What is going to be written, and how.

    Args:
        here: how much of all of it there is.
    """
    formats = [
        (each.value, each is choice.format and (each is not ExportFormat.CSV or not choice.is_for_spreadsheet))
        for each in ExportFormat
    ]
    formats.insert(2, ("csv for a spreadsheet", choice.is_for_spreadsheet))
    ways = [(each.value, each is choice.beside) for each in Beside]
    ways = ways if choice.has_results else [("requests alone, as they were sent", True)]
    command = export_command(wish, choice, path) or "none: this is a part of what `--class` names"
    return [
        *stacked("what", [_what(wish, here, width - LABEL_WIDTH)], LABEL_WIDTH),
        *stacked("format", _choices(formats, width - LABEL_WIDTH), LABEL_WIDTH),
        *stacked("beside", [cell(name, "head" if is_on else "dim", bold=is_on) for name, is_on in ways], LABEL_WIDTH),
        NOTHING,
        *stacked("command", _command_lines(command, width - LABEL_WIDTH), LABEL_WIDTH),
        NOTHING,
    ]


def _what(wish: ExportWish, here: str, room: int) -> Cell:
    said = cell(f"{clean(wish.what)} of {clean(wish.name)}", bold=True)
    if not here or wish.options or wish.only is not None or wish.custom_ids:
        return said
    with_all = (*said, Span(f"   {here}", "dim"))
    return with_all if cell_width(with_all) <= room else said


def count_words(number: int, one: str, path: str) -> str:
    """What was written."""
    return f"wrote {exact(number)} {one}{'' if number == 1 else 's'} to {path}"


def _choices(entries: Sequence[tuple[str, bool]], room: int) -> list[Cell]:
    """Beside each other, over as many lines as they take: none is cut."""
    rows: list[Cell] = [NOTHING]
    for name, is_on in entries:
        if rows[-1] and cell_width(rows[-1]) + 3 + len(name) > room:
            rows.append(NOTHING)
        rows[-1] = (*rows[-1], *blanks(3 if rows[-1] else 0), Span(name, "head" if is_on else "dim", is_on))
    return rows


def _beside_options(wish: ExportWish, beside: Beside) -> list[str]:
    comes_anyway = "--class" in (wish.options or ())
    match beside:
        case Beside.NOTHING:
            return ["--no-requests"] if comes_anyway else []
        case Beside.PARAMS:
            return [] if comes_anyway else ["--requests"]
        case Beside.JOINED:
            return ["--join"]
