"""uvicorn's HTTP around the application: one socket on loopback, stopped at once when told to."""

import asyncio
import contextlib
import logging
import socket
import threading
from collections.abc import AsyncIterator, Callable, Iterator

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from batchtui.simulator.app import Options, make_app, make_service

HOST = "127.0.0.1"
KEEP_ALIVE_SECONDS = 60
Stop = Callable[[], object]
"""Ends a running server, from whichever thread."""


class Connection(H11Protocol):
    """HTTP/1.1 that lets the application reach the transport, to cut it."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in uvicorn
        self.app_state = {**self.app_state, "transport": transport}
        super().connection_made(transport)


def bound_socket(port: int) -> socket.socket:
    """A listening socket, so that the port is known before the server runs."""
    # Without the protocol named, asyncio leaves Nagle's algorithm on, and every answer waits 40 ms.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((HOST, port))
    listener.listen(128)
    return listener


def base_url(listener: socket.socket) -> str:
    """Where clients find the server."""
    return f"http://{HOST}:{listener.getsockname()[1]}"


async def serve(listener: socket.socket, options: Options, *, ready: Callable[[Stop], None]) -> None:
    """Serve until the stop that `ready` is given is called."""
    loop, stopped = asyncio.get_running_loop(), asyncio.Event()
    service = make_service(options)
    judging = asyncio.create_task(service.judge_forever())
    config = uvicorn.Config(
        make_app(service, options),
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="error",
        access_log=False,
        proxy_headers=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
    )
    logging.getLogger("uvicorn.error").addFilter(_is_worth_saying)
    try:
        # Not uvicorn.Server: it waits for open answers and raises signals again before anything is cleaned up.
        async with _accepting(listener, config):
            ready(lambda: loop.call_soon_threadsafe(stopped.set))
            await stopped.wait()
    finally:
        judging.cancel()
        service.close()


@contextlib.asynccontextmanager
async def _accepting(listener: socket.socket, config: uvicorn.Config) -> AsyncIterator[None]:
    config.load()
    state = ServerState()

    def connection() -> Connection:
        return Connection(config=config, server_state=state, app_state={})

    server = await asyncio.get_running_loop().create_server(connection, sock=listener)
    try:
        yield
    finally:
        server.close()
        for open_connection in list(state.connections):
            open_connection.transport.abort()


def _is_worth_saying(record: logging.LogRecord) -> bool:
    """Answers that a stop breaks off are no errors."""
    return not (record.exc_info and isinstance(record.exc_info[1], asyncio.CancelledError))


@contextlib.contextmanager
def running(options: Options | None = None) -> Iterator[str]:
    """A simulation in a thread of this process, for tests: the base URL."""
    options = options or Options()
    listener = bound_socket(options.port)
    url = base_url(listener)
    stops: list[Stop] = []
    started = threading.Event()

    def ready(stop: Stop) -> None:
        stops.append(stop)
        started.set()

    thread = threading.Thread(target=lambda: asyncio.run(serve(listener, options, ready=ready)), daemon=True)
    thread.start()
    if not started.wait(timeout=10):
        raise RuntimeError("the simulator did not start")
    try:
        yield url
    finally:
        stops[0]()
        thread.join(timeout=10)
