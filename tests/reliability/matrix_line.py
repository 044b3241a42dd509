"""The line between the program and a server, and what can happen to a line: nobody answers, no TLS, no name."""

import contextlib
import selectors
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import Enum, auto
from typing import Any, Self

from tests.api.certificate import certificate

HOST = "127.0.0.1"
BLOCK = 1 << 16


class Weather(Enum):
    """What whoever connects meets."""

    FAIR = auto()
    REFUSED = auto()
    """Nobody listens."""
    NO_TLS = auto()
    """A plain server where TLS was expected."""


class Line:
    """A port that leads to another one. What changes strikes new connections; `cut` ends the old ones."""

    def __init__(self, upstream_port: int, *, is_tls: bool = False) -> None:
        self._upstream = upstream_port
        self._context = _context() if is_tls else None
        self._weather = Weather.FAIR
        self._open: set[socket.socket] = set()
        self.connections = 0
        self._listener: socket.socket | None = None
        self.port = 0
        self._listen()

    @property
    def url(self) -> str:
        return f"{'https' if self._context else 'http'}://{HOST}:{self.port}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._deafen()
        self.cut()

    def turn(self, weather: Weather) -> None:
        """Change what new connections meet."""
        self._weather = weather
        if weather is Weather.REFUSED:
            self._deafen()
        elif self._listener is None:
            self._listen()

    def cut(self) -> None:
        """End every open connection."""
        for end in tuple(self._open):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def _listen(self) -> None:
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, self.port))
        listener.listen(64)
        self.port = listener.getsockname()[1]
        self._listener = listener
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()

    def _deafen(self) -> None:
        if self._listener is not None:
            with contextlib.suppress(OSError):
                self._listener.shutdown(socket.SHUT_RDWR)  # wakes the thread that accepts
            self._listener.close()
            self._listener = None

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with contextlib.suppress(OSError), client:
            if self._weather is Weather.NO_TLS:
                client.recv(BLOCK)
                client.sendall(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
                return
            near = self._context.wrap_socket(client, server_side=True) if self._context else client
            with near, socket.create_connection((HOST, self._upstream)) as far:
                self._open |= {near, far}
                try:
                    _pump(near, far)
                finally:
                    self._open -= {near, far}


def _context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate())
    return context


def _pump(near: socket.socket, far: socket.socket) -> None:
    """Carry bytes both ways until either end closes."""
    other = {near: far, far: near}
    with selectors.DefaultSelector() as waiting:  # select() fails on descriptors above 1023
        for end in (near, far):
            waiting.register(end, selectors.EVENT_READ)
        ends = {near.fileno(): near, far.fileno(): far}
        while True:
            has_more = isinstance(near, ssl.SSLSocket) and near.pending()
            for end in [near] if has_more else [ends[key.fd] for key, _ in waiting.select()]:
                block = end.recv(BLOCK)
                if not block:
                    return
                other[end].sendall(block)


class Names:
    """Names that exist only for the matrix, all of this machine, until they are forgotten."""

    DOMAIN = ".matrix.test"

    def __init__(self) -> None:
        self.forgotten: set[str] = set()

    @contextmanager
    def known(self) -> Iterator[Self]:
        """Teach them to this process."""
        resolve = socket.getaddrinfo
        socket.getaddrinfo = self._around(resolve)  # there is no name server to ask
        try:
            yield self
        finally:
            socket.getaddrinfo = resolve

    def _around(self, resolve: Callable[..., Any]) -> Callable[..., Any]:
        def getaddrinfo(host: Any, *args: Any, **kwargs: Any) -> Any:
            name = host.decode() if isinstance(host, bytes) else host
            if not isinstance(name, str) or not name.endswith(self.DOMAIN):
                return resolve(host, *args, **kwargs)
            if name in self.forgotten:
                raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
            return resolve(HOST, *args, **kwargs)

        return getaddrinfo
