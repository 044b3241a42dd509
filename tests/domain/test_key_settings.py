"""Keys in the settings: what a terminal sends, whatever else is written there, and what must never be one key."""

import pytest

from batchtui.domain.actions.key_settings import assigned
from batchtui.domain.actions.table import BY_ID
from batchtui.domain.key_names import key_of, meant_by


def why(**wanted: str) -> list[str]:
    """What cannot be followed, in words."""
    return [problem.what for problem in assigned(wanted).problems]


@pytest.mark.parametrize(
    "text", ["f5", "ctrl+f", "é", "semicolon", ";", "comma", ",", "shift+tab", "f6, f7", "W", "ctrl+pagedown"]
)
def test_what_a_terminal_sends_can_be_a_key(text: str) -> None:
    assert why(refresh=text) == []


@pytest.mark.parametrize(
    ("text", "meant"),
    [("F5", "f5"), ("ctrl+S", "ctrl+s"), ("esc", "escape"), ("shift+a", "A"), ("pgup", "pageup"), ("^f", "ctrl+f"),
     ("ctrl+i", "tab"), ("ctrl-x", "ctrl+x"), ("entr", "enter"), ("alt+x", "")],
)  # fmt: skip
def test_what_no_terminal_sends_is_told_with_what_may_be_meant(text: str, meant: str) -> None:
    assert key_of(text) is None
    assert not meant or meant_by(text) == meant
    (words,) = why(refresh=text)
    assert f"no terminal sends {text!r}" in words and "refresh keeps its own" in words
    assert assigned({"refresh": text}).keys["refresh"] == BY_ID["refresh"].keys


@pytest.mark.parametrize("text", ["", " ", "f5,", "f5,,f6"])
def test_a_key_that_is_none_leaves_the_action_its_own(text: str) -> None:
    (words,) = why(quit=text)
    assert "no terminal sends ''" in words
    assert assigned({"quit": text}).keys["quit"] == BY_ID["quit"].keys


def test_a_character_and_its_name_are_one_key() -> None:
    (words,) = why(errors="/")
    assert "filter has that key" in words
    assert assigned({"errors": "/", "filter": "f9", "find": "f10"}).keys["errors"] == ("slash",)


def test_what_opens_a_plan_is_never_what_agrees_to_it() -> None:
    (words,) = why(copy_id="f6", submit="y")
    assert "submit = 'y': send has that key" in words
    (words,) = why(submit="f8", agree="f8")[:1]
    assert "has that key" in words


@pytest.mark.parametrize("key", ["enter", "escape"])
def test_enter_and_escape_never_agree(key: str) -> None:
    assert "enter and escape mean no" in why(refuse="f7", back="f8", agree=key)[0]
    assert "enter and escape mean no" in why(no="f7", yes=key)[0]


def test_figures_that_choose_cannot_be_moved() -> None:
    (words,) = why(adopt_candidate="f5")
    assert "its keys are the figures of a list" in words


def test_of_two_that_want_one_key_only_one_gets_it() -> None:
    found = assigned({"errors": "f9", "planner": "f9"})
    assert [found.keys["errors"], found.keys["planner"]].count(("f9",)) == 1
    assert len(found.problems) == 1
