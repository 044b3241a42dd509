"""An alert in the dashboard's words: what there is to do is told by its key."""

from datetime import tzinfo

from batchtui.domain.actions.table import BY_ID, key_label
from batchtui.domain.alert import WAYS, Alert


def alert_text(alert: Alert, zone: tzinfo | None = None) -> str:
    """What it is; with a zone, by the wall clock there."""
    moment = alert.moment
    return alert.text if moment is None else alert.text.replace(moment.words(), moment.words(zone))


def alert_words(alert: Alert, zone: tzinfo | None = None) -> str:
    """What it is, and the key that does something about it."""
    text = alert_text(alert, zone)
    if alert.remedy is None:
        return text
    way = WAYS[alert.remedy]
    return f"{text}, {key_label(BY_ID[way.action].keys[0])} {way.does}"
