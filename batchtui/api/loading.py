"""Slow work in a daemon thread: quitting never waits for it, as it would for an executor's thread."""

import asyncio
import socket
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, Generic, TypeVar

_T = TypeVar("_T")


class Loading(Generic[_T]):
    """One call of one function in a thread of its own; any number of tasks may await its result."""

    def __init__(self, function: Callable[[], _T], *, name: str) -> None:
        self._function = function
        self._future: Future[_T] = Future()
        # Marked as running, so that a canceled waiter cannot cancel it for the others.
        self._future.set_running_or_notify_cancel()
        threading.Thread(target=self._run, name=name, daemon=True).start()

    async def result(self) -> _T:
        """The function's result, or what it raised."""
        if self._future.done():
            return self._future.result()
        return await asyncio.wrap_future(self._future)

    def ready(self) -> _T | None:
        """The result if it is there."""
        if self._future.done() and self._future.exception() is None:
            return self._future.result()
        return None

    def _run(self) -> None:
        try:
            result = self._function()
        except BaseException as error:  # whatever it is, it belongs to those who await the result
            self._future.set_exception(error)
        else:
            self._future.set_result(result)


def resolve_in_daemon_threads(loop: asyncio.AbstractEventLoop) -> None:
    """Make a loop's look-ups such that nothing has to wait for them; a second time changes nothing."""
    if loop.getaddrinfo is not _getaddrinfo:
        loop.getaddrinfo = _getaddrinfo  # type: ignore[method-assign]  # asyncio has no hook for it


async def _getaddrinfo(host: Any, port: Any, *, family: int = 0, type: int = 0, proto: int = 0, flags: int = 0) -> Any:
    looking_up = Loading(
        lambda: socket.getaddrinfo(host, port, family, type, proto, flags), name="resolve the service's name"
    )
    return await looking_up.result()
