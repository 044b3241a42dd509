"""How the dashboard looks on this terminal, and what it calls the workspace."""

from collections.abc import Mapping
from pathlib import Path

from batchtui.tui.choice import glyphs_for, theme_for, theme_problem
from batchtui.tui.choice import theme_name as theme_name
from batchtui.tui.choice import workspace_name as workspace_name
from batchtui.tui.look import Look
from batchtui.wiring import Session
from batchtui.workspace import layout
from batchtui.workspace.settings.key_lines import key_lines
from batchtui.workspace.settings.reading import read_text


def look_for(session: Session, environ: Mapping[str, str], *, is_wide: bool | None = None) -> Look:
    """The theme and the glyphs for this terminal."""
    return Look(theme_for(session, environ), glyphs_for(session, environ, is_wide=is_wide))


def theme_words(session: Session) -> str:
    """Why another theme is used than the one of the settings, for one line; empty when it is not."""
    problem = theme_problem(session.settings, session.root)
    if problem is None:
        return ""
    place = problem.file.name + (f" line {problem.line}" if problem.line else "")
    return f"{place}: {problem.what}" + (f"; {problem.next}" if problem.next else "")


def lines_of_keys(session: Session) -> dict[str, int]:
    """Where in the settings file each remapped action stands; read only where there are some."""
    if not session.settings.keys:
        return {}
    lines = key_lines(read_text(layout.settings(session.root)) or "")
    return {path[1]: line for path, line in lines.items() if len(path) == 2 and path[0] == "keys"}


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
