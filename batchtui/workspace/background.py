"""A thread that does one thing after another beside the caller, with little waiting between them.

Hashing, compressing and writing release the interpreter lock, so a second core does them while lines are read.
"""

from collections.abc import Callable
from queue import SimpleQueue
from threading import Semaphore, Thread
from types import TracebackType
from typing import Self

Task = Callable[[], object]
Beside = Callable[[Task], None]
"""Takes a task to be done beside the caller, after those before it."""

WAITING_AT_MOST = 3
"""Tasks of a few MB each that may wait: enough to keep both threads busy, little enough to stay small."""


class Background:
    """Runs callables in order in one thread; what goes wrong in it is raised at the next `do` or at the end."""

    def __init__(self, name: str) -> None:
        self._tasks: SimpleQueue[Task | None] = SimpleQueue()
        self._room = Semaphore(WAITING_AT_MOST)
        self._failure: BaseException | None = None
        self._thread = Thread(target=self._work, name=name, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            self._failure = self._failure or error
        self._tasks.put(None)
        self._thread.join()
        if error is None:
            self._raise_failure()

    def do(self, task: Task) -> None:
        """Queue a task, waiting while too many wait already."""
        self._raise_failure()
        self._room.acquire()
        self._tasks.put(task)

    def _raise_failure(self) -> None:
        if self._failure is not None:
            raise self._failure

    def _work(self) -> None:
        while (task := self._tasks.get()) is not None:
            if self._failure is None:
                self._run(task)
            self._room.release()

    def _run(self, task: Task) -> None:
        try:
            task()
        except BaseException as failure:  # handed to the caller's thread, which raises it
            self._failure = failure
