"""What a POST may meet and what each proves, case by case, over real sockets."""

import asyncio
import socket

import pytest

from batchtui.api.connection import Timeouts
from batchtui.domain.submission import (
    Accepted,
    Broken,
    Conclusion,
    NoConnection,
    OtherAnswer,
    Seen,
    Undecodable,
    conclude,
)
from tests.api.behaviours import (
    BATCH,
    BATCH_ID,
    EARLY_BYTES,
    answers,
    answers_early,
    cuts,
    ends,
    envelope,
    stays_silent,
)
from tests.api.conftest import HASTY, PATIENT, MakeService
from tests.api.fakes import LARGE, SMALL, FakeBody, Recorder
from tests.api.rawserver import Behaviour, RawServer

REFUSED = [400, 401, 402, 403, 404, 405, 415, 422, 300, 301, 302, 303, 304, 307, 308]
NO_PROOF = [408, 409, 499, 500, 502, 503, 504, 529]
VERDICTS = (
    dict.fromkeys(REFUSED, Conclusion.REFUSED)
    | dict.fromkeys(NO_PROOF, None)
    | {413: Conclusion.TOO_LARGE, 429: Conclusion.WAIT}
)
"""None: not accepted before Releasing, unknown after."""


async def post(
    make_service: MakeService, behaviour: Behaviour, size: int, timeouts: Timeouts = PATIENT
) -> tuple[Seen, Recorder, RawServer]:
    recorder = Recorder()
    async with RawServer(behaviour) as server:
        service = make_service(server.url, timeouts=timeouts)
        seen, _ = await service.submit(FakeBody(size), release=recorder.release, sent=recorder.sent)
    assert len(server.posts) == 1
    return seen, recorder, server


async def test_an_accepted_batch_is_confirmed_with_its_account_and_request_id(make_service: MakeService) -> None:
    async with RawServer(answers(200, BATCH)) as server:
        service = make_service(server.url + "/")
        recorder = Recorder()
        seen, answer = await service.submit(FakeBody(LARGE), release=recorder.release, sent=recorder.sent)
    assert isinstance(seen, Accepted)
    assert (seen.batch.id, seen.request_id) == (BATCH_ID, "req_from_header")
    assert conclude(seen, released=recorder.is_released) is Conclusion.CONFIRMED
    assert answer is not None
    assert (answer.account.base_url, answer.account.organization_id) == (server.url, "0f6c1b2a-org")
    assert answer.account.api_workspace_id is None
    assert server.posts[0].is_whole


@pytest.mark.parametrize("content_type", ["text/plain", "text/html", "application/octet-stream"])
async def test_an_accepted_batch_is_confirmed_whatever_its_content_type(
    make_service: MakeService, content_type: str
) -> None:
    seen, _, _ = await post(make_service, answers(201, BATCH, {"Content-Type": content_type}), SMALL)
    assert isinstance(seen, Accepted)


async def test_a_zipped_answer_is_an_answer(make_service: MakeService) -> None:
    seen, _, _ = await post(make_service, answers(200, BATCH, zipped=True), SMALL)
    assert isinstance(seen, Accepted)


@pytest.mark.parametrize("status", VERDICTS)
async def test_a_status_after_the_whole_body(make_service: MakeService, status: int) -> None:
    content = envelope("some_error", "the service's words")
    seen, recorder, server = await post(make_service, answers(status, content, {"Location": "/elsewhere"}), SMALL)
    assert isinstance(seen, OtherAnswer)
    assert seen.status == status
    assert recorder.is_released
    assert conclude(seen, released=True) is (VERDICTS[status] or Conclusion.UNKNOWN)
    assert [exchange.target for exchange in server.heard] == ["/v1/messages/batches"]
    if status != 304:  # which has no body
        assert (seen.type, seen.message) == ("some_error", "the service's words")


@pytest.mark.parametrize("status", [*VERDICTS.keys() - {304}])
async def test_a_status_in_the_middle_of_the_body(make_service: MakeService, status: int) -> None:
    content = envelope("some_error", "the service's words")
    seen, recorder, server = await post(make_service, answers_early(status, content), LARGE)
    assert isinstance(seen, OtherAnswer)
    assert (seen.status, seen.message) == (status, "the service's words")
    assert not recorder.is_released
    assert conclude(seen, released=False) is (VERDICTS[status] or Conclusion.NOT_ACCEPTED)
    assert len(server.posts[0].body) == EARLY_BYTES


@pytest.mark.parametrize("how", ["close", "reset"])
async def test_a_connection_that_ends_after_the_body_leaves_it_unknown(make_service: MakeService, how: str) -> None:
    seen, recorder, server = await post(make_service, ends(how), SMALL)
    assert isinstance(seen, Broken)
    assert conclude(seen, released=recorder.is_released) is Conclusion.UNKNOWN
    assert server.posts[0].is_whole


@pytest.mark.parametrize("how", ["close", "reset"])
@pytest.mark.parametrize("after_bytes", [0, EARLY_BYTES])
async def test_a_connection_that_ends_within_the_body_proves_it_was_not_accepted(
    make_service: MakeService, how: str, after_bytes: int
) -> None:
    seen, recorder, server = await post(make_service, ends(how, after_bytes=after_bytes), LARGE)
    assert isinstance(seen, Broken)
    assert not recorder.is_released
    assert conclude(seen, released=False) is Conclusion.NOT_ACCEPTED
    assert not server.posts[0].is_whole


