r"""JSON with half of a surrogate pair, as `json.dumps` writes an emoji that was cut in two."""

import json

import msgspec
import pytest

from batchtui.domain.half_pairs import decode_with_halves

DECODE = msgspec.json.Decoder().decode


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        (rb'"a\ud83d"', "a\ufffd"),
        (rb'"\ud83d\ud83d\ude00"', "\ufffd\U0001f600"),
        (rb'"\ude00x"', "\ufffdx"),
        (rb'"\\ud83d \ud83d"', "\\ud83d \ufffd"),
        (rb'"\ud83d\\ude00"', "\ufffd\\ude00"),
        (rb'"\D83D"', None),
        (rb'"\uD83D\uDE00"', "\U0001f600"),
    ],
)
def test_a_half_pair_is_read_as_the_replacement_character(text: bytes, meant: str | None) -> None:
    if meant is None:
        with pytest.raises(msgspec.DecodeError):
            decode_with_halves(DECODE, text)
    else:
        assert decode_with_halves(DECODE, text) == meant


def test_it_agrees_with_pythons_own_reading() -> None:
    text = json.dumps({"text": "cut \ud83d here, whole \U0001f600, low \udc00, slash \\ud83d"}).encode()
    theirs = json.loads(text)["text"].encode("utf-8", "replace").decode().replace("?", "\ufffd")
    assert decode_with_halves(DECODE, text)["text"] == theirs


def test_what_is_wrong_otherwise_stays_wrong() -> None:
    with pytest.raises(msgspec.DecodeError):
        decode_with_halves(DECODE, rb'{"a": "\ud83d"')
