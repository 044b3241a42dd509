"""Classes, templates, groups and the rules of what is sent again."""

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from batchtui.domain.issues.triage import Verdict, classify, group, template, verdict
from batchtui.domain.results import Issue, ResultLine
from batchtui.domain.retry import RetryPolicy, why_not
from tests.fakes import result_line


def line(result: dict[str, object]) -> ResultLine:
    return msgspec.json.decode(json.dumps({"custom_id": "a", "result": result}), type=ResultLine)


def errored(kind: str, message: str) -> ResultLine:
    error = {"type": "error", "error": {"type": kind, "message": message}, "request_id": None}
    return line({"type": "errored", "error": error})


def test_a_plain_success_is_no_issue() -> None:
    assert classify(msgspec.json.decode(result_line("a"), type=ResultLine)) is None


@pytest.mark.parametrize(
    ("result", "cls"),
    [
        ({"type": "expired"}, "expired"),
        ({"type": "canceled"}, "canceled"),
        ({"type": "paused"}, "unknown:paused"),
        ({"type": "succeeded"}, "unknown:succeeded"),
        ({"type": "succeeded", "message": {"stop_reason": "max_tokens"}}, "stop:max_tokens"),
        ({"type": "succeeded", "message": {"stop_reason": "refusal"}}, "stop:refusal"),
        ({"type": "errored"}, "unknown:errored"),
    ],
)
def test_every_other_result_has_a_class(result: dict[str, object], cls: str) -> None:
    found = classify(line(result))
    assert found is not None and found[0] == cls


def test_an_exhausted_credit_is_its_own_class_whatever_the_type_says() -> None:
    found = classify(errored("invalid_request_error", "Your credit balance is too low to access the Anthropic API."))
    assert found is not None and found[0] == "credit"
    assert verdict("credit")[0] is Verdict.REFUSE


@pytest.mark.parametrize("kind", ["invalid_request_error", "api_error", "billing_error", "some_new_error"])
@pytest.mark.parametrize(
    "message",
    [
        "Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing.",
        "credit balance is exhausted",
        "You have insufficient credits for this request",
        "Your organization is out of prepaid credits",
        "Please purchase more credits",
    ],
)
def test_a_credit_message_is_credit_in_any_class(kind: str, message: str) -> None:
    found = classify(errored(kind, message))
    assert found is not None and found[0] == "credit"


def test_a_message_that_only_mentions_a_credit_is_not_about_the_account() -> None:
    found = classify(errored("invalid_request_error", "messages.0: give credit to `author`"))
    assert found is not None and found[0] == "invalid_request_error"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("max_tokens: 99999 > 64000, which is the maximum", "max_tokens: 70000 > 8192, which is the maximum"),
        ("messages.3.content: empty", "messages.12.content: empty"),
        ("model: claude-nope-1", "model: claude-haiku-9-20260101"),
        ("file 'a.png' not found", "file 'b.png' not found"),
        ("request req_011CTkAbc failed", "request req_011CXyz99 failed"),
        ("cannot read /tmp/a/b.json", "cannot read /var/x/y.json"),
    ],
)
def test_messages_that_differ_only_in_their_particulars_share_a_template(one: str, other: str) -> None:
    assert template(one) == template(other)


@given(st.text(max_size=200))
def test_a_template_is_its_own_template(message: str) -> None:
    assert template(template(message)) == template(message)


@given(
    st.text(alphabet=st.characters(exclude_categories=["Nd", "No", "Nl"]), max_size=40), st.integers(0), st.integers(0)
)
def test_two_messages_that_differ_only_in_a_number_share_a_template(text: str, one: int, other: int) -> None:
    assert template(f"{text} {one} end") == template(f"{text} {other} end")


ISSUES = [Issue(custom_id=f"r{n}", cls="api_error", message=f"Internal error {n}") for n in range(5)] + [
    Issue(custom_id=f"e{n}", cls="invalid_request_error", message=f"messages.{n}: empty") for n in range(7)
]


@given(st.permutations(ISSUES))
def test_groups_are_the_same_in_any_order_of_arrival(issues: list[Issue]) -> None:
    assert group(issues) == group(ISSUES)


def test_what_can_be_sent_again_comes_first() -> None:
    assert [entry.cls for entry in group(ISSUES)] == ["api_error", "invalid_request_error"]


def test_by_default_only_the_resendable_are_chosen_and_the_rest_has_a_reason() -> None:
    later = {"r1": "evals.r1"}
    reasons = [why_not(issue, RetryPolicy(), later.get(issue.custom_id)) for issue in ISSUES]
    edit = "invalid_request_error: the same input fails again; change it with --set or --edit"
    assert reasons == [None, "already sent again by evals.r1", None, None, None, *[edit] * 7]


def test_a_request_that_a_person_must_decide_about_names_the_class_that_sends_it() -> None:
    cut = Issue(custom_id="r9", cls="stop:max_tokens", message="stopped by max_tokens")
    reason = why_not(cut, RetryPolicy(custom_ids=frozenset({"r9"})), None)
    assert reason is not None and reason.endswith("--class stop:max_tokens sends it")
    assert why_not(cut, RetryPolicy(custom_ids=frozenset({"r9"}), classes=frozenset({cut.cls})), None) is None


def test_naming_an_edit_class_is_not_enough_without_an_edit() -> None:
    named = RetryPolicy(classes=frozenset({"invalid_request_error"}))
    assert all(why_not(issue, named, None) for issue in ISSUES)
    edited = RetryPolicy(classes=frozenset({"invalid_request_error"}), has_edits=True)
    assert [why_not(issue, edited, None) is None for issue in ISSUES] == [False] * 5 + [True] * 7


def test_an_account_class_is_sent_only_when_named() -> None:
    issue = Issue(custom_id="a", cls="billing_error")
    assert why_not(issue, RetryPolicy(), None) is not None
    assert why_not(issue, RetryPolicy(classes=frozenset({"billing_error"})), None) is None
