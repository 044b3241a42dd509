"""One connection: reads requests, lets the armed fault strike, sends the answers."""

import os
import socket
import socketserver
import struct
import sys
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from . import shapes, wire
from .faults import Answer, Cut, Delay, Drop, Fault, Lose
from .routes import Call, Refusal, Reply, answer, find_endpoint
from .seen import Seen
from .site import Site

BLOCK = 1 << 20


class Listener(socketserver.ThreadingTCPServer):
    """Accepts connections and can end those that are open.

    Not http.server's own class: that one asks DNS for the name of its address.
    """

    allow_reuse_address = True
    request_queue_size = 64
    daemon_threads = True
    block_on_close = False

    def __init__(self, port: int, site: Site) -> None:
        self.site = site
        self._open: set[socket.socket] = set()
        super().__init__(("127.0.0.1", port), Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        super().shutdown_request(request)

    def hang_up_all(self) -> None:
        """End every open connection."""
        for connection in tuple(self._open):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue  # the other side was faster

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Stay silent about clients that go away; a real fault of the server still shows."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class Handler(BaseHTTPRequestHandler):
    """Serves one connection."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Listener

    def do_GET(self) -> None:
        """Serve any method; the routes know which belongs where."""
        url = urlsplit(self.path)
        operation, batch_id = find_endpoint(self.command, url.path)
        fault = self.server.site.hooks.take(operation)
        match fault:
            case Drop():
                self.rfile.read(fault.after_bytes)
                self._log(operation, fault.after_bytes, None)
                self._hang_up(reset=fault.reset)
                return
            case Answer(early=True):
                self._log(operation, 0, fault.status)
                self._send(self._armed_reply(fault), None)
                self.close_connection = True
                return
        body, size = self._read_body()
        call = Call(
            operation=operation,
            batch_id=batch_id,
            query=dict(parse_qsl(url.query)),
            headers={name.lower(): value for name, value in self.headers.items()},
            body=body,
        )
        self._finish(call, size, fault)

    do_POST = do_DELETE = do_GET

    def log_message(self, format: str, *args: object) -> None:
        """Write nothing: the log is a list."""

    def _finish(self, call: Call, size: int, fault: Fault | None) -> None:
        """Do what was asked, log it, answer as the fault allows."""
        reply = self._armed_reply(fault) if isinstance(fault, Answer) else self._decide(call, size)
        if isinstance(fault, Lose):
            self._log(call.operation, size, None)
            self._hang_up(reset=fault.reset)
            return
        if isinstance(fault, Delay):
            self.server.site.stopping.wait(fault.seconds)
        self._log(call.operation, size, reply.status)
        self._send(reply, fault if isinstance(fault, Cut) else None)

    def _decide(self, call: Call, size: int) -> Reply:
        site = self.server.site
        try:
            if size > site.max_body_bytes:
                raise Refusal(413, "request_too_large", "Request exceeds the maximum size")
            return answer(site, call)
        except Refusal as refusal:
            document = shapes.error_document(refusal.error_type, refusal.message, request_id=None)
            return Reply(status=refusal.status, document=document)

    def _armed_reply(self, fault: Answer) -> Reply:
        if fault.raw is not None:
            return Reply(status=fault.status, raw=fault.raw, headers={"content-type": "text/html", **fault.headers})
        document = shapes.error_document(fault.error_type, fault.message, request_id=None, details=fault.details)
        return Reply(status=fault.status, document=document, headers=fault.headers)

    def _read_body(self) -> tuple[bytes, int]:
        """Read the body and tell its size; one that is too large is read to its end and thrown away."""
        if "chunked" in self.headers.get("Transfer-Encoding", ""):
            body = self._read_chunks()
            return body, len(body)
        size = int(self.headers.get("Content-Length", "0"))
        if size <= self.server.site.max_body_bytes:
            body = self.rfile.read(size)
            if len(body) < size:
                raise ConnectionAbortedError("the client left within its body")
            return body, size
        left = size
        while left and (block := self.rfile.read(min(BLOCK, left))):
            left -= len(block)
        return b"", size

    def _read_chunks(self) -> bytes:
        parts = []
        while size := int(self.rfile.readline().split(b";")[0], 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        while self.rfile.readline().strip():
            pass  # trailers
        return b"".join(parts)

    def _log(self, operation: str, size: int, status: int | None) -> None:
        url = urlsplit(self.path)
        key = self.headers.get("X-Api-Key")
        self.server.site.requests_log.append(
            Seen(
                method=self.command,
                path=url.path,
                query=url.query,
                operation=operation,
                header_names=tuple(self.headers.keys()),
                authorization=self.headers.get("Authorization", f"x-api-key {key}" if key else ""),
                host=self.headers.get("Host", ""),
                body_bytes=size,
                status=status,
            )
        )

    def _send(self, reply: Reply, cut: Cut | None) -> None:
        site = self.server.site
        number = next(site.answer_numbers)
        extra = {} if reply.status == 401 else {"anthropic-organization-id": site.organization_id}
        if reply.lines is None:
            self.wfile.write(wire.whole(number, reply, extra, cut))
        else:
            zipped = site.gzip_results and "gzip" in self.headers.get("Accept-Encoding", "")
            for part in wire.chunked(number, reply, extra, cut, zipped=zipped):
                self.wfile.write(part)
        if wire.closes(number) or (cut is not None and not cut.politely):
            self.close_connection = True

    def _hang_up(self, *, reset: bool) -> None:
        """Close without an answer; a reset must come before any orderly end."""
        self.close_connection = True
        if reset:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            os.close(self.connection.detach())
