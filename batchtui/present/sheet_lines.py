"""Lines of a sheet: what, how many, and what becomes of it."""

from batchtui.present.cells import Cell, Role, Span, blanks

LABEL_WIDTH, NUMBER_WIDTH = 12, 5
TEXT_AT = LABEL_WIDTH + NUMBER_WIDTH + 2


def amount_line(label: str, amount: str, words: Cell, role: Role = "text") -> Cell:
    """A dim label, a bold figure at one edge, and words behind it."""
    return (
        Span(f"{label:<{LABEL_WIDTH}}", "dim"),
        Span(f"{amount:>{NUMBER_WIDTH}}", role, True),
        *blanks(2),
        *words,
    )


def word_line(label: str, words: Cell, *, bold: bool = False) -> Cell:
    """A label that may be long, and words at the same edge as everywhere."""
    return (Span(f"{label:<{TEXT_AT}}", "text" if bold else "dim", True if bold else None), *words)


def said(first: str, rest: str = "") -> Cell:
    """What counts, and dim what explains it."""
    return (Span(first), *((Span(rest, "dim"),) if rest else ()))
