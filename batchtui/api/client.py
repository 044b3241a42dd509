"""`SdkService`: the engine's port to the Message Batches API, over the official SDK."""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial

from batchtui.api.calls import PATH, Reply, ask, order, tell
from batchtui.api.connection import Clients, Timeouts, open_clients
from batchtui.api.credentials import Found, find_credentials
from batchtui.api.decode import check_deleted, decode_batch, decode_batches, decode_count, decode_models
from batchtui.api.loading import Loading, resolve_in_daemon_threads
from batchtui.api.results_stream import results_stream
from batchtui.api.submit import post_once
from batchtui.api.timing import Note, noted
from batchtui.domain.ids import is_batch_id
from batchtui.domain.models import ModelFact
from batchtui.domain.settings import ApiSettings
from batchtui.domain.submission import NoConnection, Seen
from batchtui.engine.calls import CallSink
from batchtui.engine.ports import Answer, BatchAnswer, BatchPage, Body, Credentials, ServiceProblem

_MODELS_PATH = "/v1/models"
_COUNT_PATH = "/v1/messages/count_tokens"
_MOST_MODEL_PAGES = 20


class SdkService:
    """Fulfils `engine.ports.Service`. For one event loop; the SDK is imported at the first need, in a thread."""

    def __init__(
        self,
        settings: ApiSettings | None = None,
        *,
        timeouts: Timeouts | None = None,
        calls: CallSink | None = None,
    ) -> None:
        self._settings = settings or ApiSettings()
        self._calls = calls
        self._timeouts = timeouts or Timeouts()
        self._loading: Loading[Clients] | None = None

    def credentials(self) -> Credentials:
        """Where the key comes from and its last four characters; needs no SDK and no network."""
        return self._found().credentials

    async def list_batches(self, *, limit: int, after_id: str | None = None) -> BatchPage:
        """One page, newest first."""
        after = {} if after_id is None else {"after_id": after_id}
        reply = await self._ask(PATH, {"limit": limit, **after})
        page = reply.decoded(decode_batches)
        last_id = page.last_id or (page.data[-1].id if page.data else None)
        return BatchPage(batches=page.data, has_more=page.has_more, last_id=last_id, answer=reply.answer)

    async def retrieve(self, batch_id: str) -> BatchAnswer:
        return _batch_answer(await self._ask(_path_of(batch_id)), batch_id)

    async def submit(
        self, body: Body, *, release: Callable[[], Awaitable[None]], sent: Callable[[int], None]
    ) -> tuple[Seen, Answer | None]:
        """POST one body once; without usable credentials there is no connection."""
        try:
            clients = await self._clients()
        except ServiceProblem as problem:
            return NoConnection(problem.message), None
        with noted(self._calls, "POST", PATH, bytes_out=body.size_bytes) as note:
            seen, answer = await post_once(clients, body, release=release, sent=sent, timeouts=self._timeouts)
            note.saw(seen)
            note.bytes_in = answer.bytes if answer is not None else 0
        return seen, answer

    async def cancel(self, batch_id: str) -> BatchAnswer:
        return _batch_answer(await self._order("POST", f"{_path_of(batch_id)}/cancel"), batch_id)

    async def delete(self, batch_id: str) -> Answer:
        reply = await self._order("DELETE", _path_of(batch_id))
        reply.decoded(partial(check_deleted, expected_id=batch_id))
        return reply.answer

    @asynccontextmanager
    async def results(self, batch_id: str) -> AsyncIterator[AsyncIterator[bytes]]:
        """The results as bytes; every error on the way is a ServiceProblem."""
        path = f"{_path_of(batch_id)}/results"
        clients = await self._clients()
        with noted(self._calls, "GET", path) as note:
            async with results_stream(clients, batch_id, self._timeouts) as blocks:
                note.status = 200
                yield _counted(blocks, note)

    async def models(self) -> tuple[ModelFact, ...]:
        """Every model the key can see."""
        facts: list[ModelFact] = []
        after: dict[str, object] = {}
        for _ in range(_MOST_MODEL_PAGES):
            reply = await self._ask(_MODELS_PATH, {"limit": 1000, **after})
            page = reply.decoded(decode_models)
            facts += page.facts()
            if not page.has_more or not page.last_id:
                break
            after = {"after_id": page.last_id}
        return tuple(facts)

    async def count_tokens(self, params: bytes) -> int:
        """The input tokens of one request. Sent once like all else, though asking again would cost nothing."""
        clients = await self._clients()
        with noted(self._calls, "POST", _COUNT_PATH) as note:
            reply = await tell(clients, _COUNT_PATH, params, seconds=self._timeouts.call)
            note.status, note.bytes_in = reply.status, len(reply.body)
        return reply.decoded(decode_count)

    async def close(self) -> None:
        """Close the connections; an import that is still running is left to its thread."""
        clients = self._loading.ready() if self._loading else None
        self._loading = None
        if clients is not None:
            await clients.close()

    async def _ask(self, path: str, params: dict[str, object] | None = None) -> Reply:
        clients = await self._clients()
        with noted(self._calls, "GET", path) as note:
            reply = await ask(clients, path, params=params, seconds=self._timeouts.call)
            note.status, note.bytes_in = reply.status, len(reply.body)
        return reply

    async def _order(self, method: str, path: str) -> Reply:
        clients = await self._clients()
        with noted(self._calls, method, path) as note:
            reply = await order(clients, method, path, seconds=self._timeouts.call)
            note.status, note.bytes_in = reply.status, len(reply.body)
        return reply

    async def _clients(self) -> Clients:
        """The SDK's clients; a ServiceProblem before any connection when there is nothing to connect with."""
        if self._loading is None:
            problem = self._found().problem
            if problem is not None:
                raise ServiceProblem("not_authorized", problem)
        resolve_in_daemon_threads(asyncio.get_running_loop())
        loading = self._loading or self._load()
        try:
            return await loading.result()
        except ServiceProblem:
            self._loading = None
            raise
        # Broad: a profile, a proxy variable or a certificate file that cannot be read comes as any error.
        except Exception as error:
            self._loading = None
            reason = type(error).__name__
        raise ServiceProblem("refused", f"no connection could be set up ({reason}); check base URL, profile and proxy")

    def _load(self) -> Loading[Clients]:
        self._loading = Loading(lambda: open_clients(self._settings, self._timeouts), name="import the SDK")
        return self._loading

    def _found(self) -> Found:
        return find_credentials(os.environ, base_url=self._settings.base_url)


async def _counted(blocks: AsyncIterator[bytes], note: Note) -> AsyncIterator[bytes]:
    async for block in blocks:
        note.bytes_in += len(block)
        yield block


def _path_of(batch_id: str) -> str:
    """The path of a batch; nothing but an id of the service becomes part of one."""
    if not is_batch_id(batch_id):
        raise ServiceProblem("refused", f"{batch_id[:80]!r} is no batch id")
    return f"{PATH}/{batch_id}"


def _batch_answer(reply: Reply, batch_id: str) -> BatchAnswer:
    batch = reply.decoded(partial(decode_batch, expected_id=batch_id))
    return BatchAnswer(batch=batch, answer=reply.answer)
