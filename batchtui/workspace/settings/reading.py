"""Reads `batchtui.toml`, the user's own file: into settings, or into one sentence with its line. Never writes it."""

import re
from pathlib import Path
from typing import Any

import msgspec

from batchtui.domain.failures import SettingsBroken
from batchtui.domain.settings import Settings
from batchtui.workspace import layout

_LINE = re.compile(r"\(at line (\d+), column \d+\)|\(at end of document\)")


def load_settings(root: Path) -> Settings:
    """The settings of a workspace; the defaults where it has no file. Raises SettingsBroken."""
    text = read_text(layout.settings(root))
    return parse(text, file=layout.settings(root)) if text is not None else Settings()


def read_text(path: Path) -> str | None:
    """The text of a settings file; None when there is none."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise SettingsBroken(f"cannot be read: {(error.strerror or str(error)).lower()}", file=str(path)) from error
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise SettingsBroken("is not UTF-8", file=str(path), line=line, next="save it as UTF-8") from error


def parse(text: str, *, file: Path) -> Settings:
    """Settings from TOML; the first problem in the file is raised with its line, the others counted."""
    from batchtui.workspace.settings.diagnose import problems
    from batchtui.workspace.settings.key_lines import key_lines, line_of

    values = _toml(text, file)
    found = list(problems(values))
    if found:
        lines = key_lines(text)
        placed = sorted(((line_of(problem.path, lines) or 0, problem) for problem in found), key=lambda pair: pair[0])
        line, first = placed[0]
        more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
        raise SettingsBroken(first.what + more, file=str(file), line=line or None, next=first.next)
    return msgspec.convert(values, Settings)


def _toml(text: str, file: Path) -> dict[str, Any]:
    import tomllib  # only where there is a file

    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        what = str(error)
        place = _LINE.search(what)
        line = int(place[1]) if place and place[1] else text.count("\n") + 1
        what = what[: place.start()].strip() if place else what
        raise SettingsBroken(f"is not TOML: {what[:1].lower()}{what[1:]}", file=str(file), line=line) from error
    except RecursionError:
        raise SettingsBroken("is nested too deeply to be settings", file=str(file)) from None
