"""What can go wrong, how it is brought about, and what each journey must show of it before it comes to its end."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from batchtui.api.connection import Timeouts
from tests.reliability.matrix_line import Weather


class Journey(StrEnum):
    """A journey, with the call that a fault strikes in it."""

    POLL = "poll"
    SUBMIT = "submit"
    COLLECT = "collect"
    CANCEL = "cancel"
    RETRY = "retry"

    @property
    def where(self) -> str:
        """The WHERE of the simulator's grammar."""
        return _WHERE[self]


_WHERE = {
    Journey.POLL: "list",
    Journey.SUBMIT: "create",
    Journey.COLLECT: "results",
    Journey.CANCEL: "cancel",
    Journey.RETRY: "create",
}

PATIENT = Timeouts(connect=5, read=8, write=8, answer=8, call=10)
HASTY = Timeouts(connect=0.5, read=0.5, write=0.5, answer=0.5, call=0.8)
"""For faults that say nothing: what waits is given up soon."""

Trail = tuple[str, ...]
"""Words of `matrix_trail` that must be met in this order, with anything in between."""

CONFIRMED: Trail = ("intended", "confirmed")
HELD: Trail = ("intended", "held", "confirmed")
NOT_SENT: Trail = ("intended", "not accepted", "confirmed")
REFUSED: Trail = ("intended", "refused", "returned by a person", "confirmed")
NOT_LET_IN: Trail = ("intended", "refused", "released by a person", "returned by a person", "confirmed")
"""The account is refused: the run is held, and what was refused waits for a person too."""

LOST: Trail = ("intended", "unknown", "not found", "returned by a person", "confirmed")
ALONE: Trail = ("intended", "unknown", "looked", "not accepted", "confirmed")
ADOPTED: Trail = ("intended", "unknown", "adopted", "proved")
SPLIT: Trail = ("intended", "held", "split", "confirmed")
CAPPED: Trail = ("intended", "held", "released by a person", "confirmed")

AGAIN: Trail = ("not complete", "collected")
AT_ONCE: Trail = ("collected",)

CANCELED: Trail = ("cancel asked", "canceling")
ASKED_AGAIN: Trail = ("cancel asked", "cancel failed", "cancel asked", "canceling")


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One fault, and what must be seen of it in each journey it can strike."""

    name: str
    specs: tuple[str, ...] = ()
    """In the simulator's grammar; `{where}` and `{first}` (how many calls) are filled in."""
    weather: Weather | None = None
    forgets_name: bool = False
    is_tls: bool = False
    sleeps: bool = False
    archives: bool = False
    timeouts: Timeouts = PATIENT
    expects: Mapping[Journey, Trail] = field(default_factory=dict)
    other_server: bool = False
    """The second server can do it too."""

    @property
    def is_weather(self) -> bool:
        """It strikes whoever connects for a while, not a number of calls."""
        return self.weather is not None or self.forgets_name


def journeys(
    *,
    poll: Trail | None = None,
    submit: Trail | None = None,
    collect: Trail | None = None,
    cancel: Trail | None = None,
) -> dict[Journey, Trail]:
    """Expectations by journey; a retry is sent as any submission is."""
    trails = {
        Journey.POLL: poll,
        Journey.SUBMIT: submit,
        Journey.COLLECT: collect,
        Journey.CANCEL: cancel,
        Journey.RETRY: submit,
    }
    return {journey: trail for journey, trail in trails.items() if trail is not None}


def link(state: str) -> Trail:
    return (f"link {state}", "link live")


def answered(
    name: str, what: str, state: str, submit: Trail, *, cancel: Trail = CANCELED, other_server: bool = True
) -> Fault:
    """An answer that is no result, at every call."""
    expects = journeys(poll=link(state), submit=submit, collect=AGAIN, cancel=cancel)
    return Fault(name=name, specs=(f"{{where}}:{what}x{{first}}",), expects=expects, other_server=other_server)


def silent(name: str, what: str, submit: Trail, *, timeouts: Timeouts = PATIENT, other_server: bool = False) -> Fault:
    """No whole answer, at every call."""
    expects = journeys(poll=link("offline"), submit=submit, collect=AGAIN, cancel=CANCELED)
    specs = (f"{{where}}:{what}x{{first}}",)
    return Fault(name=name, specs=specs, expects=expects, timeouts=timeouts, other_server=other_server)


