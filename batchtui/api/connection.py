"""The two SDK clients: one that asks over kept connections, one that sends each time over a fresh one.

A fresh connection cannot turn out stale after a body was written, which would leave an unknown outcome.
"""

import os
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from batchtui.api.bounding import bound_all, bound_errors
from batchtui.api.credentials import NO_KEY, custom_headers, find_credentials, normalised_base_url
from batchtui.api.errors import problem_from_exception
from batchtui.api.listening import Listener
from batchtui.api.quiet import import_sdk
from batchtui.domain.settings import ApiSettings
from batchtui.engine.ports import ServiceProblem

if TYPE_CHECKING:
    import anthropic
    import httpx2


class Timeouts(msgspec.Struct, frozen=True, kw_only=True):
    """Seconds; `read` and `write` are the longest silence, not the whole."""

    connect: float = 10
    read: float = 60
    write: float = 60
    answer: float = 300
    """Silence after a body was sent: the service may look at 100,000 requests, and giving up leaves an unknown."""
    call: float = 180
    """A whole call that is neither a submission nor a download."""


listener_of_this_post: ContextVar[Listener | None] = ContextVar("listener_of_this_post", default=None)


@dataclass(frozen=True)
class Clients:
    """The SDK's clients, ready to use in one event loop."""

    asking: "anthropic.AsyncAnthropic"
    sending: "anthropic.AsyncAnthropic"
    base_url: str
    """Normalised; what the account is bound to."""

    async def close(self) -> None:
        # Both share one credentials provider, which must be closed after the last of them.
        await self.sending.close()
        await self.asking.close()


def open_clients(settings: ApiSettings, timeouts: Timeouts) -> Clients:
    """Import the SDK and build its clients; takes seconds, so it runs in a thread (`Loading`)."""
    import_sdk()
    import anthropic

    problem: ServiceProblem
    try:
        return _build(settings, timeouts)
    except anthropic.AnthropicError as error:
        problem = problem_from_exception(error)
    raise problem


def _build(settings: ApiSettings, timeouts: Timeouts) -> Clients:
    import anthropic
    import httpx2

    timeout = httpx2.Timeout(connect=timeouts.connect, read=timeouts.read, write=timeouts.write, pool=timeouts.connect)
    asking = anthropic.AsyncAnthropic(
        base_url=_explicit_base_url(settings),
        default_headers=_headers(settings),
        max_retries=0,
        timeout=timeout,
        open_telemetry={"propagation": False, "traces": {"enabled": False}},
        http_client=_http_client(fresh=False),
    )
    if not _can_authenticate(asking):
        raise ServiceProblem("not_authorized", NO_KEY)
    sending = asking.copy(http_client=_http_client(fresh=True))
    return Clients(asking=asking, sending=sending, base_url=normalised_base_url(str(asking.base_url)))


def _http_client(*, fresh: bool) -> "httpx2.AsyncClient":
    import anthropic
    import httpx2

    limits = httpx2.Limits(max_connections=20, max_keepalive_connections=0 if fresh else 4, keepalive_expiry=20)
    bound = bound_all if fresh else bound_errors
    # The SDK's own class, for its handling of proxy variables and TCP keep-alive.
    return anthropic.DefaultAsyncHttpxClient(
        limits=limits, follow_redirects=False, event_hooks={"request": [_listen], "response": [bound]}
    )


def _explicit_base_url(settings: ApiSettings) -> str | None:
    """The base URL of the settings; None lets the SDK look, which takes an empty variable for an address."""
    if settings.base_url is None and os.environ.get("ANTHROPIC_BASE_URL") == "":
        return find_credentials(os.environ).credentials.base_url
    return settings.base_url


def _can_authenticate(client: "anthropic.AsyncAnthropic") -> bool:
    has_header = not custom_headers(os.environ).keys().isdisjoint(("authorization", "x-api-key"))
    return has_header or any((client.api_key, client.auth_token, client.credentials))


def _headers(settings: ApiSettings) -> dict[str, str]:
    headers = {
        "anthropic-workspace-id": settings.api_workspace_id,
        "anthropic-beta": ",".join(settings.betas) or None,
        "anthropic-version": settings.anthropic_version,
    }
    given = {name: value for name, value in headers.items() if value is not None}
    for name, value in given.items():
        if not (value.isascii() and value.isprintable()):
            raise ServiceProblem("refused", f"the setting for {name} holds a character that no header can carry")
    return given


async def _listen(request: "httpx2.Request") -> None:
    listener = listener_of_this_post.get()
    if listener is not None:
        request.extensions["trace"] = listener.trace
