"""Verbs about alerts: put one aside, take that back. They are of this workspace only; nothing is sent."""

from collections.abc import Sequence
from datetime import timedelta

from batchtui.domain.alert import Alert
from batchtui.domain.alerts import all_alerts
from batchtui.domain.failures import NotFound
from batchtui.domain.records import AlertSeen
from batchtui.engine.engine import Engine


def standing(engine: Engine) -> list[Alert]:
    """Every alert there is now, those put aside included."""
    core = engine.core
    return all_alerts(core.state, core.live.link, core.settings, core.clock.now())


def named(engine: Engine, keys: Sequence[str]) -> tuple[str, ...]:
    """The alerts of these keys, each once; those put aside are known also when what they were about is gone.

    Raises:
        NotFound: there is no such alert, so there is nothing to put aside.
    """
    known = {alert.key for alert in standing(engine)}
    missing = next((key for key in keys if key not in known and key not in engine.state.seen_alerts), None)
    if missing is not None:
        raise NotFound(f"no alert {missing!r}", next="`batchtui alerts` lists them with their keys")
    return tuple(dict.fromkeys(keys))


def acknowledge(engine: Engine, keys: Sequence[str], *, mute_for: timedelta | None = None) -> int:
    """Put alerts aside as long as they are the same thing, or only for a while; how many there were.

    Raises:
        NotFound: there is no such alert, so there is nothing to put aside.
    """
    engine.core.must_be_allowed("acknowledging")
    keys = named(engine, keys)
    now = engine.core.clock.now()
    until = now + mute_for if mute_for is not None else None
    engine.core.commit(*(AlertSeen(at=now, alert=key, until=until) for key in keys))
    return len(keys)


def raise_again(engine: Engine, keys: Sequence[str]) -> int:
    """Take back that alerts were put aside; how many there were."""
    engine.core.must_be_allowed("raising alerts again")
    now = engine.core.clock.now()
    aside = [key for key in keys if key in engine.state.seen_alerts]
    engine.core.commit(*(AlertSeen(at=now, alert=key, is_lifted=True) for key in aside))
    return len(aside)
