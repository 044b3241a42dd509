"""Names of keys in `[keys]`: which ones a terminal can send at all, and what may have been meant by the others."""

import difflib
import string
import unicodedata
from collections.abc import Iterator
from typing import Final

_OTHER_NAMES: Final = {
    "solidus": "slash",
    "reverse_solidus": "backslash",
    "commercial_at": "at",
    "hyphen_minus": "minus",
    "plus_sign": "plus",
    "low_line": "underscore",
}
"""Where the toolkit does not call a character as Unicode does."""

_MEANT: Final = {
    "esc": "escape",
    "return": "enter",
    "del": "delete",
    "ins": "insert",
    "pgup": "pageup",
    "pgdn": "pagedown",
    "bs": "backspace",
    "ctrl+i": "tab",
    "ctrl+m": "enter",
    "ctrl+h": "backspace",
}
"""Other words for a key, and what a terminal sends for some combinations."""

_MOVING: Final = ("up", "down", "left", "right", "home", "end", "pageup", "pagedown", "insert", "delete")
_LETTERS: Final = frozenset(string.ascii_lowercase) - frozenset("himz")
"""With ctrl: the others are backspace, tab and enter to a terminal, or put the program to sleep."""


def named(character: str) -> str:
    """A character as a key is called: `/` is `slash`, letters and figures are themselves."""
    if character.isalnum():
        return character
    name = unicodedata.name(character, character).lower().replace("-", "_").replace(" ", "_")
    return _OTHER_NAMES.get(name, name)


def _all() -> Iterator[str]:
    yield from map(named, string.ascii_letters + string.digits + string.punctuation + " ")
    yield from ("escape", "enter", "tab", "shift+tab", "backspace", *_MOVING)
    yield from (f"{way}+{key}" for way in ("shift", "ctrl", "ctrl+shift") for key in _MOVING)
    yield from (f"{way}f{number}" for way in ("", "ctrl+") for number in range(1, 25))
    yield from (f"ctrl+{letter}" for letter in sorted(_LETTERS))


SENT: Final = frozenset(_all()) - {"ctrl+shift+insert", "ctrl+shift+delete"}
"""Every key that terminals send, but for letters of other scripts, which are themselves."""


def key_of(text: str) -> str | None:
    """The key that a word of `[keys]` is, in the toolkit's name; None where no terminal sends it."""
    if len(text) == 1 and text.isprintable():
        return named(text)
    return text if text in SENT else None


def keys_in(text: str) -> tuple[str, ...]:
    """The words of one line: parted by commas, but for the comma itself."""
    return (text,) if text.strip() == "," else tuple(part.strip() for part in text.split(","))


def meant_by(text: str) -> str:
    """What may have been meant by a word that is no key; "" where nothing is near."""
    plain = text.lower().replace("-", "+").replace("^", "ctrl+")
    if plain in _MEANT:
        return _MEANT[plain]
    if plain.startswith("shift+") and len(plain) == len("shift+a"):
        return plain[-1].upper()
    if plain in SENT:
        return plain
    return next(iter(difflib.get_close_matches(plain, sorted(SENT), n=1)), "")
