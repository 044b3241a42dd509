"""Keys come from the one table of actions; settings may move them, never into each other."""

import string

import pytest
from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual.binding import Binding
from textual.keys import _character_to_key

from batchtui.domain.actions.table import ACTIONS, Place, is_available
from batchtui.domain.key_names import SENT
from batchtui.tui.keys import OF_TABLES, bindings_for, remap
from batchtui.tui.widgets.bindings import MARKS, MOVES, OPEN


@pytest.mark.parametrize("place", [place for place in Place if place is not Place.LIST])
def test_every_action_of_a_place_has_a_binding_with_its_id(place: Place) -> None:
    ids = {binding.id.partition(".")[0] for binding in bindings_for(place)}  # type: ignore[union-attr]
    assert ids == {a.id for a in ACTIONS if is_available(a, place) and a.id not in OF_TABLES}


def test_every_action_that_tables_carry_out_has_its_keys_there() -> None:
    keys = {binding.id: binding.key for binding in (*MOVES, *MARKS, *OPEN)}
    for action in ACTIONS:
        if action.id in OF_TABLES:
            assert set(keys[OF_TABLES[action.id]].split(",")) == set(action.keys), action.id


def test_no_two_actions_of_a_place_share_a_key() -> None:
    for place in Place:
        taken: dict[str, str] = {}
        for action in ACTIONS:
            if is_available(action, place):
                for key in action.keys:
                    assert taken.setdefault(key, action.id) == action.id


def test_a_remapped_action_of_a_table_keeps_the_tables_id() -> None:
    assert remap({"down": "n,down", "next_alert": "f"}).keymap == {"move.cursor_down": "n,down", "next_alert": "f"}


def test_every_key_that_settings_may_name_is_one_that_the_toolkit_knows_under_that_name() -> None:
    from_sequences = {key.value for keys in ANSI_SEQUENCES_KEYS.values() if isinstance(keys, tuple) for key in keys}
    from_characters = {_character_to_key(character) for character in string.printable if character.isprintable()}
    assert from_sequences | from_characters >= SENT
    assert {key for action in ACTIONS for key in action.keys} <= SENT


def test_an_action_nobody_knows_names_the_nearest() -> None:
    (problem,) = remap({"cancle": "X"}).problems
    assert "did you mean cancel?" in problem


def test_a_key_that_is_taken_stays_where_it_was() -> None:
    moved = remap({"cancel": "e"})
    assert moved.keymap == {} and "errors has that key" in moved.problems[0]


def test_two_actions_may_change_places() -> None:
    moved = remap({"cancel": "e", "errors": "C"})
    assert moved.problems == () and moved.keymap == {"cancel": "e", "errors": "C"}


def test_keys_may_be_the_same_where_actions_never_meet() -> None:
    assert remap({"edit_retry": "t"}).problems == ()


def test_a_clash_names_the_line_it_stands_on() -> None:
    (problem,) = remap({"cancel": "e"}, {"cancel": 7}).problems
    assert problem.startswith("batchtui.toml line 7: [keys] cancel")


def test_over_a_page_only_the_questions_own_keys_do_anything() -> None:
    sheet = {action.id for action in ACTIONS if is_available(action, Place.SHEET)}
    assert sheet == {"yes", "no", "copy_command", "help"}
    menu = {action.id for action in ACTIONS if is_available(action, Place.SORT_MENU)}
    assert menu == {"keep_order"}


def test_a_question_can_be_answered_by_another_key() -> None:
    assert remap({"give_up": "G"}).keymap == {"give_up": "G"}
    (problem,) = remap({"give_up": "2"}).problems
    assert "adopt has that key" in problem


def test_each_figure_means_another_of_the_list() -> None:
    figures = {
        binding.key: binding.action
        for binding in bindings_for(Place.SETTLE)
        if isinstance(binding, Binding) and binding.id and "." in binding.id
    }
    assert figures["3"] == "act_on('adopt_candidate', 3)" and len(figures) == 9
