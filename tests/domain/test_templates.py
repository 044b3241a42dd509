"""Templates: messages that a person would put in one group share one, and nothing outside can upset them."""

import random
import time
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from batchtui.domain.issues.templates import LONGEST_TEMPLATE, template
from tests.domain import messages_held_back, messages_known, messages_reported

Corpus = Sequence[tuple[str, ...]]
CORPORA = {
    "known": messages_known.GROUPS,
    "held back": messages_held_back.GROUPS,
    "reported": messages_reported.GROUPS,
}


def torn(corpus: Corpus) -> list[set[str]]:
    """Groups that got more than one template."""
    return [found for group in corpus if len(found := {template(message) for message in group}) > 1]


def mixed(corpus: Corpus) -> list[str]:
    """Templates that messages of several groups share."""
    owners: dict[str, set[int]] = {}
    for number, group in enumerate(corpus):
        for message in group:
            owners.setdefault(template(message), set()).add(number)
    return [shape for shape, numbers in owners.items() if len(numbers) > 1]


@pytest.mark.parametrize("name", CORPORA)
def test_messages_that_a_person_groups_share_a_template(name: str) -> None:
    assert torn(CORPORA[name]) == []


@pytest.mark.parametrize("name", CORPORA)
def test_messages_that_a_person_keeps_apart_have_templates_of_their_own(name: str) -> None:
    assert mixed(CORPORA[name]) == []


@pytest.mark.parametrize("message", [m for corpus in CORPORA.values() for group in corpus for m in group])
def test_the_template_of_a_real_template_is_itself(message: str) -> None:
    assert template(template(message)) == template(message)


PIECES = (
    "messages.", "content", "[", "]", ".", " ", "'", '"', "`", "“", "”", "\\", "\n", "\x00", "{", "}", ":",
    ",", "/", "//", "http://", "claude-", "req_", "toolu_", "0x", "a1b2c3d4", "7", "12", "-", "+", "e", "E",
    "%", "$", "MB", " s", "ms", "h", "th", "T", "Z", "UTC", "Nov", "@", "x.de", "<", ">", "<n>", "<text>",
    "<id", "model:", "custom_id ", "data:image/png;base64,", "image/png", "=", "é", "٣", "²", "\u202e", "😀",
    "and", ", ", "tokens", "message", "'message': '", "::", "ff", "(", ")", "properties.", "deadbeef",
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
)  # fmt: skip
hostile = st.lists(st.sampled_from(PIECES) | st.text(max_size=6), max_size=40).map("".join)


@settings(max_examples=600, deadline=None)
@given(hostile)
def test_a_template_is_its_own_template_whatever_it_is_made_of(message: str) -> None:
    assert template(template(message)) == template(message)


@settings(deadline=None)
@given(hostile, st.integers(0, 10**12), st.integers(0, 10**12), hostile)
def test_messages_that_differ_only_in_a_number_share_a_template(before: str, one: int, other: int, after: str) -> None:
    assert template(f"{before} {one} {after}") == template(f"{before} {other} {after}")


@given(st.floats(allow_nan=False, allow_infinity=False), st.integers(-(10**9), 10**9))
def test_signs_fractions_and_exponents_are_parts_of_a_number(one: float, other: int) -> None:
    assert template(f"got {one}, not that") == template(f"got {other}, not that") == "got <n>, not that"


@pytest.mark.parametrize(
    ("one", "other"), [("1", "1,000,000"), ("3", "12 "), ("0", "1.5"), ("2026", "7"), ("1_000", "5"), ("٣", "4")]
)
def test_the_way_a_number_is_written_does_not_matter(one: str, other: str) -> None:
    assert template(f"limit {one} reached") == template(f"limit {other} reached")


ENDLESS = (
    '"', "'a", "a.", "1", "{", '{"a": ', "/a", "1:", "a@", "claude-", "A", "A1", "<n>, ", "-", " ",
    "messages[0]", "a_", "\\", "“", "::", "1 ", "'x' ", "a/", "e1.", "data:a/b;base64,", "a:", "gpt",
    "Nov 1 ", "1h ",
)  # fmt: skip


@pytest.mark.parametrize("piece", ENDLESS)
def test_no_message_takes_long_or_makes_a_long_template(piece: str) -> None:
    begun = time.process_time()
    shape = template(piece * (300_000 // len(piece)))
    assert len(shape) <= LONGEST_TEMPLATE
    assert time.process_time() - begun < 5  # of its own work: a hundred times what it takes on a slow machine


def test_the_order_in_which_messages_were_met_changes_no_template() -> None:
    messages = [message for corpus in CORPORA.values() for group in corpus for message in group]
    first = {message: template(message) for message in messages}
    random.Random(7).shuffle(messages)
    assert {message: template(message) for message in messages} == first
