"""Figures as people read them, in a table that is plain text and Markdown at once."""

from collections.abc import Sequence

from tests.bench.process import Cost


def seconds(value: float) -> str:
    """Three digits, in ms below a second."""
    return f"{value:.3g} s" if value >= 0.9995 else f"{value * 1000:.3g} ms"


def mib(size_bytes: float) -> str:
    return f"{size_bytes / (1 << 20):,.0f} MiB"


def times(value: float) -> str:
    return f"{value:.2f}x" if value < 2 else f"{value:.1f}x"


def table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns as wide as they need to be; the first is aligned left, the others right."""
    widths = [max(map(len, column)) for column in zip(columns, *rows, strict=True)]
    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    return "\n".join(_line(cells, widths) for cells in (columns, rule, *rows))


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, *others = (
        cell.ljust(width) if not number else cell.rjust(width)
        for number, (cell, width) in enumerate(zip(cells, widths, strict=True))
    )
    return "| " + " | ".join((first, *others)) + " |"


def cost_cells(cost: Cost) -> tuple[str, str, str]:
    return seconds(cost.wall_seconds), seconds(cost.cpu_seconds), mib(cost.peak_bytes)
