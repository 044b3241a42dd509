"""`:retry …`: what is typed is done or refused, and never passed over."""

import pytest

from batchtui.domain.failures import BadInput
from batchtui.domain.retry import RetryPolicy
from batchtui.present.retry_words import retry_wish


def test_runs_classes_and_requests_are_told_apart_in_any_order() -> None:
    wish = retry_wish(["--class", "credit", "evals", "--custom-id=a-1", "--class=expired"])
    assert wish.runs == ("evals",)
    assert wish.policy == RetryPolicy(classes=frozenset({"credit", "expired"}), custom_ids=frozenset({"a-1"}))
    assert retry_wish(["a", "b"]).runs == ("a", "b")
    assert retry_wish(["a", "--lost"]).is_lost


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ([], "retry of which?"),
        (["--class", "credit"], "retry of which?"),
        (["a", "--class"], "--class of which?"),
        (["a", "--set", "max_tokens=1"], "--set belongs in a shell"),
        (["a", "--yes"], "--yes belongs in a shell"),
        (["a", "b", "--lost"], "several runs are sent again by their rules alone"),
        (["a", "b", "--class", "credit"], "several runs are sent again by their rules alone"),
    ],
)
def test_what_it_cannot_do_is_said(words: list[str], why: str) -> None:
    with pytest.raises(BadInput, match=why.replace("?", r"\?")):
        retry_wish(words)
