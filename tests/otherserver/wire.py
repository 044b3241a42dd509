"""How replies look as bytes: odd header names, lengths or chunks, and cuts."""

import gzip
import json
import random
from collections.abc import Iterator, Mapping
from http import HTTPStatus

from .faults import Cut
from .routes import Reply

REQUEST_ID_MISSING_EVERY = 3
CLOSES_EVERY = 5


def closes(number: int) -> bool:
    """Say whether the connection ends with the answer of this number."""
    return number % CLOSES_EVERY == 0


def request_id(number: int) -> str | None:
    """Give the request id of the answer of this number; some have none."""
    return None if number % REQUEST_ID_MISSING_EVERY == 0 else f"req_{number:x}-zz"


def head(number: int, reply: Reply, extra: Mapping[str, str]) -> bytes:
    """Write the status line and the headers, each name in a casing of its own."""
    headers = {"content-type": "application/json", "x-lantern": "lit", **extra, **reply.headers}
    if identifier := request_id(number):
        headers["request-id"] = identifier
    if closes(number):
        headers["connection"] = "close"
    lines = [f"HTTP/1.1 {reply.status} {phrase(reply.status)}"]
    lines += [f"{odd(name, number + place)}: {value}" for place, (name, value) in enumerate(headers.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def odd(name: str, number: int) -> str:
    """Write a header name in one of four casings."""
    match number % 4:
        case 0:
            return name.upper()
        case 1:
            return name.title().swapcase()
        case 2:
            return name.lower()
    return "".join(letter.upper() if place % 2 else letter for place, letter in enumerate(name))


def phrase(status: int) -> str:
    """Name a status; the service uses some that HTTP does not know."""
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Whatever"


def whole(number: int, reply: Reply, extra: Mapping[str, str], cut: Cut | None) -> bytes:
    """Write an answer with its Content-Length; a rude cut promises more than it gives."""
    body = reply.raw if reply.document is None else encode(reply, number)
    kept = body if cut is None else body[: int(len(body) * cut.keep)]
    promised = kept if cut is not None and cut.politely else body
    return head(number, reply, {**extra, "content-length": str(len(promised))}) + kept


def encode(reply: Reply, number: int) -> bytes:
    """Write a document, sometimes indented."""
    return json.dumps(reply.document, indent=2 if number % 2 else None, ensure_ascii=number % 4 < 2).encode()


def chunked(number: int, reply: Reply, extra: Mapping[str, str], cut: Cut | None, *, zipped: bool) -> Iterator[bytes]:
    """Write results in chunks that end anywhere; a rude cut leaves the last one out."""
    lines = list(reply.lines or ())
    if cut is not None and cut.politely:
        lines = lines[: int(len(lines) * cut.keep)]
    # The last line has its newline in half of the answers: JSON Lines allows both.
    body = b"\n".join(lines) + (b"\n" if lines and number % 2 else b"")
    headers = {**extra, "content-type": "application/x-jsonl", "transfer-encoding": "chunked"}
    if zipped:
        body = gzip.compress(body, 1)
        headers["content-encoding"] = "gzip"
    yield head(number, reply, headers)
    is_rude = cut is not None and not cut.politely
    end = int(len(body) * cut.keep) if cut is not None and is_rude else len(body)
    yield from pieces(memoryview(body)[:end], random.Random(number))
    if not is_rude:
        yield b"0\r\nX-Goodbye: now\r\n\r\n"


def pieces(body: memoryview, sizes: random.Random) -> Iterator[bytes]:
    """Cut a body into chunks of random length, with an extension now and then."""
    start = 0
    while start < len(body):
        size = sizes.randrange(1, max(2, min(120_000, len(body) // 3)))
        piece = body[start : start + size]
        note = b";tide=high" if size % 3 == 0 else b""
        yield b"%x%s\r\n%s\r\n" % (len(piece), note, piece)
        start += size
