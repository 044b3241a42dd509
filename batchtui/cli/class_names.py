"""Classes of errors that are given by name: one that nobody knows is a slip of the pen, and is said to be."""

import difflib
from collections.abc import Iterable

from batchtui.cli import refused
from batchtui.cli.issues import attempts_of, members
from batchtui.domain.failures import UnknownClass
from batchtui.domain.issues.triage import KNOWN_CLASSES
from batchtui.domain.lookup import Ref
from batchtui.engine.engine import Engine

_NEAR = 2


def must_be_known(engine: Engine, refs: Iterable[Ref], named: Iterable[str], subject: str) -> None:
    """Refuse a class that is no kind this program knows, is in no rule of the settings, and that nothing has.

    Results are read only where such a one is named.

    Args:
        subject: what has no such class, in words.

    Raises:
        UnknownClass
    """
    strange = sorted(set(named) - KNOWN_CLASSES - {refused.CLASS} - set(engine.settings.retry.rules))
    if not strange:
        return
    there = {member.issue.cls for ref in refs for member in members(engine, attempts_of(engine, ref))}
    unknown = next((cls for cls in strange if cls not in there), None)
    if unknown is not None:
        near = tuple(difflib.get_close_matches(unknown, sorted(there | KNOWN_CLASSES), n=_NEAR))
        raise UnknownClass(f"there is no class {unknown!r} in {subject}", near=near, there=tuple(sorted(there)))
