"""The engine in its own thread: pictures without a queue, verbs without waiting, an end that loses nothing."""

import asyncio
import threading
from collections.abc import AsyncIterator
from typing import Any, cast

import pytest

from batchtui.domain.failures import BadInput
from batchtui.domain.records import BatchHidden
from batchtui.engine.engine import Duty, Engine
from batchtui.tui.bridge import Bridge, Picture
from tests.fakes import FakeService
from tests.patience import PATIENT_SECONDS
from tests.tui.still import make_engine, until
from tests.tui.world import pictured

ELSEWHERE = "msgbatch_01HkT8aWc2Nq5LzQe"


class Screen:
    """The other side of a bridge: what it was shown, and whether the engine has ended."""

    def __init__(self) -> None:
        self.pictures: list[Picture] = []
        self.has_ended = asyncio.Event()
        self.threads: set[str] = set()

    def show(self, picture: Picture) -> None:
        self.pictures.append(picture)
        self.threads.add(threading.current_thread().name)


@pytest.fixture
async def started() -> AsyncIterator[tuple[Bridge, Screen]]:
    bridge, screen = Bridge(make_engine(pictured()), Duty.POLL | Duty.STOP), Screen()
    bridge.start(screen.show, screen.has_ended.set)
    yield bridge, screen
    bridge.stop()
    assert bridge.join(PATIENT_SECONDS)


async def test_before_it_starts_it_shows_what_was_on_disk_and_what_had_happened() -> None:
    bridge = Bridge(make_engine(pictured()), Duty.NONE)
    assert len(bridge.picture.snapshot.state.runs) == 10
    assert bridge.picture.notices[-1].text.endswith(": 1,000 results verified, 3.0 MB")
    assert not bridge.is_running


async def test_pictures_arrive_in_the_screens_thread(started: tuple[Bridge, Screen]) -> None:
    bridge, screen = started
    await until(lambda: any(n.event == "polled" for p in screen.pictures for n in p.notices))
    assert screen.threads == {threading.current_thread().name}
    await until(lambda: bridge.picture is screen.pictures[-1])


async def test_a_screen_that_does_not_look_gets_the_newest_and_no_queue(started: tuple[Bridge, Screen]) -> None:
    bridge, screen = started
    await until(lambda: screen.pictures)
    seen = len(screen.pictures)

    def toggle(engine: Engine) -> None:
        for hidden in (True, False) * 50:
            engine.core.commit(BatchHidden(at=engine.core.clock.now(), batch_id=ELSEWHERE, hidden=hidden))

    await bridge.call(toggle)
    threading.Event().wait(0.5)  # the screen's loop stands still, as behind a terminal that stalls
    await bridge.call(lambda engine: None)
    await until(lambda: not screen.pictures[-1].snapshot.state.batches[ELSEWHERE].is_hidden)
    assert len(screen.pictures) - seen < 20, "not one for each of a hundred changes"


async def test_each_event_is_told_once(started: tuple[Bridge, Screen]) -> None:
    bridge, screen = started
    await bridge.call(lambda engine: engine.core.commit(BatchHidden(at=engine.core.clock.now(), batch_id=ELSEWHERE)))
    await until(lambda: any(n.event == "hidden" for n in bridge.picture.notices))
    await asyncio.sleep(0.3)
    assert sum(n.event == "hidden" for n in screen.pictures[-1].notices) == 1


async def test_a_verb_runs_in_the_engines_thread_and_is_awaited_here(started: tuple[Bridge, Screen]) -> None:
    bridge, _ = started

    async def verb(engine: Engine) -> str:
        await asyncio.sleep(0.01)
        return threading.current_thread().name

    assert await bridge.call(verb) == "engine"
    assert await bridge.call(lambda engine: threading.current_thread().name) == "engine"


async def test_a_verb_asked_for_before_the_engine_runs_waits_for_it() -> None:
    bridge, screen = Bridge(make_engine(pictured()), Duty.NONE), Screen()
    waiting = asyncio.create_task(bridge.call(lambda engine: threading.current_thread().name))
    await asyncio.sleep(0.05)
    assert not waiting.done()
    bridge.start(screen.show, screen.has_ended.set)
    assert await waiting == "engine"
    bridge.stop()
    assert bridge.join(PATIENT_SECONDS)


async def test_what_a_verb_raises_is_raised_here(started: tuple[Bridge, Screen]) -> None:
    bridge, _ = started

    async def verb(engine: Engine) -> None:
        raise BadInput("no")

    with pytest.raises(BadInput):
        await bridge.call(verb)


async def test_canceling_the_wait_cancels_the_verb(started: tuple[Bridge, Screen]) -> None:
    bridge, _ = started
    was_canceled = threading.Event()

    async def verb(engine: Engine) -> None:
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            was_canceled.set()
            raise

    waiting = asyncio.create_task(bridge.call(verb))
    await asyncio.sleep(0.05)
    waiting.cancel()
    await until(was_canceled.is_set)


async def test_stopping_ends_the_thread_and_says_so() -> None:
    bridge, screen = Bridge(make_engine(pictured()), Duty.ALL), Screen()
    bridge.start(screen.show, screen.has_ended.set)
    await until(lambda: screen.pictures)
    bridge.stop()
    async with asyncio.timeout(PATIENT_SECONDS):
        await screen.has_ended.wait()
    assert bridge.join(PATIENT_SECONDS) and bridge.failure is None


async def test_a_defect_in_the_engine_is_kept_for_the_face_to_tell() -> None:
    engine = make_engine(pictured())

    class Broken(FakeService):
        async def list_batches(self, **_: Any) -> Any:
            raise ZeroDivisionError

    engine.poller._service = Broken(cast("Any", engine.core.clock))
    bridge, screen = Bridge(engine, Duty.POLL), Screen()
    bridge.start(screen.show, screen.has_ended.set)
    async with asyncio.timeout(PATIENT_SECONDS):
        await screen.has_ended.wait()
    assert bridge.failure is not None


async def test_a_screen_that_is_gone_does_not_hurt_the_engine() -> None:
    bridge = Bridge(make_engine(pictured()), Duty.POLL)
    loop = asyncio.new_event_loop()
    await asyncio.to_thread(lambda: loop.run_until_complete(_start(bridge)))
    loop.close()
    await asyncio.sleep(0.3)
    assert bridge.is_running
    bridge.stop()
    assert bridge.join(PATIENT_SECONDS)


async def _start(bridge: Bridge) -> None:
    bridge.start(lambda picture: None, lambda: None)
