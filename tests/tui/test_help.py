"""Help on a wide page has every action of the program; what is found is told whole, what can be done first."""

from collections.abc import AsyncIterator

import pytest

from batchtui.domain.actions.table import ACTIONS, Place, key_label
from batchtui.present.cells import plain
from batchtui.present.help import HelpPage
from tests.tui.still import Cockpit, cockpit, make_dashboard, make_engine
from tests.tui.world import pictured


def page(place: Place = Place.HOME) -> HelpPage:
    return HelpPage(
        place=place,
        label=lambda name: key_label(next(action for action in ACTIONS if action.id == name).keys[0]),
        why_off=lambda name: "nothing of it is open or held" if name == "cancel" else "",
    )


def test_a_wide_page_has_the_keys_of_all_places_those_of_others_dim() -> None:
    lines = page().lines(155)
    text = "\n".join(map(plain, lines))
    for words in ("in a plan", "canary", "in a request", "in errors", "in the planner", "settling", "in an export"):
        assert words in text, words
    keys = {word for line in lines for span in line for word in span.text.split()}
    missing = [action.id for action in ACTIONS if key_label(action.keys[0]) not in keys]
    assert missing == []


def test_at_120_columns_no_word_pushes_the_next_column() -> None:
    for line in page().lines(113):
        starts = [at for at in (28, 56, 84) if len(plain(line)) > at]
        assert all(plain(line)[at - 1] == " " for at in starts), plain(line)


def test_the_keys_of_this_place_are_lit_where_they_stand_among_those_of_others() -> None:
    def role_of(words: str, place: Place) -> str:
        line = next(line for line in page(place).lines(155) if words in plain(line))
        at = next(number for number, span in enumerate(line) if span.text.startswith(words))
        return line[at].role

    assert role_of("canary", Place.PLAN) == "text"
    assert role_of("canary", Place.HOME) == "dim"


def test_a_small_page_stays_as_high_as_it_was() -> None:
    assert len(page().lines(75)) <= 18


def test_what_is_found_stands_whole_and_what_can_be_done_first() -> None:
    found = page().found("batch", 75)
    offs = ["off: " in plain(line) for line in found if plain(line)[:1].strip()]
    assert offs == sorted(offs), "the palette does the first"
    assert any("off: nothing of it is open or held" in plain(line) for line in found)
    assert all(not plain(line).endswith("…") and len(plain(line)) <= 75 for line in page().found("copy", 75))


def test_words_about_the_keys_of_a_page_are_not_cut() -> None:
    lines = [plain(line) for line in page(Place.ERRORS).lines(75)]
    assert "whole message" in " ".join(" ".join(lines[:4]).split()), lines[:4]
    assert all(len(plain(line)) <= 75 for line in page().all_lines(75))


@pytest.fixture
async def home() -> AsyncIterator[Cockpit]:
    async with cockpit(make_dashboard(make_engine(pictured()))) as running:
        yield running


async def test_the_palette_marks_what_enter_would_do_and_counts_what_it_found(home: Cockpit) -> None:
    await home.press("ctrl+p", *"col")
    marked = [line for line in home.lines() if "▌" in line and "columns" in line]
    assert marked, home.text()
    assert "3 of 9" in home.lines()[1], home.lines()[1]


async def test_without_colours_no_key_is_called_amber() -> None:
    async with cockpit(make_dashboard(make_engine(pictured()), theme="mono")) as running:
        await running.press("question_mark")
        assert "amber" not in running.text() and "what sends or stops opens a plan first" in running.lines()[2]
