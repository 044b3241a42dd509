"""What the settings and the terminal make of theme and glyphs, before anything is drawn."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, cast

from msgspec import Struct

from batchtui.domain.settings import Settings
from batchtui.present.clean import clean
from batchtui.present.glyphs import Glyphs, GlyphSetting, choose
from batchtui.present.themes import Theme, ThemeError
from batchtui.tui.terminal.preflight import locale_encoding
from batchtui.tui.theme_files import default_theme_name, load_theme, theme_files
from batchtui.wiring import Session
from batchtui.workspace import layout
from batchtui.workspace.settings.reading import read_text

DEMO: Final = "BATCHTUI_DEMO"


class ThemeProblem(Struct, frozen=True, kw_only=True):
    """Why the theme of the settings is not used, and where that can be mended."""

    what: str
    file: Path
    line: int | None
    next: str = ""

    @property
    def place(self) -> str:
        return f"{self.file}:{self.line}" if self.line else str(self.file)


def is_demo(environ: Mapping[str, str]) -> bool:
    """Whether all of it is made up."""
    return bool(environ.get(DEMO))


def theme_for(session: Session, environ: Mapping[str, str]) -> Theme:
    """The theme of the settings, unless the terminal or NO_COLOR rules it out, or it cannot be used."""
    try:
        return load_theme(theme_name(session.settings, environ), _own(session.root))
    except (LookupError, ThemeError):  # `theme_problem` tells it; looks are no reason not to open
        return load_theme(default_theme_name(environ))


def theme_problem(settings: Settings, root: Path) -> ThemeProblem | None:
    """Why the theme of the settings cannot be used, with its place: a mistake that stops nothing."""
    name = settings.ui.theme
    try:
        load_theme(name, _own(root))
    except LookupError as error:
        return ThemeProblem(
            what=clean(str(error.args[0])),
            file=layout.settings(root),
            line=_line_of_theme(root),
            next=_nearest(name, sorted(theme_files(_own(root)))),
        )
    except ThemeError as error:
        return ThemeProblem(what=clean(error.message), file=Path(error.source), line=error.line)
    return None


def _nearest(name: str, names: Sequence[str]) -> str:
    import difflib  # only for a slip of the pen

    near = difflib.get_close_matches(name, names, n=1)
    return f"did you mean `{near[0]}`?" if near else f"there are {', '.join(names)}"


def _line_of_theme(root: Path) -> int | None:
    from batchtui.workspace.settings.key_lines import key_lines, line_of  # only where it is told

    return line_of(("ui", "theme"), key_lines(read_text(layout.settings(root)) or ""))


def _own(root: Path) -> Path:
    return root / "themes"


def glyphs_for(session: Session, environ: Mapping[str, str], *, is_wide: bool | None = None) -> Glyphs:
    """Those that the terminal can draw, as far as it has said."""
    return choose(
        cast("GlyphSetting", session.settings.ui.glyphs),
        encoding=locale_encoding(environ, sys.stdout.encoding),
        term=environ.get("TERM"),
        is_wide=is_wide,
    )


def theme_name(settings: Settings, environ: Mapping[str, str]) -> str:
    """NO_COLOR wins; a theme somebody chose comes next; else what the terminal can show."""
    fitting = default_theme_name(environ)
    return fitting if fitting == "mono" or settings.ui.theme == Settings().ui.theme else settings.ui.theme


def workspace_name(session: Session) -> str:
    """The folder a `.batchtui` is in, or the workspace's own name; empty while there is none."""
    if not session.root.is_dir():
        return ""
    return session.root.parent.name if session.root.name == ".batchtui" else session.root.name
