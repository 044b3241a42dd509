r"""Decodes JSON that holds half of a surrogate pair, such as `"\ud83d"`.

It is JSON by the grammar (RFC 8259, section 8.2), it is what becomes of an emoji that was cut in two, and msgspec
refuses it. A result must not be lost for that: the half is read as U+FFFD, the bytes on disk stay as they are.
"""

import re
from collections.abc import Callable
from typing import TypeVar

import msgspec

Decoded = TypeVar("Decoded")

_ESCAPE = re.compile(
    rb"\\(?:(?P<half>u[dD](?:[89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])|[c-fC-F][0-9a-fA-F]{2}))"
    rb"|u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|.)",
    re.DOTALL,
)


def decode_with_halves(decode: Callable[[bytes], Decoded], text: bytes) -> Decoded:
    """What `decode` makes of it, at the second go with half pairs replaced.

    Raises:
        msgspec.DecodeError: it is not that which is wrong with it.
    """
    try:
        return decode(text)
    except msgspec.ValidationError:
        raise
    except msgspec.DecodeError:
        mended = _ESCAPE.sub(_whole, text)
        if mended == text:
            raise
        return decode(mended)


def _whole(found: re.Match[bytes]) -> bytes:
    return rb"\ufffd" if found["half"] else found[0]
