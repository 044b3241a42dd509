"""The body as a connection takes it: the same bytes every time, a last block worth holding back, no silent damage."""

import asyncio
import hashlib
from pathlib import Path

import pytest
from isal import isal_zlib

from batchtui.domain.failures import BadInput, WorkspaceDamaged
from batchtui.workspace import layout
from batchtui.workspace.bodies import index
from batchtui.workspace.bodies.body import BLOCK_BYTES, LAST_BLOCK_BYTES, GzipBody, blocks, read_member

from .files import body_text, prepare_files, request, requests, sent_blocks, write


def _packed(path: Path, *members: bytes) -> Path:
    path.write_bytes(b"".join(isal_zlib.compress(member, 1, 31) for member in members))
    return path


@pytest.mark.parametrize(
    "size",
    [1, 4095, 4096, 4097, BLOCK_BYTES - 1, BLOCK_BYTES, BLOCK_BYTES + 1, BLOCK_BYTES + 4095, BLOCK_BYTES + 4096, 10**6],
)
def test_blocks_add_up_and_the_last_is_worth_holding_back(tmp_path: Path, size: int) -> None:
    text = bytes(number % 251 for number in range(size))
    cut = size // 3
    found = sent_blocks(_packed(tmp_path / "body", text[:cut], text[cut:]), size)
    assert b"".join(found) == text
    assert len(found[-1]) >= min(LAST_BLOCK_BYTES, size)
    assert max(map(len, found)) < BLOCK_BYTES + LAST_BLOCK_BYTES


def test_every_call_starts_anew(tmp_path: Path) -> None:
    async def twice() -> tuple[bytes, bytes]:
        body = GzipBody(_packed(tmp_path / "body", b"x" * 600_000), 600_000)
        begun = body.blocks()
        await anext(begun)
        return b"".join([block async for block in body.blocks()]), b"".join([block async for block in body.blocks()])

    assert asyncio.run(twice()) == (b"x" * 600_000, b"x" * 600_000)


def test_incompressible_and_very_compressible_members_inflate_alike(tmp_path: Path) -> None:
    noise = b"".join(hashlib.sha256(bytes([number % 256, number // 256])).digest() for number in range(40_000))
    text = noise + b"\0" * 30_000_000
    found = list(blocks(_packed(tmp_path / "body", noise, b"\0" * 30_000_000), len(text)))
    assert b"".join(found) == text


@pytest.mark.parametrize("change", ["cut", "bit", "longer", "shorter", "empty"])
def test_a_damaged_body_raises_before_its_last_block(tmp_path: Path, change: str) -> None:
    text = hashlib.sha256(b"x").hexdigest().encode() * 20_000
    path, size = _packed(tmp_path / "body", text[:700_000], text[700_000:]), len(text)
    stored = path.read_bytes()
    match change:
        case "cut":
            path.write_bytes(stored[:-100])
        case "bit":
            path.write_bytes(stored[:-5] + bytes([stored[-5] ^ 1]) + stored[-4:])
        case "longer":
            size += 1
        case "shorter":
            size -= 1
        case _:
            path.write_bytes(b"")
    given = bytearray()
    with pytest.raises(WorkspaceDamaged):
        for block in blocks(path, size):
            given += block
    assert len(given) < size


def test_the_blocks_of_a_real_body_hash_to_its_plan(tmp_path: Path) -> None:
    source = write(tmp_path / "in.jsonl", [request(f"r-{n}", f"{n} " + "text " * 900) for n in range(2000)])
    (chunk,) = prepare_files(source, staging=tmp_path / "s", chunk_requests=5000, chunk_bytes=240_000_000).chunks
    found = sent_blocks(layout.body(tmp_path / "s", "0001"), chunk.bytes)
    assert hashlib.sha256(b"".join(found)).hexdigest() == chunk.sha256
    assert b"".join(found) == body_text(tmp_path / "s")


def test_an_index_that_does_not_fit_its_body_is_damage(tmp_path: Path) -> None:
    prepare_files(write(tmp_path / "in.jsonl", requests(10)), staging=tmp_path / "s")
    path = layout.index(tmp_path / "s", "0001")
    (member,) = index.members(path)
    wrong = index.Member(at=member.at, size=member.size, start=0, requests=9, line=1, ids=member.ids[:9])
    with layout.body(tmp_path / "s", "0001").open("rb") as body, pytest.raises(WorkspaceDamaged):
        read_member(body, wrong)


def test_a_cut_index_is_damage_and_a_missing_one_is_said(tmp_path: Path) -> None:
    prepare_files(write(tmp_path / "in.jsonl", requests(10)), staging=tmp_path / "s")
    path = layout.index(tmp_path / "s", "0001")
    header = path.read_bytes().splitlines()[0]
    path.write_bytes(header + b"\n")
    with pytest.raises(WorkspaceDamaged, match="lists 0 requests"):
        list(index.members(path))
    path.write_bytes(b"{}\n")
    with pytest.raises(WorkspaceDamaged, match="no index"):
        index.read_header(path)
    path.unlink()
    with pytest.raises(BadInput, match="not there"):
        list(index.members(path))
