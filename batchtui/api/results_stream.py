"""The results of a batch as the bytes the service sends: from the configured host only, from the start only."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from batchtui.api.calls import PATH, checked
from batchtui.api.connection import Clients, Timeouts
from batchtui.api.decode import is_html
from batchtui.api.errors import problem_from_exception, problem_from_page
from batchtui.api.headers import answer_from
from batchtui.engine.ports import ServiceProblem

if TYPE_CHECKING:
    import httpx2


@asynccontextmanager
async def results_stream(clients: Clients, batch_id: str, timeouts: Timeouts) -> AsyncIterator[AsyncIterator[bytes]]:
    """Open the download; the path is built here, since `results_url` could lead the key to any host."""
    import httpx2

    calling = clients.asking.get(
        f"{PATH}/{batch_id}/results",
        cast_to=httpx2.Response,
        options={"max_retries": 0, "follow_redirects": False},
        stream=True,
    )
    response = await checked(clients, calling, seconds=timeouts.call)
    try:
        if is_html(response.headers):
            answer = answer_from(response.headers, base_url=clients.base_url)
            raise problem_from_page(answer, status=response.status_code)
        yield _blocks(response)
    finally:
        await response.aclose()


async def _blocks(response: "httpx2.Response") -> AsyncIterator[bytes]:
    import httpx2

    problem: ServiceProblem
    try:
        async for block in response.aiter_bytes():
            yield block
        return
    except (httpx2.HTTPError, OSError) as error:
        problem = problem_from_exception(error)
    raise problem
