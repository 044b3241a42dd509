"""What an editor changed in requests, in a few words."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from msgspec import Struct

from batchtui.present.clean import clean
from batchtui.present.formats import exact

KEYS_NAMED = 3


class EditSummary(Struct, frozen=True, kw_only=True):
    """How many requests are other than before, which were taken out, and which params changed."""

    requests: int
    changed: int = 0
    removed: int = 0
    keys: tuple[tuple[str, int], ...] = ()
    """Top-level params and in how many requests they changed, most first."""

    @property
    def is_nothing(self) -> bool:
        """Nobody changed anything."""
        return not (self.changed or self.removed)

    @property
    def words(self) -> str:
        """For the plan."""
        named = ", ".join(f"{clean(key)} in {exact(number)}" for key, number in self.keys[:KEYS_NAMED])
        more = f", {len(self.keys) - KEYS_NAMED} more params" if len(self.keys) > KEYS_NAMED else ""
        removed = f", {exact(self.removed)} taken out" if self.removed else ""
        return f"{exact(self.changed)} of {exact(self.requests)} changed{': ' + named if named else ''}{more}{removed}"


def summarise_edits(before: Mapping[str, bytes], after: Iterable[bytes]) -> EditSummary:
    """Compare request lines by custom_id, one at a time; one that cannot be read is a change, the check will tell."""
    keys: dict[str, int] = {}
    seen: set[str] = set()
    changed = 0
    for line in after:
        custom_id = _custom_id(line)
        seen.add(custom_id)
        old = before.get(custom_id)
        if old == line:
            continue
        names = _changed_keys(old, line)
        changed += bool(names) or old is None
        for name in names:
            keys[name] = keys.get(name, 0) + 1
    return EditSummary(
        requests=len(before),
        changed=changed,
        removed=sum(1 for each in before if each not in seen),
        keys=tuple(sorted(keys.items(), key=lambda item: (-item[1], item[0]))),
    )


def _changed_keys(before: bytes | None, after: bytes) -> list[str]:
    old, new = _params(before), _params(after)
    return [key for key in dict.fromkeys([*new, *old]) if old.get(key) != new.get(key)]


def _params(line: bytes | None) -> dict[str, Any]:
    found = _decoded(line)
    params = found.get("params")
    return params if isinstance(params, dict) else {}


def _custom_id(line: bytes) -> str:
    found = _decoded(line).get("custom_id")
    return found if isinstance(found, str) else f"unreadable {hash(line)}"


def _decoded(line: bytes | None) -> dict[str, Any]:
    try:
        found = msgspec.json.decode(line or b"{}")
    except msgspec.DecodeError:
        return {}
    return found if isinstance(found, dict) else {}
