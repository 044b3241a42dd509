"""A body is hashed while it is sent: what is released is byte for byte what was planned."""

import hashlib
from collections.abc import AsyncIterator

import pytest

from batchtui.domain.submission import OtherAnswer
from batchtui.engine.checked_body import CheckedBody, NotReleased


class Blocks:
    """A body of these blocks."""

    def __init__(self, *blocks: bytes) -> None:
        self._blocks = blocks
        self.size_bytes = sum(map(len, blocks))

    async def blocks(self) -> AsyncIterator[bytes]:
        for block in self._blocks:
            yield block


def checked(*blocks: bytes, planned: bytes) -> CheckedBody:
    return CheckedBody(Blocks(*blocks), expected_sha256=hashlib.sha256(planned).hexdigest())


async def read(body: CheckedBody) -> bytes:
    return b"".join([block async for block in body.blocks()])


@pytest.mark.parametrize("number", [0, 1, 3, 4, 5, 8, 9])
async def test_every_block_counts_however_many_there_are(number: int) -> None:
    blocks = [bytes([65 + each]) * 7 for each in range(number)]
    body = checked(*blocks, planned=b"".join(blocks))
    assert await read(body) == b"".join(blocks)
    await body.must_be_intact()
    assert body.trouble is None


@pytest.mark.parametrize("changed", [0, 3, 4])
async def test_one_other_byte_in_any_block_keeps_the_last_one_back(changed: int) -> None:
    blocks = [b"same"] * 5
    body = checked(*(b"samE" if each == changed else b"same" for each in range(5)), planned=b"".join(blocks))
    await read(body)
    with pytest.raises(NotReleased, match="not what the plan hashed"):
        await body.must_be_intact()
    assert isinstance(body.trouble, OtherAnswer) and body.trouble.type == "body_changed"


async def test_a_body_that_is_read_a_second_time_is_hashed_from_its_start() -> None:
    body = checked(b"one", b"two", planned=b"onetwo")
    await read(body)
    await read(body)
    await body.must_be_intact()
