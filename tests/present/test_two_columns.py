"""Blocks stand beside each other in as few rows as they can."""

from batchtui.present.cells import cell, plain
from batchtui.present.info import in_two_columns


def test_blocks_are_shared_out_and_none_is_torn() -> None:
    lines = [cell("a"), cell("b"), (), cell("c", bold=True), (), cell("d"), cell("e")]
    assert [plain(line) for line in in_two_columns(lines, 4)] == ["a   c", "b", "    d", "    e"]


def test_one_block_is_one_column() -> None:
    assert [plain(line) for line in in_two_columns([cell("a"), cell("b")], 4)] == ["a", "b"]
