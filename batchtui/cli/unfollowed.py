"""What in the settings cannot be followed but stops nothing: a theme, a key."""

import difflib
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from batchtui.domain.issues.triage import KNOWN_CLASSES
from batchtui.domain.settings import Settings
from batchtui.present.clean import clean
from batchtui.workspace import layout
from batchtui.workspace.settings.key_lines import KeyPath, key_lines, line_of
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
    if settings.retry.classes or settings.retry.rules:
        yield from _classes(settings, root)


def _theme(settings: Settings, root: Path) -> Iterator[Unfollowed]:
    from batchtui.tui.choice import theme_problem  # only where a theme was chosen

    problem = theme_problem(settings, root)
    if problem is not None:
        yield Unfollowed(words=f"{problem.place}: {problem.what}; the default is used", next=problem.next)


def _classes(settings: Settings, root: Path) -> Iterator[Unfollowed]:
    """The service may have classes that are not known here, so this is no error; most likely it is a slip."""
    file = layout.settings(root)
    lines = key_lines(read_text(file) or "")
    named: list[tuple[KeyPath, str]] = [(("retry", "classes"), cls) for cls in settings.retry.classes]
    named += [(("retry", "rules", cls), cls) for cls in settings.retry.rules]
    for path, cls in named:
        if cls not in KNOWN_CLASSES:
            words = f"{file}:{line_of(path, lines)}: [retry] names the class {cls!r}, which is not known here"
            near = difflib.get_close_matches(cls, sorted(KNOWN_CLASSES), n=1)
            yield Unfollowed(words=clean(words), next=f"did you mean `{near[0]}`?" if near else "")


def _keys(settings: Settings, root: Path) -> Iterator[Unfollowed]:
    from batchtui.domain.actions.key_settings import assigned  # only where a key was moved

    file = layout.settings(root)
    problems = assigned(settings.keys).problems
    lines = key_lines(read_text(file) or "") if problems else {}
    for problem in problems:
        line = line_of(("keys", problem.name), lines)
        yield Unfollowed(words=clean(f"{file}:{line}: {problem.what}" if line else f"{file}: {problem.what}"))
