"""How an operator turns the wire layer off."""

from collections.abc import Mapping
from typing import Final

SWITCH: Final = "BATCHTUI_WIRE"


def is_stock(environ: Mapping[str, str]) -> bool:
    """Whether everything is to go to the terminal as Textual sends it."""
    return environ.get(SWITCH, "").lower() in ("off", "0", "no")
