"""What is known at one moment, with what it takes to put it into words: all that a presenter needs, and no more."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cached_property

from batchtui.domain.alert import Alert
from batchtui.domain.alerts import all_alerts, unseen
from batchtui.domain.forecasting.estimate import History
from batchtui.domain.limits import limited_until
from batchtui.domain.link import LinkState
from batchtui.domain.settings import Settings
from batchtui.domain.state import AppState
from batchtui.engine.calls import Call
from batchtui.engine.live import Live, Notice, Snapshot
from batchtui.present.formats import minute
from batchtui.present.glyphs import Glyphs
from batchtui.present.remembered import Remembered
from batchtui.present.viewing import Views

_FRESH = (LinkState.LIVE, LinkState.STARTING)
_A_DAY = timedelta(days=1)
LATE_SECONDS = 60
"""A poll that is due for longer makes "live" untrue: it is called stale."""


class Scene:
    """One snapshot at one time of the day; views and alerts are worked out when first asked for."""

    def __init__(
        self,
        snapshot: Snapshot,
        settings: Settings,
        now: datetime,
        glyphs: Glyphs,
        *,
        notices: Sequence[Notice] = (),
        calls: Sequence[Call] = (),
        workspace: str = "",
        zone: tzinfo | None = None,
        is_demo: bool = False,
        memory: Remembered | None = None,
    ) -> None:
        self.snapshot = snapshot
        self.settings = settings
        self.now = now
        self.glyphs = glyphs
        self.notices = notices
        self.calls = calls
        self.workspace = workspace
        self.zone = zone
        """None: UTC, with a Z."""
        self.is_demo = is_demo
        self.memory = memory or Remembered()

    @property
    def state(self) -> AppState:
        return self.snapshot.state

    @property
    def live(self) -> Live:
        return self.snapshot.live

    @property
    def server_now(self) -> datetime:
        return self.live.link.server_now(self.now)

    @property
    def skew(self) -> timedelta:
        """What is added to a time by our clock to have it by the service's."""
        return timedelta(seconds=self.live.link.skew_seconds)

    @cached_property
    def views(self) -> Views:
        return _SceneViews(self)

    @property
    def alerts(self) -> list[Alert]:
        """Looked for anew when state or link change, and every minute."""
        link = self.live.link
        key = (link.state, link.since, self.this_minute)
        return self.memory.get("alerts", self.state, key, lambda: unseen(self.state, self.standing_alerts, self.now))

    @property
    def standing_alerts(self) -> list[Alert]:
        """Every alert, those put aside included."""
        link = self.live.link
        key = (link.state, link.since, self.this_minute)
        return self.memory.get(
            "standing",
            self.state,
            key,
            lambda: all_alerts(
                self.state,
                link,
                self.settings,
                self.now,
                history=lambda: self.views.history,
                kept=self.memory.alerts_of_runs,
            ),
        )

    @property
    def limited_until(self) -> datetime | None:
        """Until when the service asked that nothing be sent; None when it may go."""
        found = self.memory.get("limited", self.state, self.this_minute, lambda: limited_until(self.state, self.now))
        return found if found is not None and found > self.now else None

    @property
    def this_minute(self) -> datetime:
        """Time as far as it matters for what is only looked at."""
        return self.now.replace(second=0, microsecond=0)

    @property
    def is_stale(self) -> bool:
        """What can still change may have changed since the last good answer."""
        return self.is_late or self.live.link.state not in _FRESH

    @property
    def is_late(self) -> bool:
        """A poll that was due has not been heard of, as where the process that polls hangs."""
        due = self.live.link.next_at
        return due is not None and (self.now - due).total_seconds() > LATE_SECONDS

    @property
    def is_offline(self) -> bool:
        """The service was asked and did not answer."""
        return self.live.link.state is LinkState.OFFLINE

    @property
    def refusal(self) -> str:
        """Why nothing can be changed in this session; empty when it can."""
        if self.live.account_note:
            return "the key belongs to another account"
        return "this session is read-only" if self.live.is_read_only else ""

    def minute(self, when: datetime) -> str:
        """A time of the day as the operator wants it."""
        return minute(when, self.zone)

    def dated(self, when: datetime) -> str:
        """With its day."""
        return f"{when.astimezone(self.zone or UTC):%m-%d} {self.minute(when)}"

    def moment(self, when: datetime) -> str:
        """A time of the day, with its day where it is another day's."""
        return self.dated(when) if self.is_far(when) else self.minute(when)

    def is_far(self, when: datetime) -> bool:
        """Whether a time of the day alone would be taken for a nearer one."""
        return abs(self.now - when) >= _A_DAY


class _SceneViews(Views):
    """Views whose history of durations lasts as long as the state does."""

    def __init__(self, scene: Scene) -> None:
        live = scene.live
        super().__init__(
            scene.state, live.link, scene.settings, scene.now, live.moving, is_journal_old=live.is_journal_old
        )
        self._memory = scene.memory

    @property
    def history(self) -> History:
        return self._memory.get("history", self.state, None, lambda: History(self.state, self._memory.durations))
