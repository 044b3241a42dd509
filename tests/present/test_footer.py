"""The row of keys: what is on, what is off just now, what cannot be had here."""

import pytest

from batchtui.domain.actions.table import ACTIONS, BY_ID, Place, is_available, key_label
from batchtui.present.cells import plain
from batchtui.present.facts import lay_facts
from batchtui.present.footer import ORDER, Absent, key_line
from batchtui.present.help import HelpPage


def label(name: str) -> str:
    return key_label(BY_ID[name].keys[0])


def test_a_key_that_can_lead_to_sending_is_amber_and_one_that_is_off_is_dim() -> None:
    line = key_line(("open", "submit", "retry"), label, lambda name: "no" if name == "retry" else "")
    assert [spans[0].role for spans in line.left] == ["head", "warn", "dim", "head"]
    assert [plain(spans) for spans in line.left] == ["enter open", "S submit", "R retry", "? help"]


def test_what_cannot_be_had_here_is_left_out_but_never_help() -> None:
    line = key_line(("open", "submit", "help"), label, lambda name: Absent("read-only"))
    assert [plain(spans) for spans in line.left] == ["? help"]


def test_a_narrow_terminal_drops_keys_from_the_right_and_keeps_help() -> None:
    line = key_line(("open", "errors", "submit", "retry"), label, lambda name: "")
    assert plain(lay_facts(line, 30)).rstrip() == "enter open  e errors  ? help"


@pytest.mark.parametrize("place", [Place.HOME, Place.BATCHES, Place.DETAIL])
def test_every_key_of_a_list_is_one_of_its_place(place: Place) -> None:
    assert all(is_available(BY_ID[name], place) for name in ORDER[place])


@pytest.mark.parametrize("place", [Place.INSPECTOR, Place.PLAN, Place.EXPORT])
def test_help_lists_every_key_of_a_place_that_has_keys_of_its_own(place: Place) -> None:
    page = HelpPage(place=place, label=lambda name: BY_ID[name].keys[0], why_off=lambda _: "")
    text = " ".join(word for line in page.lines() for word in plain(line).split())
    own = [action for action in ACTIONS if action.places == (place,)]
    assert own and all(action.tooltip in text for action in own)
