"""What in the settings cannot be followed but stops nothing: a theme, a key."""

from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from batchtui.domain.settings import Settings
from batchtui.present.clean import clean
from batchtui.workspace import layout
from batchtui.workspace.settings.key_lines import key_lines, line_of
from batchtui.workspace.settings.reading import read_text


class Unfollowed(Struct, frozen=True, kw_only=True):
    """Where it stands, what happens instead, and what may have been meant."""

    words: str
    next: str = ""


def unfollowed(settings: Settings, root: Path) -> Iterator[Unfollowed]:
    """Each with its file and line; nothing is read or imported where everything is as it was shipped."""
    if settings.ui.theme != Settings().ui.theme:
        yield from _theme(settings, root)
    if settings.keys:
        yield from _keys(settings, root)


def _theme(settings: Settings, root: Path) -> Iterator[Unfollowed]:
    from batchtui.tui.choice import theme_problem  # only where a theme was chosen

    problem = theme_problem(settings, root)
    if problem is not None:
        yield Unfollowed(words=f"{problem.place}: {problem.what}; the default is used", next=problem.next)


def _keys(settings: Settings, root: Path) -> Iterator[Unfollowed]:
    from batchtui.domain.key_settings import assigned  # only where a key was moved

    file = layout.settings(root)
    problems = assigned(settings.keys).problems
    lines = key_lines(read_text(file) or "") if problems else {}
    for problem in problems:
        line = line_of(("keys", problem.name), lines)
        yield Unfollowed(words=clean(f"{file}:{line}: {problem.what}" if line else f"{file}: {problem.what}"))
