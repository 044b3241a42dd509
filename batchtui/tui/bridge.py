"""Between the engine's thread and the screen's: one latest picture, one pending wake-up, verbs as awaitables.

Neither side ever waits for the other: a stalled terminal stops no poll, and a slow disk stops no key.
"""

import asyncio
import inspect
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any, Final

import msgspec

from batchtui.engine.calls import Call
from batchtui.engine.engine import Duty, Engine
from batchtui.engine.live import Notice, Snapshot
from batchtui.present.past import past_notices

Verb = Callable[[Engine], Any]
"""Something to do with the engine; what it returns may have to be awaited."""

SHORTEST_SECONDS: Final = 0.25
"""Between two pictures: progress comes in hundreds, nobody reads more than a few, and keys wait while one is painted.

The first change after a calm is shown at once."""

CALM_SECONDS: Final = 1.5
"""The same while keys come one after the other: each would wait for a picture that is being painted."""

MANY_KEYS: Final = 6
TYPING_SECONDS: Final = 1.0
"""So many keys in so long are a key that is held down, or somebody in a hurry."""

NOTICES_SHOWN: Final = 300

ANSWER_SECONDS: Final = 0.03
"""So long an answer may take until it is painted."""

SWITCH_SECONDS: Final = 0.0002
"""So soon the screen's thread gets its turn while the engine's is at work; Python's own 5 ms add up in one key."""


class Picture(msgspec.Struct, frozen=True):
    """The newest snapshot and the newest notices, oldest first."""

    snapshot: Snapshot
    notices: tuple[Notice, ...] = ()
    calls: tuple[Call, ...] = ()


class Bridge:
    """Runs an engine in a thread of its own. Made and started by the screen's thread, which alone calls it."""

    def __init__(self, engine: Engine, duties: Duty) -> None:
        self.engine = engine
        self._duties = duties
        self._loop = asyncio.new_event_loop()
        self._stopping = asyncio.Event()
        self._main: asyncio.Task[None] | None = None
        self._thread: threading.Thread | None = None
        self._notices: deque[Notice] = deque(past_notices(engine.state), maxlen=NOTICES_SHOWN)
        self._picture = Picture(engine.core.snapshot(), tuple(self._notices))
        self._is_pending = False
        self._is_stopping = False
        self._painting_at = -ANSWER_SECONDS
        self._keys_at: deque[float] = deque(maxlen=MANY_KEYS)
        engine.core.is_answering = self._is_screen_busy
        self._tell: Callable[[], None] = lambda: None
        self.failure: BaseException | None = None
        """The first defect of the engine or of the screen, if there was one: it ends both."""

    @property
    def picture(self) -> Picture:
        """What is known now; before `start` that is what was on disk."""
        return self._picture

    @property
    def is_running(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    @property
    def is_over(self) -> bool:
        """The engine has ended: nobody but the screen's thread touches it any more."""
        return self._loop.is_closed()

    @property
    def is_stopping(self) -> bool:
        return self._is_stopping

    @property
    def is_waiting_for_an_answer(self) -> bool:
        """A POST's last block is out: only its answer can say what became of it."""
        return self.is_running and self.engine.sender.is_waiting_for_an_answer

    def start(self, deliver: Callable[[Picture], None], ended: Callable[[], None]) -> None:
        """Run the engine; both callbacks are called in the loop that is running now."""
        sys.setswitchinterval(SWITCH_SECONDS)
        screen_loop = asyncio.get_running_loop()
        self._tell = lambda: _call(screen_loop, lambda: self._deliver(deliver))
        self._thread = threading.Thread(
            target=self._run, args=(lambda: _call(screen_loop, ended),), name="engine", daemon=True
        )
        self._thread.start()

    def key_begun(self) -> None:
        """A key is to be answered now: the engine's thread leaves the interpreter to it for a moment."""
        self._painting_at = time.monotonic()
        self._keys_at.append(self._painting_at)

    async def call(self, verb: Verb) -> Any:
        """Run a verb on the engine and await it here; the screen goes on meanwhile. Canceling cancels it there.

        Before `start` it waits for the engine: nothing of an engine may be touched by two loops. An engine that has
        ended answers nobody: who waits for it is canceled.
        """
        doing = self._do(verb)
        try:
            future = asyncio.run_coroutine_threadsafe(doing, self._loop)
        except RuntimeError:  # its loop is closed
            doing.close()
            raise asyncio.CancelledError from None
        return await asyncio.wrap_future(future)

    async def _do(self, verb: Verb) -> Any:
        found = verb(self.engine)
        return await found if inspect.isawaitable(found) else found

    def stop(self) -> None:
        """Wind the engine down; it waits for the answer of a POST whose last block is out."""
        self._is_stopping = True
        _call(self._loop, self._stopping.set)

    def abandon(self) -> None:
        """Stop without waiting: a POST without an answer becomes unknown."""
        _call(self._loop, lambda: self._main.cancel() if self._main else None)

    def join(self, seconds: float) -> bool:
        """Wait for the end of the engine's thread; False when it is still there."""
        if self._thread is not None:
            self._thread.join(seconds)
        return not self.is_running

    def fail(self, defect: BaseException) -> None:
        """Note a defect of the screen."""
        self.failure = self.failure or defect

    # In the screen's thread

    def _deliver(self, deliver: Callable[[Picture], None]) -> None:
        self._is_pending = False
        self._painting_at = time.monotonic()
        deliver(self._picture)

    # In the engine's thread

    def _are_keys_held(self) -> bool:
        """Or pressed as fast as somebody can."""
        return len(self._keys_at) == MANY_KEYS and time.monotonic() - self._keys_at[0] < TYPING_SECONDS

    def _is_screen_busy(self) -> bool:
        """With a key, or with a picture that the next key would have to wait for."""
        return time.monotonic() - self._painting_at < ANSWER_SECONDS

    def _run(self, ended: Callable[[], None]) -> None:
        try:
            with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
                runner.run(self._serve())
        except asyncio.CancelledError:
            pass  # abandon() asked for it
        except Exception as defect:  # the top of a thread: told to the screen, which ends with it
            self.fail(defect)
        finally:
            ended()

    async def _serve(self) -> None:
        self._main = asyncio.current_task()
        try:
            async with self.engine.running(self._duties):
                await self._until_stopped()
        finally:
            await self.engine.close()

    async def _until_stopped(self) -> None:
        """Show states until the screen wants no more, or a loop of the engine ends by itself."""
        tasks = [
            asyncio.create_task(self._watch()),
            asyncio.create_task(self.engine.until(lambda _state: None)),
            asyncio.create_task(self._stopping.wait()),
        ]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _watch(self) -> None:
        last = 0
        seen_calls = 0
        async for snapshot in self.engine.core.states():
            news = self.engine.core.notices_since(last)
            notices, calls = self._picture.notices, self._picture.calls
            if news:
                last = news[-1].seq
                self._notices.extend(news)
                notices = tuple(self._notices)
            if self.engine.calls.count != seen_calls:
                seen_calls, calls = self.engine.calls.count, self.engine.calls.newest()
            self._picture = Picture(snapshot, notices, calls)
            if not self._is_pending:
                self._is_pending = True
                self._tell()
            await asyncio.sleep(CALM_SECONDS if self._are_keys_held() else SHORTEST_SECONDS)


def _call(loop: asyncio.AbstractEventLoop, function: Callable[[], object]) -> None:
    """Have a loop of another thread call something soon; a loop that is closed wants nothing any more."""
    try:
        loop.call_soon_threadsafe(function)
    except RuntimeError:
        return
