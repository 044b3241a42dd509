"""What the settings and the terminal make of theme and glyphs, before anything is drawn."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final, cast

from batchtui.domain.failures import UsageFailure
from batchtui.domain.settings import Settings
from batchtui.present.glyphs import Glyphs, GlyphSetting, choose
from batchtui.present.themes import Theme, ThemeError
from batchtui.tui.terminal.preflight import locale_encoding
from batchtui.tui.theme_files import default_theme_name, load_theme
from batchtui.wiring import Session

DEMO: Final = "BATCHTUI_DEMO"


def is_demo(environ: Mapping[str, str]) -> bool:
    """Whether all of it is made up."""
    return bool(environ.get(DEMO))


def theme_for(session: Session, environ: Mapping[str, str]) -> Theme:
    """The theme of the settings, unless the terminal or NO_COLOR rules it out."""
    return _theme(theme_name(session.settings, environ), session.root / "themes")


def glyphs_for(session: Session, environ: Mapping[str, str], *, is_wide: bool | None = None) -> Glyphs:
    """Those that the terminal can draw, as far as it has said."""
    return choose(
        cast("GlyphSetting", session.settings.ui.glyphs),
        encoding=locale_encoding(environ, sys.stdout.encoding),
        term=environ.get("TERM"),
        is_wide=is_wide,
    )


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


def workspace_name(session: Session) -> str:
    """The folder a `.batchtui` is in, or the workspace's own name; empty while there is none."""
    if not session.root.is_dir():
        return ""
    return session.root.parent.name if session.root.name == ".batchtui" else session.root.name
