"""An alert in the dashboard's words: what there is to do is told by its key."""

from batchtui.domain.actions import BY_ID, key_label
from batchtui.domain.alert import Alert, Remedy


def alert_words(alert: Alert) -> str:
    """What it is, and the key that does something about it."""
    match alert.remedy:
        case None:
            return alert.text
        case Remedy.HOLD:
            return f"{alert.text}; {_key('hold')} holds the rest"
        case Remedy.SETTLE:
            return f"{alert.text}, {_key('settle')} settles"
        case Remedy.DECIDE:
            return f"{alert.text}: you decide, {_key('settle')}"
        case Remedy.LOST:
            return f"{alert.text}, {_key('retry')} offers to send it again"
        case Remedy.CONTINUE:
            return f"{alert.text}; {_key('retry')} lets the rest go"
        case Remedy.RETRY:
            return f"{alert.text}; {_key('retry')} plans it"
        case Remedy.CANCEL:
            return f"{alert.text}; {_key('cancel')} stops it"


def _key(action: str) -> str:
    return key_label(BY_ID[action].keys[0])
