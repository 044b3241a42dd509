"""Whether there is a terminal that will do, asked before Textual is imported (which would hang or write escapes)."""

import os
from collections.abc import Mapping
from typing import IO, Final

from batchtui.present.cells import Cell, Span, cell_width

LEAST_COLUMNS, LEAST_ROWS = 60, 16

# Textual reads these when it is imported. Nothing animates, and scrolling goes by lines.
_ENVIRONMENT: Final = {"TEXTUAL_ANIMATIONS": "none", "TEXTUAL_SMOOTH_SCROLL": "0"}
_PLAIN_LOCALES: Final = ("C", "POSIX")


def has_terminal(*streams: IO[str] | None) -> bool:
    """Whether all of stdin, stdout and stderr are terminals."""
    return all(stream is not None and not stream.closed and stream.isatty() for stream in streams)


def refusal(environ: Mapping[str, str]) -> str | None:
    """Why this terminal will not do, as a sentence that says what will; None when it will."""
    if environ.get("TERM", "") in ("", "dumb", "unknown"):
        term = environ.get("TERM") or "not set"
        return (
            f"TERM is {term}, so this terminal cannot draw the dashboard: use `batchtui ls`, or set TERM=xterm-256color"
        )
    return None


def prepare_environment() -> None:
    """Set what Textual reads at import; the user's own setting of the same name wins."""
    for name, value in _ENVIRONMENT.items():
        os.environ.setdefault(name, value)


def locale_encoding(environ: Mapping[str, str], stream_encoding: str | None) -> str | None:
    """The encoding the locale names, since Python calls everything UTF-8 where the locale is C.

    LC_CTYPE=C.UTF-8 beside LANG=C is Python's own doing (PEP 538) and counts as C.
    """
    value = environ.get("LC_ALL") or environ.get("LC_CTYPE") or environ.get("LANG") or ""
    if value == "C.UTF-8" and not environ.get("LC_ALL") and environ.get("LANG", "") in _PLAIN_LOCALES:
        return "ascii"
    if value in _PLAIN_LOCALES:
        return "ascii"
    return value.split(".", 1)[1].split("@")[0] if "." in value else stream_encoding


def is_utf8(environ: Mapping[str, str]) -> bool:
    """Whether the terminal takes more than ASCII."""
    encoding = locale_encoding(environ, "utf-8") or ""
    return encoding.lower().replace("-", "") == "utf8"


def size_notice(columns: int, rows: int) -> tuple[Cell, ...]:
    """Lines to show instead of a page that has no room; none when it has. Whole where a line of them fits."""
    if columns >= LEAST_COLUMNS and rows >= LEAST_ROWS:
        return ()
    here, needed = Span(f"{columns}x{rows}", "warn", True), f"{LEAST_COLUMNS}x{LEAST_ROWS}"
    whole: Cell = (here, Span(f" is too small: batchtui needs {needed}", "text"))
    if cell_width(whole) <= columns or rows < 2:
        return (whole,)
    return ((here, Span(" is too small", "text")), (Span(f"it needs {needed}", "text"),))
