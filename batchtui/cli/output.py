"""All of stdout: data, as JSON or as lines for people. Nothing else in the commands prints there."""

import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Final

import msgspec
from msgspec.structs import replace

from batchtui.cli.options import Options
from batchtui.domain.escape import escape
from batchtui.domain.failures import Failure
from batchtui.domain.half_pairs import decode_with_halves
from batchtui.present.cells import Cell, Role, cell, plain
from batchtui.present.clean import clean

_SGR: Final[dict[Role, str]] = {
    "dim": "2",
    "rule": "2",
    "head": "34",
    "run": "36",
    "ok": "32",
    "warn": "33",
    "err": "31",
    "expired": "35",
    "canceled": "33",
    "alert": "95",
}

Line = Cell | str


class ReaderLeft(Exception):
    """Whoever read stdout had enough, as `head` does."""


class Unwritable(Failure):
    """Stdout takes no more, as on a disk that is full."""


def show(options: Options, command: str, document: Mapping[str, Any], lines: Iterable[Line]) -> None:
    """One object with `--json`, else the same for people."""
    if options.json:
        write_json(command, document)
    else:
        write_lines(options, lines)


def write_json(command: str, document: Mapping[str, Any]) -> None:
    """One object on one line, with its schema and the time it was made."""
    whole = {"schema": f"batchtui.{command}/1", "as_of": datetime.now(UTC), **document}
    _write(escape(_encoded(whole)) + "\n")


def _encoded(document: dict[str, Any]) -> str:
    try:
        return msgspec.json.encode(document).decode()
    except UnicodeEncodeError:  # a path that is no text
        return msgspec.json.encode(_as_text(document)).decode()


def _as_text(part: Any) -> Any:
    """The same with what no text can hold written out, as in `caf\\udce9`."""
    match part:
        case str():
            return part.encode("utf-8", "backslashreplace").decode()
        case dict():
            return {key: _as_text(value) for key, value in part.items()}
        case list() | tuple():
            return [_as_text(value) for value in part]
        case _:
            return part


def write_lines(options: Options, lines: Iterable[Line]) -> None:
    """Lines for people; what came from outside can't drive the terminal, whether stdout is one or a pipe."""
    has_color = wants_color(options)
    for line in lines:
        spans = _cleaned(cell(line) if isinstance(line, str) else line)
        _write((_colored(spans) if has_color else plain(spans)).rstrip() + "\n")


def _cleaned(spans: Cell) -> Cell:
    """Here, not by whoever made them: one that is forgotten would be enough."""
    return tuple(replace(span, text=clean(span.text)) for span in spans)


def wants_color(options: Options) -> bool:
    """Colours only for a terminal, and only where nobody objects."""
    is_unwanted = options.no_color or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return is_terminal() and not is_unwanted


def is_terminal() -> bool:
    """Whether stdout is one."""
    return sys.stdout is not None and sys.stdout.isatty()


def _colored(spans: Cell) -> str:
    return "".join(_span(span.text, _SGR.get(span.role, ""), bold=bool(span.bold)) for span in spans)


def _span(text: str, code: str, *, bold: bool) -> str:
    codes = ";".join(part for part in ("1" if bold else "", code) if part)
    return f"\x1b[{codes}m{text}\x1b[0m" if codes else text


def _write(text: str) -> None:
    """UTF-8 whatever the locale says: a JSON text in another encoding is none."""
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace"))
        sys.stdout.buffer.flush()
    except OSError as error:
        raise _as_ending(error) from error


@contextmanager
def written_by_another() -> Iterator[None]:
    """Around what writes to stdout by itself: it ends as everything here does."""
    try:
        yield
    except OSError as error:
        if error.filename is not None:
            raise  # it is about a file
        raise _as_ending(error) from error


def _as_ending(error: OSError) -> Exception:
    if isinstance(error, BrokenPipeError):
        return ReaderLeft()
    hint = "what was done stands; `batchtui ls` shows it once there is room"
    return Unwritable(f"cannot write stdout: {(error.strerror or str(error)).lower()}", next=hint)


def _compact(text: bytes) -> bytes:
    return msgspec.json.format(text, indent=-1)


def raw_json(text: bytes | None) -> msgspec.Raw | None:
    """JSON as it was received, inside another object: not a digit of it is changed, only blanks between its parts."""
    return msgspec.Raw(decode_with_halves(_compact, text)) if text is not None else None
