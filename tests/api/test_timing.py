"""Each call is noted with what came of it, and with nothing that could hold a key or a prompt."""

import pytest

from batchtui.api.client import SdkService
from batchtui.domain.settings import ApiSettings
from batchtui.engine.calls import Call
from batchtui.engine.ports import ServiceProblem
from tests.api.behaviours import BATCH, BATCH_ID, answers, envelope
from tests.api.conftest import PATIENT, MakeService
from tests.api.rawserver import RawServer


async def test_a_call_and_a_failed_one_are_noted_without_their_query(make_service: MakeService) -> None:
    calls: list[Call] = []
    async with RawServer(answers(200, BATCH), answers(529, envelope("overloaded_error", "busy"))) as server:
        make_service(server.url)  # for its key in the environment
        service = SdkService(ApiSettings(base_url=server.url), timeouts=PATIENT, calls=calls.append)
        await service.retrieve(BATCH_ID)
        with pytest.raises(ServiceProblem):
            await service.list_batches(limit=7, after_id="msgbatch_x")
        await service.close()
    found, failed = calls
    assert (found.method, found.path, found.status) == ("GET", f"/v1/messages/batches/{BATCH_ID}", 200)
    assert found.bytes_in > 100 and found.seconds > 0
    assert (failed.path, failed.status, failed.why) == ("/v1/messages/batches", 529, "busy")
