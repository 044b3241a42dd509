"""The one POST of one body. Nothing here repeats anything; whatever is seen is returned, never raised."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from batchtui.api.blocks import NotHandedOver
from batchtui.api.calls import PATH, forget_token_on_401
from batchtui.api.connection import Clients, Timeouts, listener_of_this_post
from batchtui.api.decode import NotDecodable, decode_batch, decode_status
from batchtui.api.headers import answer_from
from batchtui.api.listening import AnsweredEarly, Listener
from batchtui.api.outgoing import Outgoing
from batchtui.api.why import cause_of, never_reached_a_server, why
from batchtui.domain.submission import Accepted, Broken, NoConnection, Seen, Undecodable
from batchtui.engine.ports import Answer, Body

if TYPE_CHECKING:
    import httpx2


async def post_once(
    clients: Clients,
    body: Body,
    *,
    release: Callable[[], Awaitable[None]],
    sent: Callable[[int], None],
    timeouts: Timeouts,
) -> tuple[Seen, Answer | None]:
    """POST a body and say what was seen. A cancellation propagates; the caller knows what it had released."""
    listener = Listener()
    outgoing = Outgoing(body, release=release, sent=sent, listener=listener, patience_seconds=timeouts.answer)
    armed = listener_of_this_post.set(listener)
    try:
        response = await _post(clients, outgoing, body.size_bytes, timeouts)
    # Broad, since the bytes may be out: whatever went wrong has to become one of the outcomes.
    except Exception as error:
        return await _without_response(clients, error, listener)
    finally:
        listener_of_this_post.reset(armed)
        await listener.stop()
    return _seen(clients, response)


async def _post(clients: Clients, outgoing: Outgoing, size_bytes: int, timeouts: Timeouts) -> "httpx2.Response":
    import anthropic
    import httpx2

    timeout = httpx2.Timeout(
        connect=timeouts.connect, read=timeouts.answer, write=timeouts.write, pool=timeouts.connect
    )
    try:
        return await clients.sending.post(
            PATH,
            cast_to=httpx2.Response,
            content=outgoing,
            options={
                "headers": {"Content-Length": str(size_bytes), "Content-Type": "application/json"},
                "max_retries": 0,
                "follow_redirects": False,
                "timeout": timeout,
            },
        )
    except anthropic.APIStatusError as error:
        return error.response


async def _without_response(clients: Clients, error: Exception, listener: Listener) -> tuple[Seen, Answer | None]:
    """The connection failed us; an answer may have been heard all the same."""
    await listener.stop(patience_seconds=1)
    response = listener.answer()
    if response is not None:
        return _seen(clients, response)
    if never_reached_a_server(error):
        return NoConnection(why(error)), None
    cause = cause_of(error)
    words = str(cause) if isinstance(cause, NotHandedOver | AnsweredEarly) else why(error)
    return Broken(words, is_cut=not isinstance(cause, NotHandedOver)), None


def _seen(clients: Clients, response: "httpx2.Response") -> tuple[Seen, Answer]:
    answer = answer_from(response.headers, base_url=clients.base_url, size_bytes=len(response.content))
    if not 200 <= response.status_code < 300:
        forget_token_on_401(clients, response.status_code)
        return decode_status(response.status_code, response.headers, response.content), answer
    try:
        return Accepted(decode_batch(response.content), answer.request_id), answer
    except NotDecodable as error:
        return Undecodable(response.status_code, str(error)), answer
