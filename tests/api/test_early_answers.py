"""An answer that comes while the body is being written is heard, over plain connections and TLS."""

import asyncio

import pytest

from batchtui.domain.submission import Accepted, Broken, OtherAnswer
from tests.api.behaviours import BATCH, EARLY_BYTES, answers, answers_early, envelope, response
from tests.api.conftest import PATIENT, MakeService
from tests.api.fakes import LARGE, FakeBody, Recorder
from tests.api.rawserver import Behaviour, Exchange, RawServer, tunnel_to

TOO_LARGE = envelope("request_too_large", "Request exceeds the maximum size", request_id="req_from_body")


@pytest.fixture(params=[False, True], ids=["plain", "tls"])
def tls(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.mark.parametrize("pause_seconds", [0, 0.2], ids=["at once", "when nothing more can be written"])
@pytest.mark.parametrize("then", ["close", "reset", "hold", "read on"])
async def test_an_early_413_is_heard_whatever_the_server_does_next(
    make_service: MakeService, tls: bool, then: str, pause_seconds: float
) -> None:
    recorder = Recorder()
    early = answers_early(413, TOO_LARGE, then=then, pause_seconds=pause_seconds)
    async with RawServer(early, tls=tls) as server:
        service = make_service(server.url)
        body = FakeBody(LARGE)
        async with asyncio.timeout(PATIENT.write / 2):
            seen, answer = await service.submit(body, release=recorder.release, sent=recorder.sent)
    assert isinstance(seen, OtherAnswer)
    assert (seen.status, seen.type, seen.is_service_envelope) == (413, "request_too_large", True)
    assert answer is not None
    assert answer.account.organization_id == "0f6c1b2a-org"
    assert not recorder.is_released
    assert body.is_closed
    assert len(server.posts) == 1


async def test_an_answer_after_the_whole_body_is_read_over_tls_too(make_service: MakeService, tls: bool) -> None:
    recorder = Recorder()
    async with RawServer(answers(200, BATCH), tls=tls) as server:
        seen, _ = await make_service(server.url).submit(FakeBody(LARGE), release=recorder.release, sent=recorder.sent)
    assert isinstance(seen, Accepted)
    assert server.posts[0].is_whole


def starts_early(first: int, pause_seconds: float, whole: bytes) -> Behaviour:
    """Send the first bytes of an answer before the body is read, the rest after it."""

    async def behave(exchange: Exchange) -> None:
        await exchange.read_body(EARLY_BYTES)
        await exchange.send(whole[:first])
        await exchange.read_body()
        await asyncio.sleep(pause_seconds)
        await exchange.send(whole[first:])

    return behave


async def test_an_answer_whose_head_began_early_is_put_together(make_service: MakeService, tls: bool) -> None:
    recorder = Recorder()
    async with RawServer(starts_early(30, 0.1, response(200, BATCH)), tls=tls) as server:
        seen, _ = await make_service(server.url).submit(FakeBody(LARGE), release=recorder.release, sent=recorder.sent)
    assert isinstance(seen, Accepted)
    assert recorder.is_released
    assert server.posts[0].is_whole


async def test_a_100_continue_nobody_asked_for_stops_nothing(make_service: MakeService, tls: bool) -> None:
    recorder = Recorder()
    proceed = b"HTTP/1.1 100 Continue\r\n\r\n"
    async with RawServer(starts_early(len(proceed), 0.1, proceed + response(200, BATCH)), tls=tls) as server:
        seen, _ = await make_service(server.url).submit(FakeBody(LARGE), release=recorder.release, sent=recorder.sent)
    assert isinstance(seen, Accepted)
    assert server.posts[0].is_whole


async def test_an_early_answer_that_is_zipped_is_unpacked(make_service: MakeService) -> None:
    whole = response(429, TOO_LARGE, {"retry-after": "7"}, zipped=True)
    recorder = Recorder()

    async def behave(exchange: Exchange) -> None:
        await exchange.read_body(EARLY_BYTES)
        await exchange.send(whole)
        exchange.close()

    async with RawServer(behave) as server:
        seen, _ = await make_service(server.url).submit(FakeBody(LARGE), release=recorder.release, sent=recorder.sent)
    assert isinstance(seen, OtherAnswer)
    assert (seen.status, seen.type, seen.retry_after_seconds) == (429, "request_too_large", 7.0)


async def test_bytes_that_are_no_http_are_no_answer(make_service: MakeService) -> None:
    recorder = Recorder()

    async def behave(exchange: Exchange) -> None:
        await exchange.read_body(EARLY_BYTES)
        await exchange.send(b"220 mail.example.com ESMTP\r\n\r\n")
        exchange.close()

    async with RawServer(behave) as server:
        seen, _ = await make_service(server.url).submit(FakeBody(LARGE), release=recorder.release, sent=recorder.sent)
    assert isinstance(seen, Broken)
    assert not recorder.is_released


async def test_an_early_answer_is_heard_through_a_proxy_tunnel(
    make_service: MakeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder = Recorder()
    early = answers_early(413, TOO_LARGE, then="hold")
    async with RawServer(early, tls=True) as server, tunnel_to(server.port) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.sockets[0].getsockname()[1]}")
        seen, _ = await make_service(server.url).submit(FakeBody(LARGE), release=recorder.release, sent=recorder.sent)
    assert isinstance(seen, OtherAnswer)
    assert seen.status == 413
