"""Blocks read ahead in a thread: the same ones, the same failures, and no thread left over."""

from collections.abc import Iterator
from threading import active_count

import pytest

from batchtui.workspace.jsonl import Lines, split
from batchtui.workspace.requests.reading_ahead import BLOCKS_AHEAD, read_ahead


def test_the_blocks_come_as_they_are_and_a_failure_where_it_happened() -> None:
    def failing() -> Iterator[bytes]:
        yield from (b"a", b"b", b"c", b"d")
        raise OSError(5, "Input/output error")

    taken: list[bytes] = []
    with pytest.raises(OSError, match="Input/output"), read_ahead(failing()) as blocks:
        taken.extend(blocks)  # takes what comes before the failure
    with read_ahead(iter([b"x"] * 100)) as blocks:
        assert list(blocks) == [b"x"] * 100
    with read_ahead(iter([])) as blocks:
        assert list(blocks) == []


def test_no_more_is_read_than_fits_and_leaving_early_leaves_no_thread() -> None:
    read = []

    def endless() -> Iterator[bytes]:
        while True:
            read.append(b"x")
            yield b"x"

    before = active_count()
    with pytest.raises(KeyError), read_ahead(endless()) as blocks:
        for _ in range(5):
            next(blocks)
        raise KeyError
    assert active_count() == before
    assert len(read) <= 5 + BLOCKS_AHEAD + 1


@pytest.mark.parametrize("size", [1, 7, 1 << 10, 1 << 16])
@pytest.mark.parametrize("text", [b"", b"\n", b"a\n\nb", b"long " * 700 + b"\n" + b"short\n" * 50 + b"long " * 900])
def test_lines_are_the_same_wherever_blocks_end_and_however_long_they_are(text: bytes, size: int) -> None:
    blocks = [text[at : at + size] for at in range(0, len(text), size)]
    found = list(split(blocks, limit=1 << 20))
    assert all(isinstance(each, Lines) for each in found)
    lines = [line for each in found if isinstance(each, Lines) for line in each.lines]
    assert b"\n".join(lines) == text.removesuffix(b"\n")
    assert [each.first for each in found if isinstance(each, Lines)][:1] == ([1] if text else [])
