"""Small calls: one request, one bounded answer as bytes, everything else a ServiceProblem."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from batchtui.api.connection import Clients
from batchtui.api.decode import NotDecodable, decode_status, is_html
from batchtui.api.errors import problem_from_exception, problem_from_garbage, problem_from_page, problem_from_status
from batchtui.api.headers import answer_from
from batchtui.engine.ports import Answer, ServiceProblem

if TYPE_CHECKING:
    import httpx2

_T = TypeVar("_T")

PATH = "/v1/messages/batches"
LONGEST_ANSWER = 64 * 1024 * 1024
"""A page of 1,000 batches is below 1 MB."""


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """A success, not yet decoded."""

    status: int
    body: bytes
    answer: Answer
    is_html: bool

    def decoded(self, decode: Callable[[bytes], _T]) -> _T:
        """What the body says, or a problem of kind garbage."""
        if self.is_html:
            raise problem_from_page(self.answer, status=self.status)
        try:
            return decode(self.body)
        except NotDecodable as error:
            reason = str(error)
        raise problem_from_garbage(reason, self.answer, status=self.status)


async def ask(clients: Clients, path: str, *, params: Mapping[str, object] | None = None, seconds: float) -> Reply:
    """GET over a kept connection."""
    import httpx2

    response = await checked(
        clients,
        clients.asking.get(
            path,
            cast_to=httpx2.Response,
            options={"params": dict(params or {}), "max_retries": 0, "follow_redirects": False},
            stream=True,
        ),
        seconds=seconds,
    )
    return await _read(clients, response, seconds=seconds)


async def order(clients: Clients, method: str, path: str, *, seconds: float) -> Reply:
    """POST or DELETE without a body, over a fresh connection."""
    import httpx2

    send = clients.sending.delete if method == "DELETE" else clients.sending.post
    calling = send(path, cast_to=httpx2.Response, options={"max_retries": 0, "follow_redirects": False})
    response = await checked(clients, calling, seconds=seconds)
    return _reply(clients, response, response.content)


async def tell(clients: Clients, path: str, body: bytes, *, seconds: float) -> Reply:
    """POST a small body over a fresh connection; only for what changes nothing at the service."""
    import httpx2

    calling = clients.sending.post(
        path,
        cast_to=httpx2.Response,
        content=body,
        options={"headers": {"Content-Type": "application/json"}, "max_retries": 0, "follow_redirects": False},
    )
    response = await checked(clients, calling, seconds=seconds)
    return _reply(clients, response, response.content)


async def checked(
    clients: Clients, calling: Coroutine[Any, Any, "httpx2.Response"], *, seconds: float
) -> "httpx2.Response":
    """The response of an SDK call if it is a success; its problem otherwise."""
    import anthropic
    import httpx2

    # Raised outside of the handlers: the SDK's errors carry the request, and the request carries the key.
    problem: ServiceProblem
    try:
        async with asyncio.timeout(seconds):
            return await calling
    except anthropic.APIStatusError as error:
        forget_token_on_401(clients, error.status_code)
        problem = _status_problem(clients, error.response)
    except (anthropic.AnthropicError, httpx2.HTTPError, httpx2.InvalidURL, OSError) as error:
        problem = problem_from_exception(error)
    raise problem


def forget_token_on_401(clients: Clients, status: int) -> None:
    """Let a profile's token be read anew: the SDK does so only when it repeats calls, which ours never do."""
    if status != 401:
        return
    for client in (clients.asking, clients.sending):
        cache = getattr(client, "_token_cache", None)
        if cache is not None:
            cache.invalidate()


async def _read(clients: Clients, response: "httpx2.Response", *, seconds: float) -> Reply:
    import httpx2

    body = bytearray()
    problem: ServiceProblem
    try:
        async with asyncio.timeout(seconds):
            async for block in response.aiter_bytes():
                body += block
                if len(body) > LONGEST_ANSWER:
                    break
            else:
                return _reply(clients, response, bytes(body))
        problem = problem_from_garbage("it does not end", _answer(clients, response), status=response.status_code)
    except (httpx2.HTTPError, OSError) as error:
        problem = problem_from_exception(error)
    finally:
        await response.aclose()
    raise problem


def _reply(clients: Clients, response: "httpx2.Response", body: bytes) -> Reply:
    answer = _answer(clients, response, size_bytes=len(body))
    return Reply(status=response.status_code, body=body, answer=answer, is_html=is_html(response.headers))


def _answer(clients: Clients, response: "httpx2.Response", *, size_bytes: int = 0) -> Answer:
    return answer_from(response.headers, base_url=clients.base_url, size_bytes=size_bytes)


def _status_problem(clients: Clients, response: "httpx2.Response") -> ServiceProblem:
    status = decode_status(response.status_code, response.headers, response.content)
    return problem_from_status(status, _answer(clients, response))