async def test_silence_after_the_body_leaves_it_unknown(make_service: MakeService) -> None:
    seen, recorder, _ = await post(make_service, stays_silent(), SMALL, HASTY)
    assert seen == Broken("timed out while waiting for the answer", is_cut=True)
    assert conclude(seen, released=recorder.is_released) is Conclusion.UNKNOWN


async def test_a_server_that_stops_reading_has_accepted_nothing(make_service: MakeService) -> None:
    seen, recorder, _ = await post(make_service, stays_silent(after_bytes=EARLY_BYTES), LARGE, HASTY)
    assert seen == Broken("timed out while sending", is_cut=True)
    assert conclude(seen, released=recorder.is_released) is Conclusion.NOT_ACCEPTED


UNDECODABLE = {
    "empty": b"",
    "an empty object": {},
    "a page for people": b"<html>Welcome</html>",
    "half the JSON": b'{"id": "msgbatch_01',
    "no id": {**BATCH, "id": None},
    "another kind of id": {**BATCH, "id": "file_01HkcTjaV5uDC8jWR4ZsDV8d"},
    "an id that is a path": {**BATCH, "id": "msgbatch_../../etc"},
    "an id with a line end": {**BATCH, "id": BATCH_ID + "\n"},
    "no counts": {name: value for name, value in BATCH.items() if name != "request_counts"},
    "negative counts": {**BATCH, "request_counts": {"processing": -1}},
    "a time without a zone": {**BATCH, "created_at": "2026-11-21T08:00:00"},
    "an error": envelope("api_error", "with status 200"),
    "a list": [BATCH],
    "not UTF-8": b'{"id": "\xff\xfe"}',
}


@pytest.mark.parametrize("content", UNDECODABLE.values(), ids=UNDECODABLE.keys())
async def test_a_success_that_is_no_batch_leaves_it_unknown(make_service: MakeService, content: object) -> None:
    seen, recorder, _ = await post(make_service, answers(200, content), SMALL)
    assert isinstance(seen, Undecodable)
    assert conclude(seen, released=recorder.is_released) is Conclusion.UNKNOWN


@pytest.mark.parametrize("keep", [0.05, 0.3, 0.9])
async def test_a_success_that_is_cut_leaves_it_unknown(make_service: MakeService, keep: float) -> None:
    seen, recorder, _ = await post(make_service, cuts(200, BATCH, keep=keep), SMALL)
    assert isinstance(seen, Broken)
    assert conclude(seen, released=recorder.is_released) is Conclusion.UNKNOWN


async def test_a_refusal_whose_text_is_cut_is_still_that_refusal(make_service: MakeService) -> None:
    seen, recorder, _ = await post(make_service, cuts(400, envelope("e", "words" * 100), keep=0.9), SMALL)
    assert isinstance(seen, OtherAnswer)
    assert (seen.status, seen.is_service_envelope) == (400, False)
    assert conclude(seen, released=recorder.is_released) is Conclusion.REFUSED


async def test_nobody_listening_is_no_connection(make_service: MakeService) -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        recorder = Recorder()
        service = make_service(f"http://127.0.0.1:{held.getsockname()[1]}")
        seen, answer = await service.submit(FakeBody(SMALL), release=recorder.release, sent=recorder.sent)
    assert seen == NoConnection("no connection: connection refused")
    assert answer is None
    assert recorder.events == []
    assert conclude(seen, released=False) is Conclusion.NOT_ACCEPTED


@pytest.mark.parametrize("url", ["http://no-such-host.invalid", "ftp://127.0.0.1", "127.0.0.1:80", "http://"])
async def test_an_address_without_a_server_is_no_connection(make_service: MakeService, url: str) -> None:
    recorder = Recorder()
    seen, _ = await make_service(url).submit(FakeBody(SMALL), release=recorder.release, sent=recorder.sent)
    assert isinstance(seen, NoConnection)
    assert recorder.events == []


async def test_a_server_that_speaks_no_tls_is_no_connection(make_service: MakeService) -> None:
    recorder = Recorder()

    async def speak_plainly(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(speak_plainly, "127.0.0.1", 0) as server:
        service = make_service(f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}")
        seen, _ = await service.submit(FakeBody(SMALL), release=recorder.release, sent=recorder.sent)
    assert isinstance(seen, NoConnection)
    assert "TLS" in seen.why
    assert recorder.events == []


async def test_a_certificate_nobody_signed_is_no_connection(
    make_service: MakeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    recorder = Recorder()
    async with RawServer(answers(200, BATCH), tls=True) as server:
        seen, _ = await make_service(server.url).submit(FakeBody(SMALL), release=recorder.release, sent=recorder.sent)
    assert isinstance(seen, NoConnection)
    assert "certificate" in seen.why
    assert server.heard == []


async def test_a_server_that_does_not_shake_hands_is_no_connection(make_service: MakeService) -> None:
    recorder = Recorder()
    async with RawServer(stays_silent()) as server:
        service = make_service(server.url.replace("http:", "https:"), timeouts=HASTY)
        seen, _ = await service.submit(FakeBody(SMALL), release=recorder.release, sent=recorder.sent)
    assert isinstance(seen, NoConnection)


async def test_a_proxy_that_refuses_is_no_connection(
    make_service: MakeService, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorder = Recorder()
    async with RawServer(answers(407, b"")) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        service = make_service("https://api.example.invalid")
        seen, _ = await service.submit(FakeBody(SMALL), release=recorder.release, sent=recorder.sent)
    assert isinstance(seen, NoConnection)
    assert "proxy" in seen.why
    assert [exchange.method for exchange in proxy.heard] == ["CONNECT"]
    assert "authorization" not in proxy.heard[0].headers