def results_only(name: str, what: str, collect: Trail, *, other_server: bool = False) -> Fault:
    return Fault(
        name=name, specs=(f"results:{what}x{{first}}",), expects=journeys(collect=collect), other_server=other_server
    )


UNREACHABLE = journeys(poll=link("offline"), submit=NOT_SENT, collect=AGAIN, cancel=CANCELED)

FAULTS: tuple[Fault, ...] = (
    answered("401", "401", "not authorised", NOT_LET_IN, cancel=ASKED_AGAIN),
    answered("403", "403", "not authorised", NOT_LET_IN, cancel=ASKED_AGAIN),
    answered("404 flap", "404", "offline", REFUSED),
    answered("408", "408", "offline", LOST),
    answered("409", "409", "offline", LOST),
    Fault(name="413", specs=("create:413x1",), expects=journeys(submit=SPLIT), other_server=True),
    Fault(name="413 before the body is read", specs=("create:early413x1",), expects=journeys(submit=SPLIT)),
    answered("429, retry-after in seconds", "429:6", "limited", HELD),
    answered("429, retry-after as a date", "429:date=6", "limited", HELD, other_server=False),
    answered("429, retry-after in milliseconds", "429:ms=3000", "limited", HELD),
    answered("429, no retry-after", "429:none", "limited", HELD),
    answered("429, spend cap", "429:spend", "limited", CAPPED),
    answered("500", "500", "offline", LOST),
    answered("502 with HTML", "502", "offline", LOST),
    answered("503", "503", "offline", ALONE, other_server=False),
    answered("529", "529", "offline", ALONE),
    answered("200 with HTML", "garbage", "offline", LOST),
    answered("200 with {}", "garbage:empty", "offline", LOST, other_server=False),
    answered("200 with half a JSON", "garbage:truncated", "offline", LOST, other_server=False),
    silent("done, then 200 with HTML", "garbage-after", ADOPTED),
    silent("done, no answer", "lost", ADOPTED),
    silent("done, reset", "lost:reset", ADOPTED),
    silent("not done, closed", "drop", LOST, other_server=True),
    silent("not done, reset", "drop:reset", LOST, other_server=True),
    silent("hang, and not done", "hang:2.2", LOST, timeouts=HASTY),
    silent("hang after it is done", "hang-after:2.2", ADOPTED, timeouts=HASTY),
    answered("redirect to itself", "redirect", "offline", REFUSED, other_server=False),
    answered("redirect elsewhere", "redirect:{elsewhere}", "offline", REFUSED),
    Fault(name="connection refused", weather=Weather.REFUSED, expects=UNREACHABLE),
    Fault(name="DNS failure", forgets_name=True, expects=UNREACHABLE),
    Fault(name="TLS failure", weather=Weather.NO_TLS, is_tls=True, expects=UNREACHABLE),
    Fault(
        name="clock an hour off",
        specs=("any:skew:3600",),
        expects=journeys(poll=(), submit=CONFIRMED, collect=AT_ONCE, cancel=CANCELED),
    ),
    Fault(
        name="clock an hour off, no answer", specs=("create:lostx1", "any:skew:3600"), expects=journeys(submit=ADOPTED)
    ),
    Fault(
        name="laptop sleeps 8 h",
        sleeps=True,
        expects=journeys(poll=(), submit=CONFIRMED, collect=AT_ONCE, cancel=CANCELED),
    ),
    results_only("cut", "cut:300", AGAIN, other_server=True),
    results_only("ends politely too soon", "truncate:2", AGAIN, other_server=True),
    results_only("nothing at all", "truncate:0", AGAIN),
    results_only("a line twice", "duplicate", AGAIN),
    results_only("a line of an unknown type", "unknown-type", AT_ONCE),
    results_only("a malformed line", "malformed", AGAIN),
    results_only("a blank line", "blank", AT_ONCE),
    Fault(name="a count too high", specs=("list:miscountx{polls}",), expects=journeys(collect=AGAIN)),
    Fault(name="a result counted as another", specs=("list:misfilex{polls}",), expects=journeys(collect=AGAIN)),
    Fault(name="results archived", archives=True, expects=journeys(collect=())),
    Fault(name="results_url elsewhere", expects=journeys(collect=AT_ONCE), other_server=True),
)
