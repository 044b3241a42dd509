"""A client by hand for testing the server: one connection a call, nothing repeated, nothing interpreted."""

import http.client
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from .judge import JsonObject

KEY = "key-for-the-other-server"


@dataclass(frozen=True, kw_only=True)
class Given:
    """One answer."""

    status: int
    headers: Mapping[str, str]
    """Names as they came."""
    body: bytes

    @property
    def document(self) -> JsonObject:
        """The body as a JSON object."""
        parsed = json.loads(self.body)
        assert isinstance(parsed, dict)
        return parsed

    @property
    def rows(self) -> dict[str, JsonObject]:
        """The results by custom_id."""
        return {row["custom_id"]: row["result"] for row in map(json.loads, self.body.splitlines())}

    def header(self, name: str) -> str | None:
        """Look a header up in whatever casing."""
        return next((value for key, value in self.headers.items() if key.lower() == name), None)


@dataclass(frozen=True, kw_only=True)
class Client:
    """Calls a server."""

    base_url: str
    key: str = KEY

    def call(self, method: str, path: str, document: JsonObject | None = None) -> Given:
        """Make one call below `/v1/messages/batches`."""
        return self.send(method, "/v1/messages/batches" + path, json.dumps(document).encode() if document else b"")

    def send(self, method: str, path: str, body: bytes) -> Given:
        """Make one call anywhere, with any body."""
        connection = http.client.HTTPConnection(urlsplit(self.base_url).netloc, timeout=60)
        headers = {"Authorization": f"Bearer {self.key}", "anthropic-version": "2026-10-21"}
        try:
            connection.request(method, path, body=body, headers=headers)
            answer = connection.getresponse()
            return Given(status=answer.status, headers=dict(answer.getheaders()), body=answer.read())
        finally:
            connection.close()

    def create(self, requests: Sequence[JsonObject]) -> JsonObject:
        """Create a batch that the server must accept."""
        given = self.call("POST", "", {"requests": list(requests)})
        assert given.status == 200, given.body
        return given.document


def make_requests(total: int, *, prefix: str = "r") -> list[JsonObject]:
    """Make so many valid requests, `r-0` and on."""
    params = {"model": "claude-haiku-5-5", "max_tokens": 64, "messages": [{"role": "user", "content": "hello"}]}
    return [{"custom_id": f"{prefix}-{index}", "params": params} for index in range(total)]
