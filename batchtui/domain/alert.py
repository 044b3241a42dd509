"""One thing that needs a person: a value, told apart from all others by its key."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Final

import msgspec

from batchtui.domain.words import Moment


class AlertKind(StrEnum):
    """What an alert is about; the settings and `alerts --json` know it by this word."""

    BAD_RESULTS = "bad_results"
    EXPIRY = "expiry"
    RESULTS_VANISH = "results_vanish"
    ERROR_SHARE = "error_share"
    UNSURE = "unsure"
    BUDGET = "budget"
    RUN_BUDGET = "run_budget"
    CANCELING_LONG = "canceling_long"
    LINK = "link"
    STRANGER = "stranger"
    HELD = "held"
    PILOT = "pilot"
    COLLECT = "collect"
    LATE = "late"
    UNREADABLE = "unreadable"
    SMALLER_SPLIT = "smaller_split"
    RETRY_DECLINED = "retry_declined"
    SAME_GROUP = "same_group"
    TURNED_UP = "turned_up"
    NEVER_ACCEPTED = "never_accepted"
    LIMITED = "limited"
    OTHER_FILE = "other_file"
    GONE = "gone"


class Remedy(StrEnum):
    """What can be done about it; each face says how: by a key or by a command."""

    HOLD = "hold"
    SETTLE = "settle"
    DECIDE = "decide"
    LOST = "lost"
    CONTINUE = "continue"
    RETRY = "retry"
    CANCEL = "cancel"


class Way(msgspec.Struct, frozen=True, kw_only=True):
    """How a remedy is had: by the key of an action or by a command, and what that does."""

    action: str
    command: str
    """With `{run}` or `{batch_id}` for what the alert is about."""
    does: str
    command_does: str = ""
    """Where the command does something else than the key."""


WAYS: Final[Mapping[Remedy, Way]] = {
    Remedy.HOLD: Way(action="hold", command="hold {run}", does="holds the rest"),
    Remedy.SETTLE: Way(action="settle", command="reconcile", does="settles", command_does="says how it stands"),
    Remedy.DECIDE: Way(action="settle", command="reconcile", does="lists them, you decide"),
    Remedy.LOST: Way(action="retry", command="retry {run} --lost", does="offers to send it again"),
    Remedy.CONTINUE: Way(
        action="retry", command="submit --continue {run}", does="lets the rest go", command_does="sends the rest"
    ),
    Remedy.RETRY: Way(action="retry", command="retry {run}", does="plans it"),
    Remedy.CANCEL: Way(action="cancel", command="cancel {batch_id}", does="stops it"),
}


class Alert(msgspec.Struct, frozen=True, kw_only=True):
    """`key` is the same as long as it is the same thing, and another once it has come up anew."""

    kind: AlertKind
    text: str
    run: str | None = None
    batch_id: str | None = None
    submission: str | None = None
    episode: str = ""
    """What tells this time from an earlier one, as the day of a budget or the start of an outage."""

    remedy: Remedy | None = None
    moment: Moment | None = None
    """The time of the day that `text` tells in UTC."""

    @property
    def told(self) -> str:
        """In words for where there are no keys: a shell, a log, a webhook."""
        if self.remedy is None:
            return self.text
        way = WAYS[self.remedy]
        command = way.command.format(run=self.run, batch_id=self.batch_id)
        return f"{self.text}; `batchtui {command}` {way.command_does or way.does}"

    @property
    def key(self) -> str:
        return ":".join((self.kind, self.run or "", self.batch_id or self.submission or "", self.episode)).rstrip(":")


class SeenAlert(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody looked at an alert: it is quiet for as long as it is the same thing, or until a time."""

    at: datetime
    until: datetime | None = None

    def is_quiet(self, now: datetime) -> bool:
        return self.until is None or now < self.until
