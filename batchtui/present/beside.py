"""How a command learns that its output is shown in a dashboard, and how wide that page is."""

import re
from collections.abc import Mapping
from typing import Final

VARIABLE: Final = "BATCHTUI_BESIDE"
"""`80x24`: set for the commands that a dashboard runs, whose stdout is a pipe of it."""

_SIZE: Final = re.compile(r"(\d{1,5})x(\d{1,5})\Z")


def told(columns: int, lines: int) -> dict[str, str]:
    """What such a command finds in its environment."""
    return {VARIABLE: f"{columns}x{lines}"}


def size_beside(environ: Mapping[str, str]) -> tuple[int, int] | None:
    """Columns and lines of the dashboard that shows the output; None where no dashboard does."""
    found = _SIZE.match(environ.get(VARIABLE, ""))
    return (int(found[1]), int(found[2])) if found else None
