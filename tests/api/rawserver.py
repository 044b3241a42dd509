"""A server on loopback that hears raw HTTP/1.1 and answers as a test says, byte by byte."""

import asyncio
import contextlib
import socket
import ssl
import struct
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Self

from tests.api.certificate import certificate

CREATE = "/v1/messages/batches"


@dataclass
class Exchange:
    """One request as it is heard, and the ways to answer it."""

    connection: int
    method: str
    target: str
    headers: Mapping[str, str]
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    body: bytearray = field(default_factory=bytearray)
    is_over: bool = False

    @property
    def body_size(self) -> int:
        return int(self.headers.get("content-length", "0"))

    @property
    def is_whole(self) -> bool:
        return len(self.body) == self.body_size

    async def read_body(self, at_most: int | None = None) -> None:
        """Read the whole body, or its first bytes."""
        wanted = self.body_size if at_most is None else min(at_most, self.body_size)
        while len(self.body) < wanted:
            block = await self.reader.read(min(65536, wanted - len(self.body)))
            if not block:
                self.is_over = True
                raise ConnectionResetError
            self.body += block

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    def close(self) -> None:
        self.is_over = True
        self.writer.close()

    def reset(self) -> None:
        """End with a RST: nothing that is still on its way arrives."""
        self.is_over = True
        raw: socket.socket = self.writer.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()


Behaviour = Callable[[Exchange], Awaitable[None]]


class RawServer:
    """Each request gets the next behaviour; the last one stays."""

    def __init__(self, *behaviours: Behaviour, tls: bool = False) -> None:
        self._behaviours = list(behaviours)
        self._tls = tls
        self._tasks: set[asyncio.Task[None]] = set()
        self.heard: list[Exchange] = []
        self.connections = 0
        self.port = 0

    @property
    def url(self) -> str:
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}"

    @property
    def posts(self) -> list[Exchange]:
        return [exchange for exchange in self.heard if exchange.method == "POST"]

    async def __aenter__(self) -> Self:
        context = None
        if self._tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate())
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0, ssl=context)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        task = asyncio.create_task(self._serve(self.connections, reader, writer))
        self._tasks.add(task)

    async def _serve(self, number: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            while True:
                exchange = await _hear(number, reader, writer)
                self.heard.append(exchange)
                behaviour = self._behaviours[0] if len(self._behaviours) == 1 else self._behaviours.pop(0)
                await behaviour(exchange)
                if exchange.is_over:
                    break
        writer.close()


async def _hear(number: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Exchange:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    first, *lines = head.strip().split("\r\n")
    method, target, _ = first.split(" ")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return Exchange(connection=number, method=method, target=target, headers=headers, reader=reader, writer=writer)


@contextlib.asynccontextmanager
async def tunnel_to(port: int) -> AsyncIterator[asyncio.Server]:
    """A proxy that tunnels every CONNECT to one port of loopback."""
    tasks: set[asyncio.Task[None]] = set()

    async def pump(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while block := await source.read(65536):
                target.write(block)
                await target.drain()
        target.close()

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        inner_reader, inner_writer = await asyncio.open_connection("127.0.0.1", port)
        for source, target in ((reader, inner_writer), (inner_reader, writer)):
            tasks.add(asyncio.create_task(pump(source, target)))

    async with await asyncio.start_server(accept, "127.0.0.1", 0) as server:
        yield server
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
