"""What can be made to go wrong with the next answers, and the hooks a test arms it with."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field

ERROR_TYPES = {
    400: "invalid_request_error",
    401: "authentication_error",
    402: "billing_error",
    403: "permission_error",
    404: "not_found_error",
    413: "request_too_large",
    429: "rate_limit_error",
    504: "timeout_error",
    529: "overloaded_error",
}


@dataclass(frozen=True, kw_only=True)
class Answer:
    """Answer this instead of doing anything; `early` leaves the body unread and closes."""

    status: int
    error_type: str
    message: str
    details: Mapping[str, object] | None
    headers: Mapping[str, str]
    raw: bytes | None
    early: bool


@dataclass(frozen=True, kw_only=True)
class Lose:
    """Do what was asked, then close without an answer (or reset the connection)."""

    reset: bool


@dataclass(frozen=True, kw_only=True)
class Drop:
    """Read so many bytes of the body, then close (or reset); nothing is done."""

    after_bytes: int
    reset: bool


@dataclass(frozen=True, kw_only=True)
class Cut:
    """Give only the first part of the answer; `politely` ends it as if it were all."""

    keep: float
    politely: bool


@dataclass(frozen=True, kw_only=True)
class Delay:
    """Do what was asked, then wait before the answer."""

    seconds: float


Fault = Answer | Lose | Drop | Cut | Delay


@dataclass
class Hooks:
    """Faults waiting for their operation; each strikes once, the oldest first, and the rest is answered as ever."""

    _armed: list[tuple[str, Fault]] = field(default_factory=list, init=False)
    _armed_lock: threading.Lock = field(default_factory=threading.Lock, init=False)

    def answer_next(
        self,
        operation: str,
        status: int,
        *,
        times: int = 1,
        error_type: str | None = None,
        message: str = "made to fail",
        details: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        raw: bytes | None = None,
        early: bool = False,
    ) -> None:
        """Answer the next calls of an operation (`*`: any) with a status, in the error envelope or with raw bytes."""
        answer = Answer(
            status=status,
            error_type=error_type or ERROR_TYPES.get(status, "api_error"),
            message=message,
            details=details,
            headers=headers or {},
            raw=raw,
            early=early,
        )
        self.arm(operation, answer, times=times)

    def lose_next_create(self, *, times: int = 1, reset: bool = False) -> None:
        """Accept the next create, write it in the ledger, and give no answer."""
        self.arm("create", Lose(reset=reset), times=times)

    def drop_next(self, operation: str, *, times: int = 1, after_bytes: int = 0, reset: bool = False) -> None:
        """Close the next connection of an operation within its body; nothing is accepted."""
        self.arm(operation, Drop(after_bytes=after_bytes, reset=reset), times=times)

    def cut_next(self, operation: str, *, times: int = 1, keep: float = 0.5, politely: bool = False) -> None:
        """Cut the next answer of an operation; politely: whole lines for results, a shorter length for others."""
        self.arm(operation, Cut(keep=keep, politely=politely), times=times)

    def delay_next(self, operation: str, seconds: float, *, times: int = 1) -> None:
        """Make the next answer of an operation late."""
        self.arm(operation, Delay(seconds=seconds), times=times)

    def arm(self, operation: str, fault: Fault, *, times: int = 1) -> None:
        """Let a fault strike the next so many calls of an operation."""
        with self._armed_lock:
            self._armed += [(operation, fault)] * times

    def disarm(self) -> None:
        """Forget every fault that has not struck."""
        with self._armed_lock:
            self._armed.clear()

    def take(self, operation: str) -> Fault | None:
        """Take the oldest fault that concerns this operation."""
        with self._armed_lock:
            for index, (armed_for, fault) in enumerate(self._armed):
                if armed_for in (operation, "*"):
                    del self._armed[index]
                    return fault
        return None
