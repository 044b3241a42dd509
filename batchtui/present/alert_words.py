"""An alert in the dashboard's words: what there is to do is told by its key."""

from batchtui.domain.actions import BY_ID, key_label
from batchtui.domain.alert import WAYS, Alert


def alert_words(alert: Alert) -> str:
    """What it is, and the key that does something about it."""
    if alert.remedy is None:
        return alert.text
    way = WAYS[alert.remedy]
    return f"{alert.text}, {key_label(BY_ID[way.action].keys[0])} {way.does}"
