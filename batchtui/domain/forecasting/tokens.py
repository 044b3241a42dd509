"""How many tokens a text may be, from its characters alone: no tokenizer is public, so every figure is a guess.

The weights are rough and the same for all models; what a workspace measures afterwards corrects them
(`domain.learned`), and `count_tokens` on a sample does so beforehand.
"""

import re
from collections import Counter
from enum import StrEnum
from functools import cache

import msgspec


class Kind(StrEnum):
    """Classes of language: characters of one of them become tokens at about the same rate."""

    PROSE = "prose"
    CODE = "code"
    """Code, JSON, tables: much punctuation, many digits."""
    ENCODED = "encoded"
    """base64, hashes and other long runs without a word in them."""
    CJK = "cjk"
    CYRILLIC = "cyrillic"
    """Cyrillic and Greek."""
    OTHER = "other"
    """Arabic, Hebrew, Indic scripts, Thai, emoji and all else."""


class Weight(msgspec.Struct, frozen=True):
    """One guess of tokens, and the class that most of them are of."""

    tokens: float
    kind: Kind


PER_WORD, PER_LETTER = 0.55, 0.16
"""A common word is one token, a long or rare one several: together about 1.3 tokens an English word."""

PER_DIGIT, PER_MARK, PER_NEWLINE, PER_BLANK = 0.45, 0.65, 0.45, 0.12
PER_ENCODED = 0.68
PER_SIGN = {Kind.PROSE: 0.6, Kind.CJK: 1.05, Kind.CYRILLIC: 0.38, Kind.OTHER: 0.62}
"""Tokens a character outside of ASCII; those of `prose` are letters with accents."""

CODE_SHARE = 0.2
"""So much punctuation and so many digits among what is no blank make a text code."""

WINDOWS, WINDOW = 4, 2048
"""A longer text is looked at in so many windows of so many characters, evenly spread."""

_ENCODED = re.compile(r"[A-Za-z0-9+/=_-]{48,}")
_ASCII = bytes(
    ord("a") if chr(code).isalpha() else ord("0") if chr(code).isdigit() else ord("\n") if code == 10
    else ord(" ") if chr(code).isspace() else ord("!")
    for code in range(128)
) + b"a" * 128  # fmt: skip


def weigh(text: str) -> Weight:
    """A guess of the tokens of a text; a long one is judged by a part of it."""
    if len(text) <= WINDOWS * WINDOW:
        return _weigh(text)
    step = (len(text) - WINDOW) // (WINDOWS - 1)
    part = "".join(text[at * step : at * step + WINDOW] for at in range(WINDOWS))
    found = _weigh(part)
    return Weight(found.tokens * len(text) / len(part), found.kind)


def _weigh(text: str) -> Weight:
    encoded = 0
    if max(map(len, text.split()), default=0) >= 48:
        runs = _ENCODED.findall(text)
        encoded = sum(map(len, runs))
        text = _ENCODED.sub(" ", text) if runs else text
    plain, signs = (text, {}) if text.isascii() else _apart(text)
    kinds = _weigh_ascii(plain)
    if encoded:
        kinds[Kind.ENCODED] = PER_ENCODED * encoded
    for kind, number in signs.items():
        kinds[kind] = kinds.get(kind, 0.0) + PER_SIGN[kind] * number
    return Weight(sum(kinds.values()), max(kinds, key=lambda kind: kinds[kind]))


def _weigh_ascii(text: str) -> dict[Kind, float]:
    classes = text.encode("ascii").translate(_ASCII)
    letters, digits, marks = classes.count(b"a"), classes.count(b"0"), classes.count(b"!")
    newlines, words = classes.count(b"\n"), len(text.split())
    blanks = max(0, len(classes) - letters - digits - marks - newlines - words)
    tokens = (
        PER_WORD * min(words, letters)
        + PER_LETTER * letters
        + PER_DIGIT * digits
        + PER_MARK * marks
        + PER_NEWLINE * newlines
        + PER_BLANK * blanks
    )
    is_code = digits + marks > CODE_SHARE * (letters + digits + marks)
    return {Kind.CODE if is_code else Kind.PROSE: tokens}


def _apart(text: str) -> tuple[str, dict[Kind, int]]:
    """The ASCII part of a text, and how many of its other characters are of which class."""
    signs: dict[Kind, int] = {}
    for character, number in Counter(text).items():
        if character > "\x7f":
            kind = _kind_of(character)
            signs[kind] = signs.get(kind, 0) + number
    return text.encode("ascii", "ignore").decode(), signs


@cache
def _kind_of(character: str) -> Kind:
    code = ord(character)
    if 0x370 <= code < 0x530 or 0x1F00 <= code < 0x2000:
        return Kind.CYRILLIC
    if code < 0x370 or 0x1E00 <= code < 0x1F00 or 0x2000 <= code < 0x2070:
        return Kind.PROSE
    if 0x2E80 <= code < 0xA4D0 or 0xAC00 <= code < 0xD7B0 or 0xF900 <= code < 0xFB00 or 0xFF00 <= code < 0xFFF0:
        return Kind.CJK
    return Kind.CJK if 0x20000 <= code < 0x32000 else Kind.OTHER
