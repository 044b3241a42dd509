"""Faults: things that go wrong between client and service, armed at the start or while running.

A fault is written `WHERE:WHAT[:ARG][@N|xN|%P]`.

WHERE is create, list, retrieve, cancel, delete, results, models, count or any.

WHAT, with its ARG:

| WHAT | Does |
|---|---|
| `400` … `529` | answers that status in the service's envelope (502 and 504: HTML) once the body is read; ARG `html` |
| `429`, `503`, `529` | ARG is retry-after: `5` seconds, `date=5` an HTTP date, `ms=500`, `none`; or `spend`, the cap |
| `early413` | any status with `early` in front: answers and closes without reading the body; may look like a reset |
| `redirect` | 307 to the same path, where it would be accepted; ARG another origin |
| `garbage` | 200 and nonsense, nothing accepted; ARG `html`, `empty` (`{}`), `truncated` (half a JSON) |
| `garbage-after` | the same, but what was asked is done |
| `lost` | it is done, then the connection is closed without an answer; ARG `reset` for a hard reset |
| `drop` | the body is read, nothing is done, the connection is closed; ARG `reset` |
| `drop-early` | the connection is closed before the body is read; ARG `reset` |
| `hang` | waits ARG real seconds, then does it and answers |
| `hang-after` | does it, waits ARG real seconds, then answers |
| `cut` | closes the connection after ARG bytes of the answer's body, before its end in any case |
| `slow` | sends ARG bytes of the answer's body a second |
| `truncate` | results end politely after ARG lines |
| `duplicate` | line ARG (1) of the results comes twice |
| `unknown-type` | line ARG (1) of the results is of a type nobody knows |
| `malformed` | line ARG (1) of the results is no JSON |
| `blank` | line ARG (1) of the results has an empty line before it |
| `miscount` | `succeeded` of an ended batch is ARG (1) too high |
| `misfile` | ARG (1) of `succeeded` are counted as `errored` |
| `skew` | Date and timestamps are ARG seconds ahead |
| `otheraccount`, `noaccount` | headers of another account, or none |

Without a suffix every call is struck; `@N` strikes the Nth call only, `xN` the first N, `%P` each with P percent.
"""

import re
from dataclasses import dataclass
from typing import Any

from batchtui.simulator import ids

PLACES = ("create", "list", "retrieve", "cancel", "delete", "results", "models", "count", "any")
STATUSES = (400, 401, 402, 403, 404, 405, 408, 409, 413, 415, 422, 429, 499, 500, 502, 503, 504, 529)
NUMERIC = ("hang", "hang-after", "cut", "slow", "truncate", "skew")
TEXTUAL = ("redirect", "garbage", "garbage-after", "lost", "drop", "drop-early", "otheraccount", "noaccount")
COUNTING = ("duplicate", "unknown-type", "malformed", "blank", "miscount", "misfile")
_SUFFIX = re.compile(r"(?:@(?P<nth>\d+)|x(?P<first>\d+)|%(?P<percent>\d+(?:\.\d+)?))\Z")


@dataclass(frozen=True)
class Fault:
    """One parsed fault."""

    spec: str
    where: str
    what: str
    argument: str = ""
    nth: int | None = None
    first: int | None = None
    percent: float | None = None

    @property
    def amount(self) -> float:
        """The argument as a number; 1 when there is none."""
        return float(self.argument or 1)

    @property
    def status(self) -> int:
        """The HTTP status of an answer instead of the service's; 0 when it is no such fault."""
        digits = self.what.removeprefix("early")
        return int(digits) if digits.isdigit() else 0

    def strikes(self, call: int, chance: float) -> bool:
        """Whether it strikes the given call, counted from 1."""
        if self.nth is not None:
            return call == self.nth
        if self.first is not None:
            return call <= self.first
        return self.percent is None or chance * 100 < self.percent


def parse(spec: str) -> Fault:
    """Read a fault, or raise ValueError saying what is wrong with it."""
    suffix = _SUFFIX.search(spec)
    where, _, rest = (spec[: suffix.start()] if suffix else spec).partition(":")
    what, _, argument = rest.partition(":")
    if where not in PLACES:
        raise ValueError(f"fault {spec!r}: {where!r} is not one of {', '.join(PLACES)}")
    fault = Fault(spec, where, what, argument, **_schedule(suffix))
    if what not in (*NUMERIC, *TEXTUAL, *COUNTING) and fault.status not in STATUSES:
        raise ValueError(f"fault {spec!r}: {what!r} is no status and not one of {', '.join(_names())}")
    if (what in NUMERIC or (what in COUNTING and argument)) and not _is_number(argument):
        raise ValueError(f"fault {spec!r}: {what} needs a number, as in {where}:{what}:10")
    return fault


class FaultPlan:
    """The faults that are armed, each with its own count of calls."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._armed: list[tuple[Fault, int]] = []

    def arm(self, fault: Fault) -> None:
        """Add a fault; earlier ones go first."""
        self._armed.append((fault, 0))

    def clear(self) -> None:
        """Disarm everything."""
        self._armed.clear()

    @property
    def specs(self) -> list[str]:
        """What is armed."""
        return [fault.spec for fault, _ in self._armed]

    def take(self, where: str) -> Fault | None:
        """Count a call, and say which fault strikes it."""
        struck = None
        for position, (fault, calls) in enumerate(self._armed):
            if fault.where not in (where, "any"):
                continue
            self._armed[position] = (fault, calls + 1)
            chance = ids.fraction(self._seed, "fault", fault.spec, calls)
            if struck is None and fault.strikes(calls + 1, chance):
                struck = fault
        return struck


def _schedule(suffix: re.Match[str] | None) -> dict[str, Any]:
    if suffix is None:
        return {}
    kind, text = str(suffix.lastgroup), suffix[suffix.lastgroup or 0]
    return {kind: float(text) if kind == "percent" else int(text)}


def _names() -> tuple[str, ...]:
    return (*NUMERIC, *TEXTUAL, *COUNTING)


def _is_number(text: str) -> bool:
    return re.fullmatch(r"-?\d+(\.\d+)?", text) is not None
