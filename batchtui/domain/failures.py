"""Everything that can go wrong, as one tree; each says what happened and what the user can do.

Failure
├── BadInput            a file, id or value that cannot be used              exit 1
│   ├── NotFound        no run, chunk, batch or request of that name         exit 1
│   └── AlreadyMade     the very run that was asked for is there by now      exit 1
├── UsageFailure        the command line or the settings are wrong           exit 2
│   ├── SettingsBroken  batchtui.toml, with its line                         exit 2
│   └── UnknownClass    a class of errors that neither we nor the run know   exit 2
├── NotConfirmed        a plan nobody agreed to, or a read-only session      exit 3
│   └── ReadOnly
├── Unreachable         the network or the service, where it was needed      exit 5
│   ├── NotAuthorized   the key is missing or wrong
│   └── OtherAccount    the key belongs to another account than the folder
├── OverBudget          the plan does not fit the budget                     exit 7
├── Incomplete          a download that is not all there yet                 exit 1
├── WorkspaceDamaged    the folder cannot be read or written                 exit 1
└── Interrupted         ended from outside before it was done                exit 130
"""

from collections.abc import Iterable
from enum import IntEnum


class ExitCode(IntEnum):
    """Exit codes of every command; documented in the README, never given a new meaning."""

    DONE = 0
    ERROR = 1
    USAGE = 2
    NOT_CONFIRMED = 3
    NOT_ALL_SUCCEEDED = 4
    UNREACHABLE = 5
    UNKNOWN_OUTCOME = 6
    OVER_BUDGET = 7
    TIMED_OUT = 124
    INTERRUPTED = 130


WORST_FIRST = (
    ExitCode.INTERRUPTED,
    ExitCode.NOT_CONFIRMED,
    ExitCode.UNKNOWN_OUTCOME,
    ExitCode.UNREACHABLE,
    ExitCode.OVER_BUDGET,
    ExitCode.USAGE,
    ExitCode.ERROR,
    ExitCode.TIMED_OUT,
    ExitCode.NOT_ALL_SUCCEEDED,
    ExitCode.DONE,
)
"""Where a command has several outcomes it ends with the first of these that one of them has (README)."""


def worst(codes: Iterable[ExitCode]) -> ExitCode:
    """The one exit code of several outcomes; of none it is done."""
    return min(codes, key=WORST_FIRST.index, default=ExitCode.DONE)


class Failure(Exception):
    """Base: `what` happened, and what to do `next` (may be empty)."""

    exit_code = ExitCode.ERROR
    near: tuple[str, ...] = ()
    """The names that come closest to one that nothing has."""

    def __init__(self, what: str, *, next: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.next = next

    def __str__(self) -> str:
        return f"{self.what}. {self.next}" if self.next else self.what


class BadInput(Failure):
    """What was given cannot be used, or is not true any more."""


class NotFound(BadInput):
    """`near` are the names that come closest, for the message and for `--json`."""

    def __init__(self, what: str, *, near: tuple[str, ...] = (), next: str = "") -> None:
        hint = next or (f"did you mean {', '.join(near)}?" if near else "`batchtui ls` lists what there is")
        super().__init__(what, next=hint)
        self.near = near


class AlreadyMade(BadInput):
    """A run of the same name and content was made between its plan and the yes to it."""


class UsageFailure(Failure):
    """The command line or the settings make no sense."""

    exit_code = ExitCode.USAGE


class SettingsBroken(UsageFailure):
    """A settings file that cannot be used; nothing was overwritten."""

    def __init__(self, what: str, *, file: str, line: int | None = None, next: str = "") -> None:
        place = f"{file}:{line}" if line else file
        super().__init__(f"{place}: {what}", next=next)
        self.file = file
        self.line = line


class UnknownClass(UsageFailure):
    """A class that is given by name, and that neither this program nor the run knows."""

    def __init__(self, what: str, *, near: tuple[str, ...], there: tuple[str, ...]) -> None:
        meant = f"did you mean {' or '.join(near)}? " if near else ""
        found = f"there are {', '.join(there)}" if there else "nothing that is collected has failed"
        super().__init__(what, next=meant + found)
        self.near = near


class NotConfirmed(Failure):
    """Nobody agreed."""

    exit_code = ExitCode.NOT_CONFIRMED


class ReadOnly(NotConfirmed):
    """This session may change nothing."""

    def __init__(self, verb: str, why: str = "this session is read-only") -> None:
        super().__init__(f"{verb} refused: {why}", next="nothing was sent or changed")


class Unreachable(Failure):
    """The service was needed and did not answer."""

    exit_code = ExitCode.UNREACHABLE


class NotAuthorized(Unreachable):
    """The service does not accept the key."""


class OtherAccount(Unreachable):
    """The key belongs to another account than the workspace."""


class OverBudget(Failure):
    """It would cost more than the settings allow, and nobody agreed to that."""

    exit_code = ExitCode.OVER_BUDGET


class Incomplete(Failure):
    """Results are not all here."""


class WorkspaceDamaged(Failure):
    """`line` is the journal line that cannot be read, where that is the trouble."""

    def __init__(self, what: str, *, line: int | None = None, next: str = "") -> None:
        super().__init__(what, next=next)
        self.line = line


class Interrupted(Failure):
    """`by` is the signal's name; ctrl+c is SIGINT."""

    exit_code = ExitCode.INTERRUPTED

    def __init__(self, by: str = "SIGINT") -> None:
        super().__init__("interrupted" if by == "SIGINT" else f"ended by {by}")
