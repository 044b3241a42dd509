"""What a terminal was sent, taken apart: which sequences are the program's own, and what else a terminal would obey."""

import re
import unicodedata
from typing import Final

_SEQUENCE: Final = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]"  # CSI
    r"|\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)"  # OSC, DCS, SOS, PM, APC
    r"|\x1b[ -/]*[0-~]"
)
_COLOR: Final = r"(?:[34]8;2;\d{1,3};\d{1,3};\d{1,3}|[34]8;5;\d{1,3}|[349][0-79]|10[0-7])"
_OWN: Final = re.compile(
    r"\x1b\]22;default\x07"  # Textual, at each new screen: the shape of the mouse pointer
    r"|\x1b\]52;c;[A-Za-z0-9+/=]*\x07"  # what was copied on purpose
    r"|\x1b\]2;batchtui[^\x00-\x1f\x7f-\x9f]*\x07"  # the title
    r"|\x1b\[(?:"
    r"\d{1,3}(?:;\d{1,3})?H|\d{0,3}C|\d{1,3}G|\d{0,3}[LM]|K|J|2J"  # places, and rows moved up or down
    rf"|(?:(?:0|1|2|3|4|7|9|21|22|23|24|27|29|{_COLOR})(?:;|(?=m)))*m"
    r"|\?(?:7|25|1000|1002|1003|1004|1006|1015|1016|1049|2004|2026|2031|2048)[hl]"  # modes
    r"|\?(?:2026|2048)\$p|\?996n|6n|c|>0q|=1;\d|[<>]\d*u|\?u|8m|2[23];2t"  # questions
    r")\Z"
)
_INVISIBLE: Final = ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")


def strangers(sent: bytes, *, own: re.Pattern[str] = _OWN) -> list[str]:
    """Everything a terminal would obey that is not the program's own, in the order it was sent."""
    text = sent.decode("utf-8", "surrogateescape")
    found = [sequence for sequence in _SEQUENCE.findall(text) if not own.match(sequence)]
    return found + sorted({char for char in _SEQUENCE.sub("", text) if _is_obeyed(char)})


def lines_strangers(text: str, *, allowed: str = "") -> list[str]:
    """What of text in lines a terminal would obey; SGR is allowed where the program may colour."""
    return strangers(text.encode("utf-8", "surrogatepass"), own=re.compile(allowed or r"(?!)"))


def _is_obeyed(char: str) -> bool:
    return char not in "\r\n" and unicodedata.category(char) in _INVISIBLE
