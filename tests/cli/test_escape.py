"""JSON on stdout can't drive a terminal, and means what it meant."""

import json
import sys
import unicodedata

import msgspec
import pytest

from batchtui.domain.escape import escape

DANGEROUS = ("Cc", "Cf", "Zl", "Zp")
"""Controls, bidi and other format characters, line and paragraph separators."""


def test_no_character_that_a_terminal_obeys_is_left() -> None:
    text = "".join(chr(code) for code in range(sys.maxunicode + 1) if not 0xD800 <= code < 0xE000)
    escaped = escape(msgspec.json.encode(text).decode())
    assert {char for char in escaped if unicodedata.category(char) in DANGEROUS} == set()
    assert json.loads(escaped) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", '"plain"'),
        ("blåbær 寿司", '"blåbær 寿司"'),
        ("\x1b]0;owned\x07", '"\\u001b]0;owned\\u0007"'),
        ("\x9b31m", '"\\u009b31m"'),
        ("a\u202eb", '"a\\u202eb"'),
        ("\U000e0041", '"\\udb40\\udc41"'),
    ],
)
def test_only_such_characters_are_escaped(text: str, expected: str) -> None:
    assert escape(msgspec.json.encode(text).decode()) == expected
