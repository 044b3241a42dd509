"""The whole adapter against the second server, which was written by the protocol alone."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from batchtui.domain.submission import Accepted, Broken, OtherAnswer
from batchtui.engine.ports import Service
from tests.api.conftest import MakeService
from tests.api.fakes import Recorder
from tests.otherserver import OtherServer


@dataclass
class BytesBody:
    content: bytes
    size_bytes: int = field(init=False)

    def __post_init__(self) -> None:
        self.size_bytes = len(self.content)

    async def blocks(self) -> AsyncIterator[bytes]:
        yield self.content


def requests_body(count: int) -> BytesBody:
    params = {"model": "claude-haiku-5-5", "max_tokens": 8, "messages": [{"role": "user", "content": "hello"}]}
    requests = [{"custom_id": f"r-{number}", "params": params} for number in range(count)]
    return BytesBody(json.dumps({"requests": requests}).encode())


async def test_submit_watch_collect_and_delete(make_service: MakeService) -> None:
    with OtherServer(gzip_results=True) as server:
        service: Service = make_service(server.base_url)
        recorder = Recorder()
        seen, answer = await service.submit(requests_body(50), release=recorder.release, sent=recorder.sent)
        assert isinstance(seen, Accepted)
        assert answer is not None
        assert answer.account.organization_id == "org-of-the-other-server"
        server.finish()
        found = await service.retrieve(seen.batch.id)
        assert found.batch.is_ended
        assert found.batch.request_counts.total == 50
        async with service.results(seen.batch.id) as blocks:
            lines = b"".join([block async for block in blocks]).splitlines()
        assert {json.loads(line)["custom_id"] for line in lines} == {f"r-{number}" for number in range(50)}
        await service.delete(seen.batch.id)
        assert (await service.list_batches(limit=1000)).batches == ()
        assert set(server.attempts().values()) == {1}


async def test_pages_of_three_lead_through_the_whole_list(make_service: MakeService) -> None:
    with OtherServer() as server:
        made = [server.add_batch([{"custom_id": "a", "params": {}}], age_seconds=age) for age in range(8)]
        service = make_service(server.base_url)
        listed: list[str] = []
        page = await service.list_batches(limit=1000)
        listed += [batch.id for batch in page.batches]
        while page.has_more:
            page = await service.list_batches(limit=1000, after_id=page.last_id)
            listed += [batch.id for batch in page.batches]
    assert sorted(listed) == sorted(made)


async def test_a_lost_answer_is_broken_and_the_server_has_one_batch(make_service: MakeService) -> None:
    with OtherServer() as server:
        service = make_service(server.base_url)
        server.lose_next_create()
        recorder = Recorder()
        seen, _ = await service.submit(requests_body(5), release=recorder.release, sent=recorder.sent)
        assert isinstance(seen, Broken)
        assert len((await service.list_batches(limit=10)).batches) == 1
        server.answer_next("create", 413, early=True)
        seen, _ = await service.submit(requests_body(20_000), release=recorder.release, sent=recorder.sent)
        assert isinstance(seen, OtherAnswer)
        assert seen.status == 413
        assert set(server.attempts().values()) == {1}
