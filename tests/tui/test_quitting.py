"""Leaving: at once, unless an answer that was paid for is due."""

import asyncio
from collections.abc import Awaitable, Callable
from hashlib import sha256
from typing import Any

import pytest
from msgspec.structs import replace

from batchtui.domain.records import RunPlanned
from batchtui.domain.retry import RetryPolicy
from batchtui.domain.settings import Settings
from batchtui.domain.submission import Broken, Seen
from batchtui.engine.engine import Duty
from batchtui.engine.ports import Answer, Body
from batchtui.present.glyphs import UNICODE
from batchtui.present.leaving import leaving_line
from batchtui.tui.bridge import Bridge
from batchtui.tui.dashboard import Dashboard
from batchtui.tui.key_turns import KeyDone
from batchtui.tui.look import Look
from batchtui.tui.screens.cancel import CancelSheet
from batchtui.tui.screens.home import HomeScreen
from batchtui.tui.screens.sort_menu import SortMenu
from batchtui.tui.theme import load_theme
from batchtui.workspace import layout
from tests.fakes import FakeService
from tests.tui.filed import OVERLOADED, Filed, requests
from tests.tui.still import NOW, StillClock, cockpit, make_dashboard, make_engine, until
from tests.tui.waiting import is_armed
from tests.tui.world import Part, World, pictured


class SlowService(FakeService):
    """Takes a body whole and lets the answer wait."""

    def __init__(self, clock: StillClock) -> None:
        super().__init__(clock)
        self.may_answer = asyncio.Event()
        self.is_out = False

    async def submit(
        self, body: Body, *, release: Callable[[], Awaitable[None]], sent: Callable[[int], None]
    ) -> tuple[Seen, Answer | None]:
        [block async for block in body.blocks()]
        await release()
        self.is_out = True
        await self.may_answer.wait()
        return Broken("cut"), None


class OneBody:
    """The store of a run of one request."""

    size_bytes = 2

    async def blocks(self) -> Any:
        yield b"{}"


def sending_dashboard(service: SlowService) -> Dashboard:
    """One held chunk, which the engine sends as soon as it runs."""
    world = World()
    world.run("paid", NOW, [Part(1)])
    (planned,) = world.records()
    assert isinstance(planned, RunPlanned)
    chunk = replace(planned.chunks[0], sha256=sha256(b"{}").hexdigest(), bytes=2)
    engine = make_engine([replace(planned, chunks=(chunk,))], service=service, clock=StillClock(NOW))
    engine.store.body = lambda run, label: OneBody()  # type: ignore[method-assign]
    return Dashboard(Bridge(engine, Duty.POLL | Duty.SEND), Look(load_theme("dark"), UNICODE))


def text_of(app: Dashboard) -> str:
    painted = app.screen._compositor.render_strips(app.size)
    return "\n".join("".join(segment.text for segment in strip) for strip in painted)


async def test_q_leaves_at_once_when_nothing_waits_for_an_answer() -> None:
    engine = make_engine(pictured())
    app = Dashboard(Bridge(engine, Duty.POLL), Look(load_theme("dark"), UNICODE))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(lambda: app.bridge.is_running)
        await pilot.press("q")
        await until(lambda: not app.bridge.is_running)
    assert app.return_code == 0


async def test_q_waits_for_the_answer_of_a_post_and_says_so() -> None:
    service = SlowService(StillClock(NOW))
    app = sending_dashboard(service)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(lambda: service.is_out)
        await pilot.press("q")
        await until(lambda: "waits for its answer; q again leaves it unsure" in text_of(app))
        assert app.bridge.is_running
        app.bridge._loop.call_soon_threadsafe(service.may_answer.set)
        await until(lambda: not app.bridge.is_running)
    assert app.return_code == 0


async def test_a_second_q_leaves_the_chunk_unsure() -> None:
    service = SlowService(StillClock(NOW))
    app = sending_dashboard(service)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(lambda: service.is_out)
        await pilot.press("q")
        await until(lambda: "waits for its answer; q again leaves it unsure" in text_of(app))
        await pilot.press("q")
        await until(lambda: not app.bridge.is_running)
    assert app.return_code == 0
    assert next(app.bridge.engine.state.unknown_submissions()).run == "paid"


