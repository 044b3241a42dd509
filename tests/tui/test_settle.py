"""Settling what has no answer, and what was not sent from here. Nothing of it sends."""

from collections.abc import AsyncIterator

import pytest

from batchtui.domain.records import SubmissionAdopted, SubmissionLooked
from batchtui.domain.submission import ChunkState
from batchtui.tui.screens.lost import LostSheet
from batchtui.tui.screens.settle import SettleSheet, StrangerSheet
from tests.tui.still import NOW, Cockpit, calls_of, cockpit, make_dashboard, make_engine
from tests.tui.world import Part, World, ago, pictured

TWIN = "msgbatch_01TwinTwinTwinTwAB"


def with_candidate() -> World:
    """A lost chunk of 1,008 requests, and a batch of that size from just after."""
    world = World()
    for number, record in enumerate(pictured()):
        world.told.append((record.at, number, record))
    world.elsewhere(TWIN, NOW.replace(hour=10, minute=53), 1008)
    return world


@pytest.fixture
async def home() -> AsyncIterator[Cockpit]:
    """The cursor on the submission without an answer."""
    async with cockpit(make_dashboard(make_engine(with_candidate().records()))) as running:
        await running.press("j", "j", "j", "j")
        assert "unsure" in next(line for line in running.lines() if "▌" in line)
        yield running


def submission(running: Cockpit) -> ChunkState:
    """Where the submission of chunk 7 stands."""
    state = running.app.bridge.engine.state
    return state.submissions[state.runs["nightly-eval-1121"].chunks["0007"].submissions[-1]].state


async def test_two_keys_settle_a_lost_submission(home: Cockpit) -> None:
    await home.press("A")
    assert isinstance(home.app.screen, SettleSheet) and TWIN in home.text() and "never sends" in home.text()
    await home.press("1")
    await home.settle()
    assert submission(home) is ChunkState.ADOPTED
    assert "unproved until its custom_ids prove it" in home.text()


async def test_what_is_said_of_each_choice_stands_at_one_edge(home: Cockpit) -> None:
    await home.press("A")
    created = next(line for line in home.lines() if "created 10:53Z" in line)
    given_up = next(line for line in home.lines() if "give it up" in line)
    assert created.index("created") == given_up.index("not sent again")


async def test_on_the_smallest_page_no_word_of_the_sheet_is_cut(home: Cockpit) -> None:
    await home.pilot.resize_terminal(60, 16)
    await home.press("A")
    await home.settle()
    top = next(number for number, line in enumerate(home.lines()) if "settle nightly" in line)
    assert not any("…" in line for line in home.lines()[top + 1 : -2]), home.text()


async def test_giving_up_sends_nothing(home: Cockpit) -> None:
    await home.press("A", "x")
    await home.settle()
    assert submission(home) is ChunkState.ABANDONED
    assert calls_of(home.app) == []


@pytest.mark.parametrize("key", ["enter", "escape", "y", "2"])
async def test_every_other_key_leaves_it_unsure(home: Cockpit, key: str) -> None:
    await home.press("A", key)
    await home.settle()
    assert submission(home) is ChunkState.UNKNOWN


async def test_without_a_candidate_it_says_so(home: Cockpit) -> None:
    async with cockpit(make_dashboard(make_engine(pictured()))) as running:
        await running.press("j", "j", "j", "A")
        assert "none; no batch of that size is in the list yet" in running.text()
        assert "1" not in running.lines()[-1]


@pytest.mark.parametrize("keys", [["A"], ["k", "A"]])
async def test_what_settles_it_meanwhile_is_told_and_leaves_nothing_to_decide(home: Cockpit, keys: list[str]) -> None:
    await home.press(*keys)
    assert isinstance(home.app.screen, SettleSheet)
    engine = home.app.bridge.engine
    (lost,) = engine.state.unknown_submissions()
    engine.core.commit(SubmissionAdopted(at=NOW, submission=lost.id, batch_id=TWIN))
    await home.settle()
    assert f"settled: it became {TWIN}" in home.text() and "x give up" not in home.text()
    await home.press("x")
    await home.settle()
    assert submission(home) is ChunkState.ADOPTED and isinstance(home.app.screen, SettleSheet)


async def test_retry_of_something_unsure_is_refused_until_it_was_not_found(home: Cockpit) -> None:
    await home.press("R")
    assert "it may have arrived: A settles it" in home.lines()[-2]


async def test_what_was_not_found_can_be_held_again_after_its_count_was_typed() -> None:
    engine = make_engine(pictured())
    (lost,) = engine.state.unknown_submissions()
    engine.core.commit(SubmissionLooked(at=NOW, submission=lost.id, begun_at=NOW, is_not_found=True))
    async with cockpit(make_dashboard(engine)) as running:
        await running.press("j", "j", "j", "R")
        assert isinstance(running.app.screen, LostSheet)
        assert "processed and billed twice" in running.text() and "type 1008, then y" in running.text()
        await running.press("y")
        await running.settle()
        assert submission(running) is ChunkState.UNKNOWN
        await running.press(*"1008", "y")
        await running.settle()
        state = running.app.bridge.engine.state
        assert state.runs["nightly-eval-1121"].chunks["0007"].state is ChunkState.HELD


async def test_a_batch_from_elsewhere_can_be_adopted_or_hidden() -> None:
    async with cockpit(make_dashboard(make_engine(with_candidate().records()))) as running:
        await running.press("j", "A")
        assert isinstance(running.app.screen, StrangerSheet)
        await running.press("x")
        await running.settle()
        assert "msgbatch_01Hk…" not in running.text() and "runs 11" in running.lines()[2]


async def test_another_file_can_be_asked_for_when_adopting() -> None:
    async with cockpit(make_dashboard(make_engine(with_candidate().records()))) as running:
        await running.press("j", "A", "f")
        assert "its request file" in running.lines()[-2]
        await running.press("escape")
        assert running.app.page is not None and len(running.app.screen_stack) == 1


async def test_settle_is_off_where_nothing_is_unsure() -> None:
    world = World()
    world.run("calm", ago(hours=1), [Part(10, ago(hours=1), ago(minutes=30), ok=10)])
    async with cockpit(make_dashboard(make_engine(world.records()))) as running:
        await running.press("A")
        assert "nothing of it is unsure" in running.lines()[-2]
