"""The last block is held back until it is released, and the body is exactly what was said."""

import asyncio
import sys
from collections.abc import AsyncIterator

import pytest

from batchtui.api.blocks import BLOCK_AT_MOST, LAST_BLOCK_AT_LEAST
from batchtui.domain.submission import Accepted, Broken, OtherAnswer
from tests.api.behaviours import BATCH, BATCH_ID, answers, answers_early, stays_silent
from tests.api.conftest import MakeService
from tests.api.fakes import LARGE, SMALL, FakeBody, Recorder
from tests.api.rawserver import Exchange, RawServer

HELD_BACK = BLOCK_AT_MOST + LAST_BLOCK_AT_LEAST


@pytest.mark.parametrize(
    ("size", "block"),
    [
        (1, 1),
        (4_096, 1),
        (4_097, 4_096),
        (HELD_BACK - 1, 100),
        (HELD_BACK, 65_536),
        (HELD_BACK + 1, 4_096),
        (600_001, 100),
        (600_001, 600_001),
        (9_000_000, 4_000_000),
    ],
)
async def test_nothing_of_the_last_4_kb_goes_out_before_releasing(
    make_service: MakeService, size: int, block: int
) -> None:
    recorder = Recorder()
    async with RawServer(answers(200, BATCH)) as server:
        service = make_service(server.url)
        seen, _ = await service.submit(FakeBody(size, block), release=recorder.release, sent=recorder.sent)
    assert isinstance(seen, Accepted)
    assert bytes(server.posts[0].body) == b"x" * size
    assert recorder.events[-2:] == ["release", "sent"]
    before = recorder.sent_bytes[-2] if len(recorder.sent_bytes) > 1 else 0
    assert size - before >= min(size, LAST_BLOCK_AT_LEAST)
    assert recorder.sent_bytes[-1] == size
    assert recorder.sent_bytes == sorted(set(recorder.sent_bytes))


async def test_the_server_has_not_got_a_whole_body_while_it_is_not_released(make_service: MakeService) -> None:
    async with RawServer(answers(200, BATCH)) as server:
        at_release: list[int] = []

        async def release() -> None:
            await asyncio.sleep(0.2)
            at_release.append(len(server.posts[0].body))

        await make_service(server.url).submit(FakeBody(LARGE), release=release, sent=lambda total: None)
    assert LARGE // 2 < at_release[0] <= LARGE - LAST_BLOCK_AT_LEAST


@pytest.mark.parametrize("size", [SMALL, 1_000_000])
async def test_a_release_that_fails_keeps_the_last_block_and_ends_the_connection(
    make_service: MakeService, size: int
) -> None:
    recorder = Recorder(fails=OSError(28, "No space left on device"))
    async with RawServer(answers(200, BATCH)) as server:
        service = make_service(server.url)
        body = FakeBody(size)
        seen, answer = await service.submit(body, release=recorder.release, sent=recorder.sent)
        await asyncio.sleep(0.05)
        assert not server.posts[0].is_whole
        assert server.posts[0].is_over
    assert seen == Broken("the last block was not released (OSError)")
    assert answer is None
    assert not recorder.is_released
    assert body.is_closed


@pytest.mark.parametrize(
    ("size", "told"),
    [
        (LARGE, LARGE - 1),
        (LARGE, LARGE - 5_000),
        (LARGE, LARGE + 1),
        (LARGE, LARGE + 5_000_000),
        (3 * BLOCK_AT_MOST, 2 * BLOCK_AT_MOST),
        (3 * BLOCK_AT_MOST, 1),
        (0, 0),
        (0, 10),
    ],
)
async def test_a_body_of_another_length_than_said_is_never_whole(
    make_service: MakeService, size: int, told: int
) -> None:
    recorder = Recorder()
    async with RawServer(answers(200, BATCH)) as server:
        service = make_service(server.url)
        seen, _ = await service.submit(FakeBody(size, told=told), release=recorder.release, sent=recorder.sent)
        await asyncio.sleep(0.05)
        assert told == 0 or not server.posts[0].is_whole
    assert isinstance(seen, Broken)
    assert "than its" in seen.why
    assert not recorder.is_released


