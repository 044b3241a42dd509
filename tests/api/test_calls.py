"""The calls that look, cancel and delete: what they bring, and the problem each failure becomes."""

import asyncio
import gzip

import pytest

from batchtui.api.connection import Timeouts
from batchtui.domain.models import ModelFact
from batchtui.engine.ports import ServiceProblem
from tests.api.behaviours import BATCH, BATCH_ID, answers, cuts, ends, envelope, page, response, stays_silent
from tests.api.conftest import HASTY, PATIENT, MakeService
from tests.api.rawserver import Behaviour, Exchange, RawServer

OTHER = {**BATCH, "id": "msgbatch_013Zva2CMHLNnXjNJJKqJ2EF", "a_new_field": {"of": ["the", "service"]}}


async def problem_of(make_service: MakeService, behaviour: Behaviour, timeouts: Timeouts = PATIENT) -> ServiceProblem:
    async with RawServer(behaviour) as server:
        with pytest.raises(ServiceProblem) as raised:
            await make_service(server.url, timeouts=timeouts).list_batches(limit=1000)
    return raised.value


@pytest.mark.parametrize("zipped", [False, True])
async def test_a_page_of_batches(make_service: MakeService, zipped: bool) -> None:
    content = page(BATCH, OTHER, has_more=True)
    headers = {"anthropic-workspace-id": "wrkspc_01"}
    async with RawServer(answers(200, content, headers, zipped=zipped)) as server:
        found = await make_service(server.url).list_batches(limit=1000, after_id="msgbatch_x")
    assert server.heard[0].target == "/v1/messages/batches?limit=1000&after_id=msgbatch_x"
    assert [batch.id for batch in found.batches] == [BATCH_ID, OTHER["id"]]
    assert (found.has_more, found.last_id) == (True, OTHER["id"])
    assert found.answer.account.api_workspace_id == "wrkspc_01"
    assert found.answer.server_time is not None
    assert found.answer.server_time.isoformat() == "2026-11-21T08:00:05+00:00"
    assert found.answer.request_id == "req_from_header"
    assert found.answer.bytes > 800


async def test_an_empty_account_is_an_empty_page(make_service: MakeService) -> None:
    async with RawServer(answers(200, page())) as server:
        found = await make_service(server.url).list_batches(limit=1000)
    assert (found.batches, found.has_more, found.last_id) == ((), False, None)


async def test_retrieve_cancel_and_delete(make_service: MakeService) -> None:
    canceling = {**BATCH, "processing_status": "canceling", "cancel_initiated_at": "2026-11-21T08:00:04Z"}
    deleted = {"id": BATCH_ID, "type": "message_batch_deleted"}
    async with RawServer(answers(200, BATCH), answers(200, canceling), answers(200, deleted)) as server:
        service = make_service(server.url)
        assert (await service.retrieve(BATCH_ID)).batch.processing_status == "in_progress"
        assert (await service.cancel(BATCH_ID)).batch.is_canceling
        assert (await service.delete(BATCH_ID)).account.organization_id == "0f6c1b2a-org"
    path = f"/v1/messages/batches/{BATCH_ID}"
    asked = [(heard.method, heard.target, heard.body_size) for heard in server.heard]
    assert asked == [("GET", path, 0), ("POST", f"{path}/cancel", 0), ("DELETE", path, 0)]


async def test_models_of_all_pages(make_service: MakeService) -> None:
    first = {
        "data": [
            {
                "id": "claude-opus-5-5",
                "max_tokens": 128_000,
                "max_input_tokens": 1_000_000,
                "retires_at": "2027-01-01T00:00:00Z",
                "capabilities": {"batch": {"supported": False}, "citations": {"supported": True}},
            }
        ],
        "has_more": True,
        "last_id": "claude-opus-5-5",
    }
    second = {"data": [{"id": "an-older-one", "capabilities": None}], "has_more": False, "last_id": "an-older-one"}
    async with RawServer(answers(200, first), answers(200, second)) as server:
        facts = await make_service(server.url).models()
    assert facts == (
        ModelFact(
            id="claude-opus-5-5",
            max_tokens=128_000,
            max_input_tokens=1_000_000,
            retires_at="2027-01-01T00:00:00Z",
            supports_batch=False,
        ),
        ModelFact(id="an-older-one"),
    )
    assert server.heard[1].target == "/v1/models?limit=1000&after_id=claude-opus-5-5"


KINDS = {
    301: "garbage",
    307: "garbage",
    400: "refused",
    401: "not_authorized",
    402: "refused",
    403: "not_authorized",
    404: "not_found",
    408: "broken",
    409: "conflict",
    413: "refused",
    422: "refused",
    429: "limited",
    500: "broken",
    502: "broken",
    529: "broken",
}


@pytest.mark.parametrize(("status", "kind"), KINDS.items())
async def test_a_status_becomes_its_kind_with_the_services_words(
    make_service: MakeService, status: int, kind: str
) -> None:
    content = envelope("some_error", "the service's words")
    problem = await problem_of(make_service, answers(status, content, {"retry-after": "17", "Location": "/x"}))
    assert (problem.kind, problem.status, problem.type) == (kind, status, "some_error")
    assert problem.message == "the service's words"
    assert (problem.retry_after_seconds, problem.request_id) == (17.0, "req_from_header")
    assert problem.answer is not None
    assert problem.answer.account.organization_id == "0f6c1b2a-org"


