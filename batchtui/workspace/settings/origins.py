"""Every setting with its value and where it comes from, for `info`."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from batchtui.domain.settings import Settings
from batchtui.workspace import layout
from batchtui.workspace.settings.key_lines import KeyPath, key_lines
from batchtui.workspace.settings.reading import parse, read_text

DEFAULT = "default"

ENVIRONMENT: dict[KeyPath, str] = {("api", "base_url"): "ANTHROPIC_BASE_URL"}
"""Variables that the SDK reads where the file says nothing."""


class Origin(msgspec.Struct, frozen=True, kw_only=True):
    """`origin` is `default`, `FILE:LINE`, or the name of a variable."""

    name: str
    value: Any
    origin: str


def origins(root: Path, environ: Mapping[str, str]) -> tuple[Origin, ...]:
    """All settings in the order of the documentation; keys and prices only where the file has some."""
    path = layout.settings(root)
    text = read_text(path)
    lines = key_lines(text) if text is not None else {}
    settings = parse(text, file=path) if text is not None else Settings()
    return tuple(_origin(key, value, path, lines, environ) for key, value in _values(settings))


def _values(settings: Settings) -> Iterator[tuple[KeyPath, Any]]:
    for section, values in msgspec.to_builtins(settings).items():
        for name, value in values.items():
            if (section, name) == ("retry", "rules") and value:
                yield from (((section, name, cls), word) for cls, word in value.items())
            else:
                yield (section, name), value


def _origin(key: KeyPath, value: Any, file: Path, lines: Mapping[KeyPath, int], environ: Mapping[str, str]) -> Origin:
    name = ".".join(key)
    if key in lines and value != {}:  # a table without a line is there to be filled
        return Origin(name=name, value=value, origin=f"{file}:{lines[key]}")
    variable = ENVIRONMENT.get(key)
    if variable is not None and environ.get(variable):
        return Origin(name=name, value=environ[variable], origin=variable)
    return Origin(name=name, value=value, origin=DEFAULT)
