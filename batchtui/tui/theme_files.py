"""Themes found by name, and the one that fits a terminal."""

from collections.abc import Mapping
from pathlib import Path

from batchtui.data import data_dir
from batchtui.present.themes import Theme, parse_theme


def theme_files(own: Path | None = None) -> dict[str, Path]:
    """Every theme by name (its file's stem); the user's own win over those that come with the program."""
    folders = [data_dir("themes"), *([own] if own is not None and own.is_dir() else [])]
    return {path.stem: path for folder in folders for path in sorted(folder.glob("*.toml"))}


def load_theme(name: str, own: Path | None = None) -> Theme:
    """Read a theme by name; raises ThemeError with file and line, or LookupError."""
    files = theme_files(own)
    if name not in files:
        raise LookupError(f"there is no theme {name}")
    return parse_theme(files[name].read_text(encoding="utf-8"), str(files[name]))


def default_theme_name(environ: Mapping[str, str]) -> str:
    """mono where NO_COLOR is set, ansi16 where the terminal knows no more than 16 colours, else dark."""
    if environ.get("NO_COLOR"):
        return "mono"
    has_truecolor = environ.get("COLORTERM", "") in ("truecolor", "24bit")
    knows_256 = any(word in environ.get("TERM", "") for word in ("256color", "kitty", "direct", "ghostty"))
    return "dark" if has_truecolor or knows_256 else "ansi16"
