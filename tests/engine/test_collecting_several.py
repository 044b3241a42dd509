"""Several downloads at once: none waits for a slow one, and a failure lets the others end."""

import asyncio
import gc

import pytest

from batchtui.engine.collecting import COLLECTED_AT_ONCE, collect_all


class Downloads:
    """Downloads that end when the test says so."""

    def __init__(self, *batch_ids: str) -> None:
        self.waiting = list(batch_ids)
        self.under_way: dict[str, asyncio.Future[bool]] = {}
        self.ended: list[str] = []

    def wanted(self) -> list[str]:
        return list(self.waiting)

    async def collect(self, batch_id: str) -> bool:
        self.waiting.remove(batch_id)
        self.under_way[batch_id] = asyncio.get_running_loop().create_future()
        try:
            return await self.under_way[batch_id]
        finally:
            del self.under_way[batch_id]
            self.ended.append(batch_id)


async def turn() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_the_next_begins_as_soon_as_any_has_ended() -> None:
    downloads = Downloads("slow", "b", "c", "d")
    work = asyncio.create_task(collect_all(downloads.wanted, downloads.collect))
    await turn()
    assert len(downloads.under_way) == COLLECTED_AT_ONCE
    downloads.under_way["b"].set_result(True)
    await turn()
    assert set(downloads.under_way) == {"slow", "c", "d"}
    for future in list(downloads.under_way.values()):
        future.set_result(True)
    await work
    assert downloads.waiting == []


async def test_a_failure_begins_nothing_new_and_is_raised_once_the_others_have_ended() -> None:
    downloads = Downloads("a", "b", "c", "d")
    work = asyncio.create_task(collect_all(downloads.wanted, downloads.collect))
    await turn()
    downloads.under_way["a"].set_exception(OSError("disk"))
    await turn()
    assert set(downloads.under_way) == {"b", "c"}
    assert not work.done()
    for future in list(downloads.under_way.values()):
        future.set_result(True)
    with pytest.raises(OSError, match="disk"):
        await work
    assert downloads.waiting == ["d"]


async def test_cancelling_ends_every_download_first() -> None:
    downloads = Downloads("a", "b")
    work = asyncio.create_task(collect_all(downloads.wanted, downloads.collect))
    await turn()
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work
    assert sorted(downloads.ended) == ["a", "b"]


async def test_of_several_that_fail_one_is_raised_and_none_is_left_to_be_complained_of() -> None:
    complaints: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: complaints.append(context))
    wanted = ["a", "b", "c"]

    async def fail(batch_id: str) -> bool:
        await asyncio.sleep(0.01 if batch_id == "c" else 0)
        raise OSError(batch_id)

    def take() -> list[str]:
        taken, wanted[:] = list(wanted), []
        return taken

    with pytest.raises(OSError, match=r"^[ab]$"):
        await collect_all(take, fail)
    gc.collect()
    await asyncio.sleep(0)
    assert complaints == []