async def test_a_proxys_page_is_not_quoted(make_service: MakeService) -> None:
    html = b"<html><h1>502 Bad Gateway</h1>" + b"<p>" * 500
    problem = await problem_of(make_service, answers(502, html, {"Content-Type": "text/html; charset=utf-8"}))
    assert (problem.kind, problem.message) == ("broken", "HTTP 502 without the service's words (text/html)")


GARBAGE: dict[str, Behaviour] = {
    "a page for people": answers(200, b"<html>Welcome to the hotel</html>", {"Content-Type": "text/html"}),
    "a page that could be JSON": answers(200, page(BATCH), {"Content-Type": "Text/HTML"}),
    "nothing": answers(200, b""),
    "no list": answers(200, {"has_more": False}),
    "a batch without an id": answers(200, page({"processing_status": "ended", "id": None})),
    "an empty page that says there is more": answers(200, {"data": [], "has_more": True, "last_id": None}),
    "damaged gzip": answers(200, b"no gzip at all", {"Content-Encoding": "gzip"}),
    "half a page, politely": answers(200, b'{"data": [{"id": "msgb'),
}


@pytest.mark.parametrize("behaviour", GARBAGE.values(), ids=GARBAGE.keys())
async def test_a_success_that_is_no_page_is_garbage(make_service: MakeService, behaviour: Behaviour) -> None:
    assert (await problem_of(make_service, behaviour)).kind == "garbage"


async def test_a_portals_page_is_somebody_who_is_not_the_service(make_service: MakeService) -> None:
    problem = await problem_of(make_service, GARBAGE["a page for people"])
    assert problem.message == "somebody answered who is not the API: a page for people"


@pytest.mark.parametrize("verb", ["retrieve", "cancel", "delete"])
async def test_an_answer_about_another_batch_is_garbage(make_service: MakeService, verb: str) -> None:
    async with RawServer(answers(200, OTHER)) as server:
        with pytest.raises(ServiceProblem, match="another batch") as raised:
            await getattr(make_service(server.url), verb)(BATCH_ID)
    assert raised.value.kind == "garbage"


OFFLINE: dict[str, tuple[Behaviour, str]] = {
    "close": (ends("close"), "the connection ended before a whole answer"),
    "reset": (ends("reset"), "the connection broke"),
    "cut in the head": (cuts(200, page(BATCH), keep=0.1), "the connection ended before a whole answer"),
    "cut in the body": (cuts(200, page(BATCH), keep=0.9), "the connection ended before a whole answer"),
}


@pytest.mark.parametrize(("behaviour", "words"), OFFLINE.values(), ids=OFFLINE.keys())
async def test_no_whole_answer_is_offline(make_service: MakeService, behaviour: Behaviour, words: str) -> None:
    problem = await problem_of(make_service, behaviour)
    assert (problem.kind, problem.message) == ("offline", words)


async def test_silence_is_offline(make_service: MakeService) -> None:
    problem = await problem_of(make_service, stays_silent(), HASTY)
    assert (problem.kind, problem.message) == ("offline", "timed out while waiting for the answer")


async def test_a_name_nobody_knows_is_offline(make_service: MakeService) -> None:
    with pytest.raises(ServiceProblem, match="DNS") as raised:
        await make_service("http://no-such-host.invalid").list_batches(limit=1)
    assert raised.value.kind == "offline"


async def test_a_server_that_drips_for_ever_is_offline(make_service: MakeService) -> None:
    async def drip(exchange: Exchange) -> None:
        for byte in response(200, page(BATCH)):
            await exchange.send(bytes([byte]))
            await asyncio.sleep(0.05)

    async with RawServer(drip) as server:
        service = make_service(server.url, timeouts=Timeouts(read=0.5, call=0.3))
        with pytest.raises(ServiceProblem) as raised:
            await service.list_batches(limit=1)
    assert raised.value.kind == "offline"


async def test_an_answer_that_unpacks_without_end_is_not_read_to_its_end(make_service: MakeService) -> None:
    bomb = gzip.compress(b"[" * 70_000_000, compresslevel=1)
    problem = await problem_of(make_service, answers(200, bomb, {"Content-Encoding": "gzip"}))
    assert (problem.kind, problem.message) == ("garbage", "HTTP 200 that is no answer of the service: it does not end")


async def test_an_error_without_end_is_not_read_to_its_end(make_service: MakeService) -> None:
    async def flood(exchange: Exchange) -> None:
        await exchange.send(b"HTTP/1.1 500 Oops\r\nContent-Type: text/plain\r\n\r\n")
        while True:
            await exchange.send(b"x" * 65_536)

    problem = await problem_of(make_service, flood)
    assert (problem.kind, problem.status) == ("broken", 500)


@pytest.mark.parametrize("batch_id", ["", "../models", "msgbatch_a/../../x", "msgbatch_a\n", "msgbatch_é", "batch_1"])
async def test_nothing_but_a_batch_id_becomes_a_path(make_service: MakeService, batch_id: str) -> None:
    async with RawServer(answers(200, BATCH)) as server:
        service = make_service(server.url)
        for verb in (service.retrieve, service.cancel, service.delete):
            with pytest.raises(ServiceProblem, match="no batch id") as raised:
                await verb(batch_id)
            assert raised.value.kind == "refused"
        with pytest.raises(ServiceProblem, match="no batch id"):
            async with service.results(batch_id):
                pass
    assert server.heard == []


async def test_a_setting_that_no_header_can_carry_is_a_sentence(make_service: MakeService) -> None:
    async with RawServer(answers(200, page())) as server:
        with pytest.raises(ServiceProblem, match="anthropic-workspace-id"):
            await make_service(server.url, api_workspace_id="wrkspc_\r\nx: y").list_batches(limit=1)
    assert server.heard == []
