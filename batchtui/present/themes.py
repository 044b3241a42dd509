"""Themes as data: colours by role and attributes, read from TOML text with the line of a mistake."""

import re
import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from typing import get_args

from msgspec import Struct

from batchtui.present.cells import Role

ROLES: tuple[Role, ...] = get_args(Role)
ATTRIBUTES = ("bold", "dim", "italic", "underline", "reverse")
ANSI_NAMES = ("black", "red", "green", "yellow", "blue", "magenta", "cyan", "white")
ANSI_COLORS = ("ansi_default", *(f"ansi_{name}" for name in (*ANSI_NAMES, *(f"bright_{n}" for n in ANSI_NAMES))))

_HEX = re.compile(r"#[0-9a-fA-F]{6}\Z")


class ThemeError(ValueError):
    """A theme file that cannot be used; the message names file and line."""

    def __init__(self, source: str, line: int, message: str) -> None:
        super().__init__(f"{source}:{line}: {message}")
        self.source, self.line, self.message = source, line, message


class Theme(Struct, frozen=True, kw_only=True):
    """A name, a colour for each role (#rrggbb or ansi_*), and attributes for some."""

    name: str
    is_dark: bool
    colors: Mapping[Role, str]
    attributes: Mapping[Role, tuple[str, ...]]

    @property
    def is_ansi(self) -> bool:
        """Whether it uses the terminal's own colours."""
        return any(color.startswith("ansi_") for color in self.colors.values())

    @property
    def is_mono(self) -> bool:
        """Whether it sends no colour at all."""
        return all(color == "ansi_default" for color in self.colors.values())


def parse_theme(text: str, source: str) -> Theme:
    """Read a theme; source is what a message calls the file."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"at line (\d+)", str(error))
        line = int(place.group(1)) if place else text.count("\n") + 1
        raise ThemeError(source, line, str(error)) from error
    reader = _Reader(text, source)
    reader.check_keys(document, None, ("name", "dark", "colors", "attributes"))
    name, is_dark = document.get("name"), document.get("dark", True)
    if not isinstance(name, str) or not name:
        raise reader.mistake(None, "name", 'a theme needs a name, as in name = "dusk"')
    if not isinstance(is_dark, bool):
        raise reader.mistake(None, "dark", "dark is true or false")
    return Theme(
        name=name,
        is_dark=is_dark,
        colors=reader.colors(document.get("colors", {})),
        attributes=reader.attributes(document.get("attributes", {})),
    )


class _Reader(Struct, frozen=True):
    """Checks the parts of one file and knows where they are in it."""

    text: str
    source: str

    def colors(self, section: object) -> dict[Role, str]:
        table = self._table(section, "colors")
        for role in ROLES:
            if role not in table:
                raise self.mistake("colors", None, f"[colors] lacks {role}")
            if not self._is_color(table[role]):
                raise self.mistake("colors", role, f'{role} is not a colour: use "#rrggbb" or one of the ansi_ names')
        return {role: str(table[role]) for role in ROLES}

    def attributes(self, section: object) -> dict[Role, tuple[str, ...]]:
        table = self._table(section, "attributes")
        for role, value in table.items():
            words = value.split() if isinstance(value, str) else [repr(value)]
            for word in words:
                if word not in ATTRIBUTES:
                    raise self.mistake("attributes", role, f"{word} is none of {', '.join(ATTRIBUTES)}")
        return {role: tuple(table[role].split()) for role in ROLES if role in table}

    def check_keys(self, table: Mapping[str, object], section: str | None, known: tuple[str, ...]) -> None:
        for key in table:
            if key not in known:
                near = get_close_matches(key, known, 1)
                if section is None and key in ROLES:
                    raise self.mistake(section, key, f"{key} is a colour: it belongs beneath [colors]")
                raise self.mistake(section, key, f"unknown key {key}" + (f", did you mean {near[0]}?" if near else ""))

    def mistake(self, section: str | None, key: str | None, message: str) -> ThemeError:
        return ThemeError(self.source, self._line(section, key), message)

    def _table(self, section: object, name: str) -> dict[str, str]:
        if not isinstance(section, dict):
            raise self.mistake(None, name, f"{name} is a table, as in [{name}]")
        self.check_keys(section, name, ROLES)
        return section

    @staticmethod
    def _is_color(value: object) -> bool:
        return isinstance(value, str) and (value in ANSI_COLORS or bool(_HEX.match(value)))

    def _line(self, section: str | None, key: str | None) -> int:
        """The line of a key, else of its section, else the first."""
        current: str | None = None
        found = 1
        for number, line in enumerate(self.text.splitlines(), 1):
            if header := re.match(r"\s*\[([^\]]*)\]", line):
                current = header.group(1).strip()
                if current in (section, key):
                    found = number
            elif key is not None and current == section and re.match(rf"""\s*["']?{re.escape(key)}["']?\s*=""", line):
                return number
        return found