async def test_q_in_a_plan_leaves_nothing_of_it_behind_and_is_no_defect(filed: Filed) -> None:
    await filed.run("evals", requests(3), {"doc-000001": OVERLOADED})
    app = Dashboard(Bridge(filed.engine, Duty.NONE), Look(load_theme("dark"), UNICODE))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(lambda: app.bridge.is_running)
        app.open_retry("evals", RetryPolicy())
        await until(lambda: "sends 1 request" in text_of(app) and is_armed(app.screen))
        assert list(layout.staging(filed.root).glob("*/*"))
        await pilot.press("q")
        await until(lambda: not app.bridge.is_running)
    assert app.bridge.failure is None and app.return_code == 0
    assert not list(layout.staging(filed.root).glob("*/*"))


async def test_who_asks_an_engine_that_has_ended_is_canceled() -> None:
    bridge = Bridge(make_engine(pictured()), Duty.NONE)
    bridge.start(lambda _picture: None, lambda: None)
    bridge.stop()
    await until(lambda: not bridge.is_running)
    with pytest.raises(asyncio.CancelledError):
        await bridge.call(lambda _engine: None)


@pytest.mark.parametrize("key", ["q", "ctrl+c"])
async def test_a_terminal_that_is_too_small_can_still_be_left(key: str) -> None:
    app = Dashboard(Bridge(make_engine(pictured()), Duty.NONE), Look(load_theme("dark"), UNICODE))
    async with app.run_test(size=(40, 10)) as pilot:
        await until(lambda: app.bridge.is_running)
        await pilot.press(key)
        await until(lambda: not app.bridge.is_running)
    assert app.return_code == 0


async def test_the_key_that_leaves_may_be_another_one_there_too() -> None:
    engine = make_engine(pictured(), settings=Settings(keys={"quit": "Q"}))
    app = Dashboard(Bridge(engine, Duty.NONE), Look(load_theme("dark"), UNICODE))
    async with app.run_test(size=(40, 10)) as pilot:
        await until(lambda: app.bridge.is_running)
        await pilot.press("q")
        assert app.bridge.is_running and not app.bridge.is_stopping
        await pilot.press("Q")
        await until(lambda: not app.bridge.is_running)


async def test_ctrl_c_says_no_to_a_question_and_then_leaves() -> None:
    app = Dashboard(Bridge(make_engine(pictured()), Duty.NONE), Look(load_theme("dark"), UNICODE))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(lambda: app.bridge.is_running)
        app.open_cancel(("nightly-eval-1121",))
        await until(lambda: isinstance(app.screen, CancelSheet) and is_armed(app.screen))
        await pilot.press("ctrl+c")
        await until(lambda: isinstance(app.screen, HomeScreen))
        await pilot.press("s")
        await until(lambda: isinstance(app.screen, SortMenu))
        await pilot.press("ctrl+c")
        await until(lambda: isinstance(app.screen, HomeScreen))
        await pilot.press("ctrl+c")
        await until(lambda: not app.bridge.is_running)
    assert app.return_code == 0
    assert "cancel" not in " ".join(app.bridge.engine.service.calls)  # type: ignore[attr-defined]


async def test_ctrl_q_lets_stopped_output_go_on_and_is_no_key_here() -> None:
    app = Dashboard(Bridge(make_engine(pictured()), Duty.NONE), Look(load_theme("dark"), UNICODE))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(lambda: app.bridge.is_running)
        await pilot.press("ctrl+q")
        await pilot.pause()
        assert app.bridge.is_running and app.is_running
        await pilot.press("q")
        await until(lambda: not app.bridge.is_running)


def test_the_line_after_leaving_says_what_goes_on_there_and_what_waits_here() -> None:
    line = leaving_line(make_engine(pictured()).state)
    assert line == (
        "11 batches keep running at the API, 27,920 requests of ablation-b, backfill-docs, judge-haiku and 1 more; "
        "2 chunks held here until batchtui or `batchtui watch` runs; 1 chunk unsure"
    )


def test_nothing_is_said_when_nothing_goes_on() -> None:
    world = World()
    world.run("done", NOW, [Part(10, NOW, NOW, ok=10)])
    assert leaving_line(make_engine(world.records()).state) == ""


async def test_an_answer_that_comes_while_the_app_ends_hurts_nobody() -> None:
    app = Dashboard(Bridge(make_engine(pictured()), Duty.NONE), Look(load_theme("dark"), UNICODE))
    async with app.run_test(size=(80, 24)):
        page = app.page
        assert page is not None
        await page.remove_children()
        page.repaint()
        app.say("too late")


async def test_a_key_that_led_out_of_the_program_may_be_done_after_its_last_page_went() -> None:
    app = make_dashboard(make_engine(pictured()))
    async with cockpit(app):
        page = app.screen
    assert app.screen_stack == []
    app.on_key_done(KeyDone(1, page))
