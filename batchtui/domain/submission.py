"""What one POST of one chunk came to, as a table: what was seen, before or after the last block, and what that proves.

Nothing here sends; it only says what may be concluded from what was seen.
"""

from datetime import datetime
from enum import StrEnum

import msgspec

from batchtui.domain.batch import Batch


class ChunkState(StrEnum):
    """Where a chunk is on its way; `confirmed` and `adopted` have a batch, the others have none."""

    PLANNED = "planned"
    HELD = "held"
    SENDING = "sending"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    NOT_ACCEPTED = "not_accepted"
    UNKNOWN = "unknown"
    ADOPTED = "adopted"
    ABANDONED = "abandoned"
    SPLIT = "split"


class Accepted(msgspec.Struct, frozen=True):
    """A 2xx that decoded strictly."""

    batch: Batch
    request_id: str | None = None


class Undecodable(msgspec.Struct, frozen=True):
    """A 2xx whose body is no Message Batch, or was cut."""

    status: int
    why: str


class OtherAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Any other HTTP answer, a redirect that was not followed included."""

    status: int
    type: str | None = None
    message: str = ""
    error_code: str | None = None
    request_id: str | None = None
    retry_after_seconds: float | None = None
    is_service_envelope: bool = False
    """True when the body is the service's own error object, not some proxy's page."""


class NoConnection(msgspec.Struct, frozen=True):
    """DNS, refused, TLS, connect or pool timeout: no byte of the request reached a server."""

    why: str


class Broken(msgspec.Struct, frozen=True):
    """Reset, write or read timeout, canceled, cut: the connection ended without a whole answer."""

    why: str
    is_cut: bool = False
    """The other side or the network ended it, not we."""


class Unreadable(msgspec.Struct, frozen=True):
    """Our own disk did not give the body to its end: what was sent of it was never complete."""

    why: str


Seen = Accepted | Undecodable | OtherAnswer | NoConnection | Broken | Unreadable


class Trouble(StrEnum):
    """What kept a submission from being accepted, where its chunk has to remember it."""

    CUT = "cut"
    """A connection cut on an unreleased body so large that its size may be why."""
    DISK = "disk"
    """The body on disk could not be read: a person has to look at the disk."""


class Conclusion(StrEnum):
    """What a submission came to. Unknown is never sent again by itself."""

    CONFIRMED = "confirmed"
    REFUSED = "refused"
    WAIT = "wait"
    """429: refused for now, held until retry-after."""
    CAPPED = "capped"
    """A spend cap: the run is held until a person lets it go on."""
    TOO_LARGE = "too_large"
    """413: split, or refused when it is one request."""
    NOT_ACCEPTED = "not_accepted"
    UNKNOWN = "unknown"


LOCAL_REFUSAL = 0
"""Our own no, before the last block: the body on disk is not what was planned."""

CUT_BODY_BYTES = 32_000_000
"""Smaller bodies are cut for other reasons than their size."""

DEFINITE_REFUSALS = frozenset({LOCAL_REFUSAL, 400, 401, 402, 403, 404, 405, 413, 415, 422, 429})
"""Statuses that prove the batch was not made; 408, 409, 499 and 5xx prove nothing."""

ACCOUNT_REFUSALS = frozenset({401, 402, 403})
"""About the key or the account, not the chunk."""

KEY_REFUSALS = frozenset({401, 403})
"""Not authorised, as commands call it: exit code 5."""

SPEND_CAP = "enforced_spend_limit_reached"


def conclude(seen: Seen, *, released: bool) -> Conclusion:
    """What was seen, and whether the last block of the body had been handed over, decide what may be concluded."""
    match seen:
        case Accepted():
            return Conclusion.CONFIRMED
        case Undecodable():
            return Conclusion.UNKNOWN
        case Unreadable():
            return Conclusion.NOT_ACCEPTED
        case NoConnection() | Broken():  # a body that was released had a connection, whatever its end is called
            return Conclusion.UNKNOWN if released else Conclusion.NOT_ACCEPTED
        case OtherAnswer():
            return _conclude_status(seen, released=released)


def _conclude_status(seen: OtherAnswer, *, released: bool) -> Conclusion:
    if seen.status == 413:
        return Conclusion.TOO_LARGE
    if seen.error_code == SPEND_CAP and seen.status in DEFINITE_REFUSALS:
        return Conclusion.CAPPED
    if seen.status == 429:
        return Conclusion.WAIT
    if seen.status in DEFINITE_REFUSALS or 300 <= seen.status < 400:
        return Conclusion.REFUSED
    return Conclusion.UNKNOWN if released else Conclusion.NOT_ACCEPTED


def trouble_of(seen: Seen, *, size_bytes: int) -> Trouble | None:
    """What a chunk of so many bytes has to remember of a submission that was not accepted."""
    match seen:
        case Unreadable():
            return Trouble.DISK
        case Broken(is_cut=True) if size_bytes > CUT_BODY_BYTES:
            return Trouble.CUT
        case Accepted() | Undecodable() | OtherAnswer() | NoConnection() | Broken():
            return None


def may_return_alone(status: int | None, *, is_service_envelope: bool) -> bool:
    """503 and 529 in the service's own envelope: held again without a person, after two empty reads a minute apart."""
    return is_service_envelope and status in (503, 529)


class Submission(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One POST of one chunk, as far as the journal tells."""

    id: str
    run: str
    chunk: str
    requests: int
    bytes: int
    intended_at: datetime
    number: int = 0
    """Which of the workspace's submissions it is, counted from 0."""
    newest_batch_id: str | None = None
    """The newest batch listed before the POST; None when the list was empty."""
    listed_at: datetime | None = None
    """When it was listed, in the server's clock; None when the answer did not say."""
    state: ChunkState = ChunkState.SENDING
    is_released: bool = False
    batch_id: str | None = None
    is_proved: bool = True
    """False while the batch was adopted by its count alone."""
    why: str = ""
    status: int | None = None
    may_return_alone: bool = False
    is_doubted: bool = False
    """An answer came that named a batch, and something speaks against it."""
    answered: str | None = None
    """The batch that such an answer named, a candidate whatever its number of requests."""
    ended_at: datetime | None = None
    """When the connection ended; looks begun earlier prove nothing."""
    candidates: tuple[str, ...] = ()
    disproved: tuple[str, ...] = ()
    """Batches whose custom_ids did not match: never candidates again."""
    empty_since: datetime | None = None
    """Begin of the first complete read that showed no candidate, with none since."""
    is_not_found: bool = False

    @property
    def unsure_words(self) -> str:
        """What is wrong with it while it is unknown."""
        return self.why if self.is_doubted else "no answer"
