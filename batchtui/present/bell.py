"""When the terminal's bell rings: once for each alert, and at most once a minute."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from batchtui.domain.alert import Alert

QUIET: Final = timedelta(minutes=1)


class Bell:
    """Knows which alerts have been heard; those of the start are no news."""

    def __init__(self, alerts: Iterable[Alert]) -> None:
        self._heard = {alert.key for alert in alerts}
        self._rang_at: datetime | None = None

    def rings(self, alerts: Iterable[Alert], now: datetime) -> bool:
        """Whether something is new, and long enough has passed; what came meanwhile rings with it."""
        keys = {alert.key for alert in alerts}
        if keys <= self._heard or (self._rang_at is not None and now - self._rang_at < QUIET):
            return False
        self._heard |= keys
        self._rang_at = now
        return True
