"""An export of some groups or requests: who is in it, how it is called, and the command that chooses the same."""

import re
from collections.abc import Collection, Sequence

from batchtui.present.errors.gathered import Gathered
from batchtui.present.export_choice import MOST_NAMED, ExportWish
from batchtui.present.formats import exact


def wish_of_groups(run: str, chosen: Sequence[Gathered], all_groups: Sequence[Gathered]) -> ExportWish:
    """The members of groups; a command can name classes, so it has one where whole classes were chosen."""
    classes = sorted({entry.group.cls for entry in chosen})
    ids = {entry.id for entry in chosen}
    is_whole = all(entry.id in ids for entry in all_groups if entry.group.cls in classes)
    members = frozenset(custom_id for entry in chosen for custom_id in entry.custom_ids)
    stem = re.sub(r"[^a-z0-9]+", "-", classes[0].lower()).strip("-") if len(classes) == 1 else "failures"
    return ExportWish(
        name=run,
        what=f"{exact(len(members))} {classes[0] if len(classes) == 1 else 'failures'}",
        stem=stem or "failures",
        custom_ids=members,
        options=tuple(word for cls in classes for word in ("--class", cls)) if is_whole else None,
    )


def wish_of_requests(run: str, custom_ids: Collection[str]) -> ExportWish:
    """Some requests by name."""
    number = len(custom_ids)
    options = tuple(word for each in custom_ids for word in ("--custom-id", each)) if number <= MOST_NAMED else None
    return ExportWish(
        name=run,
        what=f"{exact(number)} request{'' if number == 1 else 's'}",
        stem="requests",
        custom_ids=frozenset(custom_ids),
        options=options,
    )
