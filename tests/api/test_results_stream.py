"""Results come as bytes from the configured host, and every end but the right one is a problem."""

import asyncio
import contextlib
import gzip

import pytest

from batchtui.api.connection import Timeouts
from batchtui.engine.ports import ServiceProblem
from tests.api.behaviours import BATCH_ID, answers, cuts, ends, envelope
from tests.api.conftest import HASTY, PATIENT, MakeService
from tests.api.rawserver import Behaviour, Exchange, RawServer

LINES = b"".join(b'{"custom_id":"r-%d","result":{"type":"succeeded"}}\n' % number for number in range(20_000))


async def download(
    make_service: MakeService, behaviour: Behaviour, timeouts: Timeouts = PATIENT
) -> tuple[bytes, RawServer]:
    async with RawServer(behaviour) as server:
        service = make_service(server.url, timeouts=timeouts)
        async with service.results(BATCH_ID) as blocks:
            return b"".join([block async for block in blocks]), server


@pytest.mark.parametrize("zipped", [False, True])
async def test_the_bytes_are_those_of_the_service(make_service: MakeService, zipped: bool) -> None:
    received, server = await download(
        make_service, answers(200, LINES, {"Content-Type": "application/x-jsonl"}, zipped=zipped)
    )
    assert received == LINES
    assert server.heard[0].target == f"/v1/messages/batches/{BATCH_ID}/results"


async def test_blocks_come_before_the_download_has_ended(make_service: MakeService) -> None:
    may_end = asyncio.Event()

    async def slowly(exchange: Exchange) -> None:
        await exchange.send(b"HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nhalf")
        await may_end.wait()
        await exchange.send(b"half")

    async with RawServer(slowly) as server, make_service(server.url).results(BATCH_ID) as blocks:
        assert await anext(blocks) == b"half"
        may_end.set()
        assert [block async for block in blocks] == [b"half"]


async def test_a_redirect_is_not_followed(make_service: MakeService) -> None:
    async with RawServer(answers(200, LINES)) as elsewhere:
        redirect = answers(302, b"", {"Location": f"{elsewhere.url}/results"})
        with pytest.raises(ServiceProblem) as raised:
            await download(make_service, redirect)
    assert (raised.value.kind, raised.value.status) == ("garbage", 302)
    assert elsewhere.heard == []


async def test_results_that_are_not_there_are_not_found(make_service: MakeService) -> None:
    with pytest.raises(ServiceProblem, match="no results") as raised:
        await download(make_service, answers(404, envelope("not_found_error", "no results")))
    assert raised.value.kind == "not_found"


async def test_a_page_for_people_is_no_results(make_service: MakeService) -> None:
    with pytest.raises(ServiceProblem) as raised:
        await download(make_service, answers(200, b"<html>", {"Content-Type": "text/html"}))
    assert raised.value.kind == "garbage"


async def test_a_cut_in_the_middle_is_offline_after_what_came(make_service: MakeService) -> None:
    received = bytearray()
    async with RawServer(cuts(200, LINES, keep=0.5)) as server:
        with pytest.raises(ServiceProblem) as raised:
            async with make_service(server.url).results(BATCH_ID) as blocks:
                async for block in blocks:
                    received += block
    assert raised.value.kind == "offline"
    assert LINES.startswith(bytes(received))
    assert 0 < len(received) < len(LINES)


async def test_a_reset_is_offline(make_service: MakeService) -> None:
    with pytest.raises(ServiceProblem) as raised:
        await download(make_service, ends("reset"))
    assert raised.value.kind == "offline"


async def test_a_silence_in_the_middle_is_offline(make_service: MakeService) -> None:
    async def stall(exchange: Exchange) -> None:
        await exchange.send(b"HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nhalf")
        await asyncio.sleep(60)

    with pytest.raises(ServiceProblem, match="timed out") as raised:
        await download(make_service, stall, HASTY)
    assert raised.value.kind == "offline"


async def test_damaged_compression_is_garbage(make_service: MakeService) -> None:
    with pytest.raises(ServiceProblem) as raised:
        await download(make_service, answers(200, LINES, {"Content-Encoding": "gzip"}))
    assert raised.value.kind == "garbage"


async def test_compression_that_ends_too_soon_gives_a_part_at_most(make_service: MakeService) -> None:
    """A polite end within it is no error of every decoder; what came is then short, which the tallies tell."""
    zipped = gzip.compress(LINES)
    behaviour = answers(200, zipped[: len(zipped) // 3], {"Content-Encoding": "gzip"})
    received = b""
    with contextlib.suppress(ServiceProblem):
        received, _ = await download(make_service, behaviour)
    assert LINES.startswith(received)
    assert len(received) < len(LINES)


async def test_a_reader_that_leaves_early_closes_the_connection(make_service: MakeService) -> None:
    ended = asyncio.Event()

    async def flood(exchange: Exchange) -> None:
        try:
            await exchange.send(b"HTTP/1.1 200 OK\r\nContent-Length: 999999999\r\n\r\n")
            while True:
                await exchange.send(b"x" * 65_536)
        finally:
            ended.set()

    async with RawServer(flood) as server:
        with pytest.raises(RuntimeError, match="disk"):
            async with make_service(server.url).results(BATCH_ID) as blocks:
                await anext(blocks)
                raise RuntimeError("disk full")
        await asyncio.wait_for(ended.wait(), 2)
