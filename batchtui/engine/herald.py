"""Tells new alerts: to who follows this process, and while it leads to what the settings name. Knows no screen."""

from collections.abc import Sequence

from batchtui.domain.alert import Alert
from batchtui.domain.alerts import alerts
from batchtui.domain.alerts_of_runs import AlertsOfRuns
from batchtui.domain.state import AppState
from batchtui.engine.core import Core
from batchtui.engine.ports import Alarm


class Herald:
    """Tells each alert once; those of the start are no news."""

    def __init__(self, core: Core, alarms: Sequence[Alarm]) -> None:
        self._core = core
        self._alarms = alarms
        self._heard: frozenset[str] | None = None
        self._kept = AlertsOfRuns()
        self._looked_at: tuple[AppState, object] | None = None

    async def tell_news(self) -> None:
        """Tell what has come up since the last look; an alarm that fails is told in the log."""
        now = self._core.clock.now()
        link = self._core.live.link
        moment = (link.state, link.since, now.replace(second=0, microsecond=0))
        if self._looked_at is not None and self._looked_at[0] is self._core.state and self._looked_at[1] == moment:
            return
        self._looked_at = (self._core.state, moment)
        current = alerts(self._core.state, link, self._core.settings, now, kept=self._kept)
        heard, self._heard = self._heard, frozenset(alert.key for alert in current)
        if heard is None:
            return
        for alert in current:
            if alert.key not in heard:
                await self._tell(alert)

    async def _tell(self, alert: Alert) -> None:
        self._core.announce(
            "alert",
            alert.told,
            run=alert.run,
            batch_id=alert.batch_id,
            details={"alert": alert.key, "kind": str(alert.kind)},
        )
        if not self._core.live.is_leader:
            return
        for alarm in self._alarms:
            if why := await alarm.ring(alert, self._core.clock.now()):
                self._core.announce("alert", why)