async def test_a_body_that_cannot_be_read_to_its_end_is_not_accepted(make_service: MakeService) -> None:
    class Damaged(FakeBody):
        async def blocks(self) -> AsyncIterator[bytes]:
            yield b"x" * 1_000_000
            raise EOFError("Compressed file ended before the end-of-stream marker was reached")

    recorder = Recorder()
    async with RawServer(answers(200, BATCH)) as server:
        service = make_service(server.url)
        seen, _ = await service.submit(Damaged(2_000_000), release=recorder.release, sent=recorder.sent)
    assert seen == Broken("the body could not be read (EOFError)")
    assert not recorder.is_released


async def test_a_second_submit_of_the_same_body_sends_all_of_it(make_service: MakeService) -> None:
    body = FakeBody(600_000)
    async with RawServer(answers(529), answers(200, BATCH)) as server:
        service = make_service(server.url)
        for expected in (OtherAnswer, Accepted):
            recorder = Recorder()
            seen, _ = await service.submit(body, release=recorder.release, sent=recorder.sent)
            assert isinstance(seen, expected)
    assert [len(post.body) for post in server.posts] == [600_000, 600_000]
    assert body.times_read == 2


async def test_canceling_before_releasing_ends_the_connection_and_propagates(make_service: MakeService) -> None:
    recorder = Recorder()
    async with RawServer(stays_silent(after_bytes=1_000)) as server:
        service = make_service(server.url)
        body = FakeBody(LARGE)
        sending = asyncio.create_task(service.submit(body, release=recorder.release, sent=recorder.sent))
        await recorder.has_sent.wait()
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending
        assert not recorder.is_released
        assert body.is_closed
        assert [task.get_name() for task in asyncio.all_tasks() if task.get_name() == "early answer"] == []


async def test_no_generator_is_left_to_the_garbage_collector(make_service: MakeService) -> None:
    left: list[str] = []
    hooks = sys.get_asyncgen_hooks()
    sys.set_asyncgen_hooks(firstiter=hooks.firstiter, finalizer=lambda generator: left.append(repr(generator)))
    try:
        async with RawServer(answers_early(413, b"{}"), answers(200, BATCH)) as server:
            service = make_service(server.url)
            for _ in range(2):
                recorder = Recorder()
                await service.submit(FakeBody(LARGE), release=recorder.release, sent=recorder.sent)
    finally:
        sys.set_asyncgen_hooks(*hooks)
    assert left == []


async def test_every_post_goes_over_a_connection_of_its_own(make_service: MakeService) -> None:
    async with RawServer(answers(200, BATCH)) as server:
        service = make_service(server.url)
        await service.retrieve(BATCH_ID)
        for _ in range(3):
            recorder = Recorder()
            await service.submit(FakeBody(SMALL), release=recorder.release, sent=recorder.sent)
        await service.cancel(BATCH_ID)
        await service.retrieve(BATCH_ID)
    assert len({post.connection for post in server.posts}) == 4
    first_get, *_, last_get = server.heard
    assert first_get.connection == last_get.connection


async def test_the_body_travels_as_it_is_with_its_length_and_the_settings(make_service: MakeService) -> None:
    heard: list[Exchange] = []
    async with RawServer(answers(200, BATCH)) as server:
        service = make_service(
            server.url + "/gateway/",
            api_workspace_id="wrkspc_01",
            betas=("one-2026-01-01", "two"),
            anthropic_version="2023-06-01",
        )
        recorder = Recorder()
        await service.submit(FakeBody(SMALL), release=recorder.release, sent=recorder.sent)
        heard = server.posts
    headers = heard[0].headers
    assert heard[0].target == "/gateway/v1/messages/batches"
    assert headers["content-length"] == str(SMALL)
    assert headers["content-type"] == "application/json"
    assert "content-encoding" not in headers
    assert "transfer-encoding" not in headers
    assert headers["anthropic-workspace-id"] == "wrkspc_01"
    assert headers["anthropic-beta"] == "one-2026-01-01,two"
    assert headers["anthropic-version"] == "2023-06-01"
