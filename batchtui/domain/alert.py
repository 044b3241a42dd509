"""One thing that needs a person: a value, told apart from all others by its key."""

from datetime import datetime
from enum import StrEnum

import msgspec


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


class Remedy(StrEnum):
    """What can be done about it; each face says how: by a key or by a command."""

    HOLD = "hold"
    SETTLE = "settle"
    DECIDE = "decide"
    LOST = "lost"
    CONTINUE = "continue"
    RETRY = "retry"
    CANCEL = "cancel"


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

    @property
    def told(self) -> str:
        """In words for where there are no keys: a shell, a log, a webhook."""
        match self.remedy:
            case None:
                return self.text
            case Remedy.HOLD:
                return f"{self.text}; `batchtui hold {self.run}` holds the rest"
            case Remedy.SETTLE:
                return f"{self.text}; `batchtui reconcile` says how it stands"
            case Remedy.DECIDE:
                return f"{self.text}; `batchtui reconcile` lists them, you decide"
            case Remedy.LOST:
                return f"{self.text}; `batchtui retry {self.run} --lost` offers to send it again"
            case Remedy.CONTINUE:
                return f"{self.text}; `batchtui submit --continue {self.run}` sends the rest"
            case Remedy.RETRY:
                return f"{self.text}; `batchtui retry {self.run}` plans it"
            case Remedy.CANCEL:
                return f"{self.text}; `batchtui cancel {self.batch_id}` stops it"

    @property
    def key(self) -> str:
        return ":".join((self.kind, self.run or "", self.batch_id or self.submission or "", self.episode)).rstrip(":")


class SeenAlert(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody looked at an alert: it is quiet for as long as it is the same thing, or until a time."""

    at: datetime
    until: datetime | None = None

    def is_quiet(self, now: datetime) -> bool:
        return self.until is None or now < self.until
