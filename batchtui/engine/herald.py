"""Carries new alerts out of the program, to whatever the settings name; knows no screen."""

from collections.abc import Sequence
from typing import Final

from batchtui.domain.alerts import alerts
from batchtui.engine.core import Core
from batchtui.engine.ports import Alarm

HERALD_SECONDS: Final = 5.0
"""Between two looks at what needs a person: alerts are about hours, and all batches are looked at for them."""


class Herald:
    """Tells each alert once, while this process leads; those of the start are no news."""

    def __init__(self, core: Core, alarms: Sequence[Alarm]) -> None:
        self._core = core
        self._alarms = alarms
        self._heard: frozenset[str] | None = None

    @property
    def has_alarms(self) -> bool:
        return bool(self._alarms)

    async def tell_news(self) -> None:
        """Ring for what has come up since the last look; an alarm that fails is told in the log."""
        now = self._core.clock.now()
        current = alerts(self._core.state, self._core.live.link, self._core.settings, now)
        heard, self._heard = self._heard, frozenset(alert.key for alert in current)
        if heard is None or not self._core.live.is_leader:
            return
        for alert in current:
            if alert.key in heard:
                continue
            for alarm in self._alarms:
                if why := await alarm.ring(alert, now):
                    self._core.announce("alert", why)
