"""Whole escape sequences or none: what a terminal says unasked, or too late, is no key, whatever letters are in it.

Textual's parser takes a sequence that it does not know apart into keys: the `y` that ends an answer would agree to a
plan. What is held here is passed on once it is complete and known.
"""

import re
from collections.abc import Callable
from typing import Final

ESC: Final = "\x1b"
SOON_SECONDS: Final = 0.1
"""After so long an ESC is the key of that name."""

LATE_SECONDS: Final = 1.0
"""The same for what only a terminal begins in this way: on a bad link the rest of an arrow key may take a while."""

MOST_HELD: Final = 4096

_CSI: Final = re.compile(r"\x1b\[(?:M...|\[.|(?!M|\[)[ -?]*[@-~])", re.DOTALL)
_CSI_BEGUN: Final = re.compile(r"\x1b\[(?:M.{0,2}|\[|(?!M|\[)[ -?]*)", re.DOTALL)
_SS3: Final = re.compile(r"\x1bO[0-9;]*[@-~]")
_SS3_BEGUN: Final = re.compile(r"\x1bO[0-9;]*")
_STRING_BEGUN: Final = re.compile(r"\x1b(?:\](?:[0-9lLI]|$)|P(?:[>!]|[0-9]+(?:[$+;]|$)|$)|_(?:G|$))")
_TYPED: Final = re.compile(r"\x1b(?:P[0-9]+|.)?", re.DOTALL)
_ENDS: Final = ("\a", "\x1b\\", "\x18", "\x1a")


class Sequences:
    """What a terminal sends, in order, without the sequences that `is_known` does not know."""

    def __init__(self, is_known: Callable[[str], bool]) -> None:
        self._is_known = is_known
        self._held = ""
        self._since = 0.0

    def pass_on(self, data: str, now: float) -> str:
        """What of the data may be seen; now and later in seconds of the same clock."""
        if not self._held and ESC not in data:
            return data
        self._since = now
        return "".join(map(self._take, data))

    def overdue(self, now: float) -> str:
        """What of the held is to be seen because nothing has followed; call it several times a second."""
        held = self._held
        is_key = len(held) == 1 or (len(held) == 2 and held[1] in "]P_")
        if not held or now < self._since + (SOON_SECONDS if is_key else LATE_SECONDS):
            return ""
        self._held = ""
        return held if _TYPED.fullmatch(held) else ""

    def _take(self, char: str) -> str:
        held = self._held
        if not held:
            self._held = ESC if char == ESC else ""
            return "" if char == ESC else char
        if len(held) > 2 and _STRING_BEGUN.match(held):
            return self._take_in_string(char)
        if char == ESC:
            self._held = ESC
            return held if len(held) <= 2 else ""
        return self._judge(held + char)

    def _judge(self, longer: str) -> str:
        """Something in a sequence, or a character behind an ESC."""
        self._held = ""
        if _CSI.fullmatch(longer) or _SS3.fullmatch(longer) or self._is_known(longer):
            return longer if self._is_known(longer) else ""
        if _CSI_BEGUN.fullmatch(longer) or _SS3_BEGUN.fullmatch(longer) or _STRING_BEGUN.fullmatch(longer):
            self._held = longer[:MOST_HELD]
            return ""
        # keys behind an escape, or a sequence that a control character has broken off
        return longer if len(longer) <= 2 or longer[1] in "]P_" else longer[-1]

    def _take_in_string(self, char: str) -> str:
        """An answer in words, as of a colour or a name: none of them is wanted."""
        held = self._held + char
        if held.endswith(_ENDS):
            self._held = ""
        elif len(held) <= MOST_HELD:
            self._held = held
        elif ESC in (char, self._held[-1]):  # only its end is of interest
            self._held = self._held[: MOST_HELD - 1] + char
        return ""
