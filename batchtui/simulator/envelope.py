"""The body of a create call: everything the service checks before it answers, and nothing of `params`."""

import hashlib
import mmap
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO

import msgspec

from batchtui.simulator.problems import ServiceError, invalid_request

MAX_BODY_BYTES = 256_000_000
MAX_REQUESTS = 100_000
CUSTOM_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}\Z")


class Body(msgspec.Struct, forbid_unknown_fields=True):
    """The body, its rows not yet looked into."""

    requests: list[msgspec.Raw]


class Row(msgspec.Struct, forbid_unknown_fields=True):
    """One request, its params not yet looked into."""

    custom_id: str
    params: msgspec.Raw


@dataclass(frozen=True)
class Envelope:
    """A body that the service accepts."""

    rows: list[msgspec.Raw]
    custom_ids: list[str]

    @property
    def ids_sha256(self) -> str:
        """Hash of the custom_ids in request order, joined by line ends."""
        return hashlib.sha256("\n".join(self.custom_ids).encode()).hexdigest()


_body = msgspec.json.Decoder(Body)
_row = msgspec.json.Decoder(Row)


@contextmanager
def opened(body: IO[bytes]) -> Iterator[Envelope]:
    """Check the body in a file; its rows are views that live as long as the context."""
    body.flush()
    if body.seek(0, 2) == 0:
        raise invalid_request("A JSON body is required")
    # The map is closed by its last view: an error on its way out may still hold one.
    yield _checked(mmap.mmap(body.fileno(), 0, access=mmap.ACCESS_READ))


def custom_id(row: bytes) -> str:
    """The custom_id of a row that was accepted."""
    return _row.decode(row).custom_id


def _checked(content: mmap.mmap) -> Envelope:
    try:
        rows = _body.decode(content).requests
    except msgspec.ValidationError as error:
        raise _shape_problem(error, at="") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise invalid_request(f"The request body is not valid JSON: {error}") from None
    _check_number(len(rows))
    return Envelope(rows, _custom_ids(rows))


def _check_number(count: int) -> None:
    if count == 0:
        raise invalid_request("requests: List should have at least 1 item after validation, not 0")
    if count > MAX_REQUESTS:
        raise invalid_request(f"requests: List should have at most {MAX_REQUESTS} items after validation, not {count}")


def _custom_ids(rows: list[msgspec.Raw]) -> list[str]:
    ids: dict[str, None] = {}
    for index, raw in enumerate(rows):
        custom_id = _decoded(raw, index).custom_id
        if not CUSTOM_ID.match(custom_id):
            raise invalid_request(f"requests.{index}.custom_id: String should match pattern '^[a-zA-Z0-9_-]{{1,64}}$'")
        if custom_id in ids:
            raise invalid_request(f"requests.{index}.custom_id: custom_id must be unique within a batch: {custom_id}")
        ids[custom_id] = None
    return list(ids)


def _decoded(raw: msgspec.Raw, index: int) -> Row:
    content = bytes(raw)
    try:
        row = _row.decode(content)
        if not content.isascii():
            content.decode()  # msgspec passes over text it skips
    except msgspec.ValidationError as error:
        raise _shape_problem(error, at=f"requests.{index}") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise invalid_request(f"The request body is not valid JSON: requests.{index}: {error}") from None
    if bytes(memoryview(row.params)[:1]) != b"{":
        raise invalid_request(f"requests.{index}.params: Input should be a valid dictionary")
    return row


def _shape_problem(error: msgspec.ValidationError, *, at: str) -> ServiceError:
    """Say what msgspec found in the words of the service."""
    text = str(error)
    missing = re.match(r"Object missing required field `(\w+)`", text)
    extra = re.match(r"Object contains unknown field `(.+)`", text)
    prefix = f"{at}." if at else ""
    if missing:
        return invalid_request(f"{prefix}{missing[1]}: Field required")
    if extra:
        return invalid_request(f"{prefix}{extra[1]}: Extra inputs are not permitted")
    place = re.search(r"`\$\.?(\w*)", text)
    where = ".".join(part for part in (at, place[1] if place else "") if part) or "body"
    wanted = re.match(r"Expected `(\w+)`", text)
    return invalid_request(f"{where}: Input should be a valid {_WORDS.get(wanted[1] if wanted else '', 'dictionary')}")


_WORDS = {"array": "list", "str": "string", "object": "dictionary"}
