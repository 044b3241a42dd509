"""Whatever a server does, one order makes one request, with a static key and with a profile's token."""

from pathlib import Path

import pytest

from batchtui.api.blocks import NotHandedOver
from batchtui.api.connection import Timeouts
from batchtui.api.listening import Listener
from batchtui.api.outgoing import Outgoing
from batchtui.domain.submission import Accepted, OtherAnswer
from batchtui.engine.ports import ServiceProblem
from tests.api.behaviours import BATCH, BATCH_ID, answers, ends, envelope, page, stays_silent
from tests.api.conftest import HASTY, PATIENT, MakeService
from tests.api.fakes import SMALL, FakeBody, Recorder
from tests.api.profiles import write_profile
from tests.api.rawserver import Behaviour, RawServer

ELSEWHERE = {"Location": "/elsewhere"}
RETRY = {"retry-after": "0", "x-should-retry": "true"}
PROVOCATIONS: dict[str, Behaviour] = {
    "307": answers(307, b"", ELSEWHERE),
    "308": answers(308, b"", ELSEWHERE),
    "401": answers(401, envelope("authentication_error", "no"), RETRY),
    "408": answers(408, envelope("timeout_error", "slow"), RETRY),
    "409": answers(409, envelope("conflict", "locked"), RETRY),
    "429": answers(429, envelope("rate_limit_error", "slow down"), RETRY),
    "500": answers(500, envelope("api_error", "oops"), RETRY),
    "529": answers(529, envelope("overloaded_error", "busy"), RETRY),
    "reset": ends("reset"),
    "close": ends("close"),
    "silence": stays_silent(),
}


def timeouts_for(provocation: Behaviour) -> Timeouts:
    return HASTY if provocation is PROVOCATIONS["silence"] else PATIENT


@pytest.fixture(params=["key", "profile"])
def credential(request: pytest.FixtureRequest, environment: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "profile":
        monkeypatch.delenv("ANTHROPIC_API_KEY")
        write_profile(environment, "default", token="token-of-a-profile")
    return str(request.param)


@pytest.mark.usefixtures("credential")
@pytest.mark.parametrize("provocation", PROVOCATIONS.values(), ids=PROVOCATIONS.keys())
async def test_a_submission_is_posted_once(make_service: MakeService, provocation: Behaviour) -> None:
    recorder = Recorder()
    async with RawServer(provocation, answers(200, BATCH)) as server:
        body = FakeBody(SMALL)
        service = make_service(server.url, timeouts=timeouts_for(provocation))
        seen, _ = await service.submit(body, release=recorder.release, sent=recorder.sent)
    assert not isinstance(seen, Accepted)
    assert [(heard.method, heard.target) for heard in server.heard] == [("POST", "/v1/messages/batches")]
    assert body.times_read == 1
    assert recorder.events == ["release", "sent"]


@pytest.mark.parametrize("provocation", PROVOCATIONS.values(), ids=PROVOCATIONS.keys())
@pytest.mark.parametrize("verb", ["cancel", "delete", "retrieve", "list_batches", "models"])
async def test_every_other_call_is_made_once(make_service: MakeService, verb: str, provocation: Behaviour) -> None:
    async with RawServer(provocation, answers(200, BATCH)) as server:
        service = make_service(server.url, timeouts=timeouts_for(provocation))
        with pytest.raises(ServiceProblem):
            match verb:
                case "list_batches":
                    await service.list_batches(limit=1)
                case "models":
                    await service.models()
                case _:
                    await getattr(service, verb)(BATCH_ID)
    assert len(server.heard) == 1


async def test_a_body_cannot_be_iterated_a_second_time() -> None:
    async def release() -> None:
        return

    outgoing = Outgoing(FakeBody(10), release=release, sent=lambda total: None, listener=Listener(), patience_seconds=1)
    assert [block async for block in outgoing] == [b"x" * 10]
    with pytest.raises(NotHandedOver, match="second time"):
        aiter(outgoing)


async def test_a_profiles_token_is_sent_and_read_anew_after_a_401(
    make_service: MakeService, environment: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ANTHROPIC_API_KEY")
    write_profile(environment, "default", token="first-token")
    refusal = answers(401, envelope("authentication_error", "expired"))
    async with RawServer(answers(200, page()), refusal, answers(200, BATCH), answers(200, page())) as server:
        service = make_service(server.url)
        await service.list_batches(limit=1)
        write_profile(environment, "default", token="second-token")
        recorder = Recorder()
        seen, _ = await service.submit(FakeBody(SMALL), release=recorder.release, sent=recorder.sent)
        assert isinstance(seen, OtherAnswer)
        await service.submit(FakeBody(SMALL), release=recorder.release, sent=recorder.sent)
        await service.list_batches(limit=1)
    keys = [heard.headers["authorization"] for heard in server.heard]
    assert keys == ["Bearer first-token", "Bearer first-token", "Bearer second-token", "Bearer second-token"]
