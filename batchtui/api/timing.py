"""Notes what each call to the service was and how it ended, for whoever wants to know."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from batchtui.domain.submission import Accepted, Broken, NoConnection, OtherAnswer, Seen, Undecodable, Unreadable
from batchtui.engine.calls import Call, CallSink
from batchtui.engine.ports import ServiceProblem


class Note:
    """A call under way; filled in as its answer comes."""

    def __init__(self, method: str, path: str, bytes_out: int) -> None:
        self.method, self.path, self.bytes_out = method, path, bytes_out
        self.at = datetime.now(UTC)
        self.begun = time.monotonic()
        self.status: int | None = None
        self.bytes_in = 0
        self.why = ""

    def saw(self, seen: Seen) -> None:
        """How a submission ended."""
        match seen:
            case Accepted():
                self.status = 200
            case OtherAnswer(status=status, message=message):
                self.status, self.why = status, message
            case Undecodable(status=status, why=why):
                self.status, self.why = status, why
            case NoConnection(why=why) | Broken(why=why) | Unreadable(why=why):
                self.why = why

    def ended(self) -> Call:
        return Call(
            at=self.at,
            method=self.method,
            path=self.path,
            status=self.status,
            bytes_in=self.bytes_in,
            bytes_out=self.bytes_out,
            seconds=time.monotonic() - self.begun,
            why=self.why,
        )


@contextmanager
def noted(sink: CallSink | None, method: str, path: str, *, bytes_out: int = 0) -> Iterator[Note]:
    """Pass the call on when the body of this ends, however it ends."""
    note = Note(method, path, bytes_out)
    try:
        yield note
    except ServiceProblem as problem:
        note.status, note.why = problem.status, problem.message
        raise
    except BaseException as error:
        note.why = note.why or type(error).__name__
        raise
    finally:
        if sink is not None:
            sink(note.ended())
