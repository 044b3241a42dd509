"""Putting what needs somebody aside, and taking that back."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from batchtui.domain.alert import Alert
from batchtui.engine import verbs_alerts
from batchtui.present.alert_words import alert_text

if TYPE_CHECKING:
    from batchtui.tui.dashboard import Dashboard


def put_aside(dashboard: "Dashboard", found: Sequence[Alert]) -> None:
    """These are quiet as long as they are the same things; `u` raises them again."""
    keys = [alert.key for alert in found]
    what = alert_text(found[0], dashboard.scene.zone) if len(found) == 1 else f"{len(found):,} alerts"

    def done(_count: int) -> None:
        dashboard.can_take_back(f"raised again: {what}", lambda engine: verbs_alerts.raise_again(engine, keys))
        dashboard.say(f"put aside, {dashboard.key_label('undo')} takes it back: {what}")

    dashboard.do(lambda engine: verbs_alerts.acknowledge(engine, keys), done)
