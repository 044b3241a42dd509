"""Filters: words that all have to match, fields, and what must not be there."""

import pytest

from batchtui.present.filtering import completed, matches, parse_filter, unknown_fields

FIELDS = ("status", "run", "id", "is")
ROW = {"status": "partial", "run": "nightly-eval-1120", "id": "msgbatch_01hk", "is": "alert run"}


@pytest.mark.parametrize(
    ("text", "is_shown"),
    [
        ("", True),
        ("night", True),
        ("NIGHT", True),
        ("night part", True),
        ("night ok", False),
        ("status:part", True),
        ("status:night", False),
        ("st:part", True),
        ("!ok", True),
        ("!partial", False),
        ("!status:partial", False),
        ("!status:ok night", True),
        ("nope:partial", False),
        ("i:alert", False),
        ("!", True),
        ("status:", False),
    ],
)
def test_a_row_matches(text: str, is_shown: bool) -> None:
    assert matches(parse_filter(text, FIELDS), ROW) is is_shown


def test_what_stands_like_a_field_and_is_none_is_told() -> None:
    assert unknown_fields("foo:bar night bad:>0 !foo:x st:part run:a :x nope:", FIELDS) == ("foo", "bad")


@pytest.mark.parametrize("text", ["", " ", "Sa6^a%", "!", "!x", "nosuch", "a b", ":", "nosuch:x"])
def test_what_begins_no_field_stays_as_it_was_typed(text: str) -> None:
    assert completed(text, ("status", "run"), {}) == text
