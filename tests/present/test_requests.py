"""One request: its facts, what a message complains about, what an editor changed."""

import json
from typing import Any

import pytest

from batchtui.present.plan.edit_summary import summarise_edits
from batchtui.present.request.faults import faults_of
from batchtui.present.request.json_lines import Path
from batchtui.present.request.summary import summarise


def line(**params: Any) -> bytes:
    body = {
        "model": "claude-haiku-4-5",
        "max_tokens": 90000,
        "messages": [{"role": "user", "content": [{"type": "text", "text": ""}]}],
        "tools": [{"name": "search", "input_schema": {"type": "object"}}],
        **params,
    }
    return json.dumps({"custom_id": "doc-1", "params": body}).encode()


@pytest.mark.parametrize(
    ("message", "path"),
    [
        ("max_tokens: 90000 > 64000, which is the maximum", ("params", "max_tokens")),
        ("messages.0.content.0.text: text must be non-empty", ("params", "messages", 0, "content", 0, "text")),
        ("messages.0.content: Field required", ("params", "messages", 0, "content")),
        ("messages.7.content: empty", ("params", "messages")),
        ("tools.0.custom.input_schema.type: Field required", ("params", "tools", 0, "input_schema", "type")),
        ("`max_tokens` must be at least 1", ("params", "max_tokens")),
        ("the value of max_tokens is too large", ("params", "max_tokens")),
        ("model: claude-opus-9", ("params", "model")),
    ],
)
def test_the_part_a_message_names_is_found(message: str, path: Path) -> None:
    assert list(faults_of(message, line())) == [path]


@pytest.mark.parametrize("message", ["Overloaded", "Internal server error", "temperature: not allowed", "", "stop: it"])
def test_a_message_that_names_no_part_marks_none(message: str) -> None:
    assert faults_of(message, line()) == {}


@pytest.mark.parametrize("damaged", [b"", b"{", b"[]", b'{"params": 3}', b"null"])
def test_damaged_requests_have_no_faults_and_no_facts(damaged: bytes) -> None:
    assert faults_of("max_tokens: wrong", damaged) == {}
    assert summarise(damaged).model == ""


def test_the_reason_is_what_stands_behind_the_path() -> None:
    (reason,) = faults_of("max_tokens: 90000 > 64000,\n which is", line()).values()
    assert reason == "90000 > 64000, which is"


def test_facts_tell_the_last_thing_the_user_said() -> None:
    messages = [
        {"role": "user", "content": "first"},
        {"role": "assistant", "content": "answer"},
        {"role": "user", "content": [{"type": "image"}, {"type": "text", "text": "second"}]},
    ]
    facts = summarise(line(messages=messages, system="Be brief."))
    assert (facts.model, facts.max_tokens, facts.messages) == ("claude-haiku-4-5", "90000", 3)
    assert facts.user.text == "[image] second"
    assert facts.system.text == "Be brief."


def test_of_a_long_text_only_the_beginning_is_kept() -> None:
    facts = summarise(line(messages=[{"role": "user", "content": "x" * 1_000_000}]))
    assert len(facts.user.text) == 4_000 and facts.user.length == 1_000_000


def edited(custom_id: str, **params: Any) -> bytes:
    return json.dumps({"custom_id": custom_id, "params": params}).encode()


def test_edits_are_summed_up_by_the_params_they_change() -> None:
    before = {"a": edited("a", max_tokens=1, model="m"), "b": edited("b", max_tokens=1), "c": edited("c", max_tokens=1)}
    after = [edited("a", max_tokens=2, model="n"), edited("b", max_tokens=2)]
    summary = summarise_edits(before, after)
    assert summary.words == "2 of 3 changed: max_tokens in 2, model in 1, 1 taken out"


def test_other_blanks_in_a_line_are_no_change() -> None:
    before = edited("a", max_tokens=1)
    assert summarise_edits({"a": before}, [before.replace(b" ", b"")]).is_nothing


def test_a_line_that_cannot_be_read_is_a_change() -> None:
    assert not summarise_edits({"a": edited("a")}, [b"{"]).is_nothing
