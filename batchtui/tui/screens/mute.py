"""Putting a group of issues aside for a while, in this workspace only."""

from datetime import timedelta
from typing import Final

from batchtui.domain.records import GroupMuted
from batchtui.engine.engine import Engine

MUTED_FOR: Final = timedelta(days=7)


def mute_or_lift(engine: Engine, key: tuple[str, str]) -> str:
    """Mute a (class, template), or take it back if it is muted; returns what was done, in words."""
    engine.core.must_be_allowed("mute")
    now = engine.core.clock.now()
    cls, template = key
    until = engine.state.muted.get(key)
    is_muted = until is not None and until > now
    engine.core.commit(GroupMuted(at=now, cls=cls, template=template, until=None if is_muted else now + MUTED_FOR))
    return "no longer muted" if is_muted else f"muted for {MUTED_FOR.days} days; m takes it back"
