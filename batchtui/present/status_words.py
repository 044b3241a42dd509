"""A status as it is written on the screen, and what it looks like."""

from typing import Final

from batchtui.domain.status import Status
from batchtui.present.cells import Cell, Role, cell

_WORDS: Final[dict[Status, tuple[str, Role]]] = {
    Status.PLANNED: ("held", "text"),
    Status.SENDING: ("sending", "run"),
    Status.IN_PROGRESS: ("running", "run"),
    Status.CANCELING: ("stopping", "warn"),
    Status.UNKNOWN: ("unsure", "alert"),
    Status.SUCCEEDED: ("ok", "ok"),
    Status.PARTIAL: ("partial", "err"),
    Status.ERRORED: ("errored", "err"),
    Status.CANCELED: ("canceled", "canceled"),
    Status.EXPIRED: ("expired", "expired"),
    Status.ARCHIVED: ("archived", "dim"),
}


def status_word(status: Status) -> str:
    """The word on the screen; `--json` has the status itself."""
    return _WORDS[status][0]


def status_role(status: Status) -> Role:
    """The look of a status."""
    return _WORDS[status][1]


FIXED: Final = "fixed"
"""In place of the word of a run whose failures have all succeeded in later attempts."""


def status_cell(status: Status, *, is_quiet: bool = False) -> Cell:
    """The word in its colour; quiet once somebody has dealt with it."""
    word, role = _WORDS[status]
    return cell(word, "dim" if is_quiet else role, bold=None if is_quiet or role != "err" else True)
