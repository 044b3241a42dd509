"""A server that costs next to nothing: it keeps the ids of what is sent, and results come from a file by `sendfile`.

`python -m tests.bench.server FOLDER` prints its base URL. Memory does not grow with what passes through. Besides the
API's paths it knows `POST /bench/end?errors_every=N&brief=1`, which ends every open batch, and `GET /bench/calls`.
"""

import json
import os
import socket
import sys
import threading
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from tests.bench.ids_file import IdsFile
from tests.bench.shelf import Shelf, StoredBatch

API = "/v1/messages/batches"
_RECEIVE_BYTES = 1 << 22


class Server:
    """Listens on loopback; a thread for each connection."""

    def __init__(self, folder: Path, *, known: int = 0) -> None:
        self.shelf = Shelf(folder)
        self.calls: Counter[str] = Counter()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.base_url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        for _ in range(known):
            self.shelf.add(requests=100, ids=None)

    def serve(self) -> None:
        """Take connections until the process ends."""
        while True:
            connection, _ = self._listener.accept()
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self._converse, args=(connection,), daemon=True).start()

    def _converse(self, connection: socket.socket) -> None:
        with connection:
            pending = b""
            while True:
                head, pending = _read_head(connection, pending)
                if not head:
                    return
                method, target, length = _parse(head)
                pending = self._answer(connection, method, target, length, pending)

    def _answer(self, connection: socket.socket, method: str, target: str, length: int, pending: bytes) -> bytes:
        """Answer one call; what was read beyond its body is returned."""
        url = urlsplit(target)
        query = {key: values[0] for key, values in parse_qs(url.query).items()}
        if method == "POST" and url.path == API:
            self.calls["create"] += 1
            batch, rest = self._take_body(connection, length, pending)
            _send_json(connection, self._document(batch))
            return rest
        rest = _skip_body(connection, length, pending)
        if url.path.endswith("/results"):
            self.calls["results"] += 1
            _send_file(connection, self.shelf.results_path(url.path.split("/")[-2]))
        else:
            _send_json(connection, self._json_answer(method, url.path, query))
        return rest

    def _json_answer(self, method: str, path: str, query: dict[str, str]) -> object:
        if path == "/bench/calls":
            return dict(self.calls)
        if path == "/bench/end":
            errors_every, is_brief = int(query.get("errors_every", "0")), "brief" in query
            return {"ended": self.shelf.end_all(errors_every=errors_every, is_brief=is_brief)}
        if path == API and method == "GET":
            self.calls["list"] += 1
            return self._page(int(query.get("limit", "20")), query.get("after_id"))
        if path.startswith(f"{API}/"):
            self.calls["retrieve"] += 1
            return self._document(self.shelf.batches[path.split("/")[-1]])
        return {"data": [], "has_more": False, "first_id": None, "last_id": None}

    def _take_body(self, connection: socket.socket, length: int, pending: bytes) -> tuple[StoredBatch, bytes]:
        """Keep the custom_ids of a body as it comes: no answer needs anything else of it."""
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BYTES)
        begin, rest = pending[:length], pending[length:]
        with IdsFile(self.shelf.new_ids()) as ids:
            ids.room(len(begin))[:] = begin
            ids.took(len(begin))
            left = length - len(begin)
            while left:
                size = connection.recv_into(ids.room(left))
                if not size:
                    raise ConnectionResetError("the body was cut")
                ids.took(size)
                left -= size
        return self.shelf.add(requests=ids.count, ids=ids.path), rest

    def _page(self, limit: int, after_id: str | None) -> object:
        newest_first = list(reversed(self.shelf.batches))
        start = newest_first.index(after_id) + 1 if after_id else 0
        shown = newest_first[start : start + limit]
        return {
            "data": [self._document(self.shelf.batches[batch_id]) for batch_id in shown],
            "has_more": start + limit < len(newest_first),
            "first_id": shown[0] if shown else None,
            "last_id": shown[-1] if shown else None,
        }

    def _document(self, batch: StoredBatch) -> dict[str, object]:
        return {
            "id": batch.id,
            "type": "message_batch",
            "processing_status": "ended" if batch.ended_at else "in_progress",
            "request_counts": batch.counts(),
            "created_at": _stamp(batch.created_at),
            "expires_at": _stamp(batch.created_at + timedelta(hours=24)),
            "ended_at": _stamp(batch.ended_at) if batch.ended_at else None,
            "cancel_initiated_at": None,
            "archived_at": None,
            "results_url": f"{self.base_url}{API}/{batch.id}/results" if batch.ended_at else None,
        }


def _stamp(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


def _read_head(connection: socket.socket, pending: bytes) -> tuple[bytes, bytes]:
    while b"\r\n\r\n" not in pending:
        try:
            block = connection.recv(1 << 16)
        except ConnectionResetError:
            block = b""
        if not block:
            return b"", b""
        pending += block
    head, _, rest = pending.partition(b"\r\n\r\n")
    return head, rest


def _parse(head: bytes) -> tuple[str, str, int]:
    first, *headers = head.decode("latin-1").split("\r\n")
    method, target, _ = first.split(" ")
    named = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in headers)}
    return method, target, int(named.get("content-length", "0"))


def _skip_body(connection: socket.socket, length: int, pending: bytes) -> bytes:
    while len(pending) < length:
        pending += connection.recv(1 << 16)
    return pending[length:]


def _head(length: int, kind: str) -> bytes:
    date = datetime.now(UTC).strftime("%a, %d %b %Y %H:%M:%S GMT")
    return (
        f"HTTP/1.1 200 OK\r\nDate: {date}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n"
        "anthropic-organization-id: org-bench\r\nanthropic-workspace-id: wrkspc_bench\r\nrequest-id: req_bench\r\n\r\n"
    ).encode()


def _send_json(connection: socket.socket, document: object) -> None:
    data = json.dumps(document).encode()
    connection.sendall(_head(len(data), "application/json") + data)


def _send_file(connection: socket.socket, path: Path) -> None:
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        connection.sendall(_head(size, "application/x-jsonl"))
        connection.sendfile(file)


def main() -> None:
    """Serve until stdin ends, so that nothing stays behind."""
    server = Server(Path(sys.argv[1]), known=int(sys.argv[2]) if len(sys.argv) > 2 else 0)
    threading.Thread(target=server.serve, daemon=True).start()
    print(server.base_url, flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
