"""How the dashboard looks on this terminal, and what it calls the workspace."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import cast

from batchtui.domain.failures import UsageFailure
from batchtui.domain.settings import Settings
from batchtui.present.glyphs import GlyphSetting, choose
from batchtui.present.themes import Theme, ThemeError
from batchtui.tui.look import Look
from batchtui.tui.terminal.preflight import locale_encoding
from batchtui.tui.theme import default_theme_name, load_theme
from batchtui.wiring import Session
from batchtui.workspace import layout
from batchtui.workspace.settings import read_text
from batchtui.workspace.settings_lines import key_lines


def look_for(session: Session, environ: Mapping[str, str], *, is_wide: bool | None = None) -> Look:
    """The theme of the settings, unless the terminal or NO_COLOR rules it out, and glyphs the terminal can draw."""
    glyphs = choose(
        cast("GlyphSetting", session.settings.ui.glyphs),
        encoding=locale_encoding(environ, sys.stdout.encoding),
        term=environ.get("TERM"),
        is_wide=is_wide,
    )
    return Look(_theme(theme_name(session.settings, environ), session.root / "themes"), glyphs)


def _theme(name: str, own: Path) -> Theme:
    """A theme that cannot be used is a mistake in the settings.

    Raises:
        UsageFailure: with the file and line, or the themes there are.
    """
    try:
        return load_theme(name, own)
    except (LookupError, ThemeError) as error:
        raise UsageFailure(str(error.args[0]), next="see [ui] theme in batchtui.toml") from error


def theme_name(settings: Settings, environ: Mapping[str, str]) -> str:
    """NO_COLOR wins; a theme somebody chose comes next; else what the terminal can show."""
    fitting = default_theme_name(environ)
    return fitting if fitting == "mono" or settings.ui.theme == Settings().ui.theme else settings.ui.theme


def lines_of_keys(session: Session) -> dict[str, int]:
    """Where in the settings file each remapped action stands; read only where there are some."""
    if not session.settings.keys:
        return {}
    lines = key_lines(read_text(layout.settings(session.root)) or "")
    return {path[1]: line for path, line in lines.items() if len(path) == 2 and path[0] == "keys"}


def workspace_name(session: Session) -> str:
    """The folder a `.batchtui` is in, or the workspace's own name; empty while there is none."""
    if not session.root.is_dir():
        return ""
    return session.root.parent.name if session.root.name == ".batchtui" else session.root.name


def folder_words(session: Session) -> str:
    """Where the workspace is, or will be."""
    home = Path.home()
    place = session.root
    words = f"~/{place.relative_to(home)}" if place.is_relative_to(home) else str(place)
    return words if place.is_dir() else f"{words}, made when you first submit"


def command_options(session: Session) -> tuple[str, ...]:
    """What makes a command be about the same workspace, under the same restrictions."""
    flags = (("--read-only", session.is_read_only), ("--offline", session.is_offline))
    return ("--workspace", str(session.root), *(flag for flag, is_on in flags if is_on))
