"""JSON whose text can't drive a terminal: control, bidi and other invisible characters are written as \\u escapes."""

import re

_INVISIBLE = re.compile(
    "["
    "\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e"
    "\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2"
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0001-\U000e007f"
    "]"
)


def escape(text: str) -> str:
    """One line of compact JSON, unchanged in meaning: such characters occur in it only inside strings."""
    return text if text.isascii() and text.isprintable() else _INVISIBLE.sub(_escaped, text)


def _escaped(found: "re.Match[str]") -> str:
    units = found[0].encode("utf-16-be")
    return "".join(f"\\u{units[i]:02x}{units[i + 1]:02x}" for i in range(0, len(units), 2))


def escape_line(line: bytes) -> bytes:
    """The same for a line of JSON as somebody wrote it, who may have put tabs between its parts."""
    if line.isascii() and b"\x7f" not in line and b"\x1b" not in line:
        return line
    parts = line.decode("utf-8", "surrogateescape").split("\t")
    return "\t".join(map(escape, parts)).encode("utf-8", "surrogateescape")
