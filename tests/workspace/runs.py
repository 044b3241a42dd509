"""A small run for tests of the store."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from batchtui.domain.cost import CostRange
from batchtui.domain.run import ChunkPlan, InputFile, Manifest
from batchtui.workspace import layout

BATCH = "msgbatch_01HkcTjaV5uDC8jWR4ZsDV8d"


def manifest(run: str = "evals") -> Manifest:
    return Manifest(
        run=run,
        created_at=datetime(2026, 11, 21, 14, 2, 0, 123456, tzinfo=UTC),
        requests=2,
        bytes=120,
        models={"claude-haiku-5-5": 2},
        content_sha256="ab" * 32,
        inputs=(InputFile(path='/data/requests "one"\n.jsonl', bytes=118, sha256="cd" * 32),),
        chunks=(ChunkPlan(label="0001", requests=2, bytes=120, sha256="ef" * 32),),
        cost=CostRange(low_usd=Decimal("0.1"), high_usd=Decimal("0.30000000000000004"), priced_at="2026-11-21"),
    )


def build(staging: Path) -> None:
    """What the child that prepares a run leaves in its staging folder, not synced."""
    layout.chunks(staging).mkdir()
    layout.body(staging, "0001").write_bytes(b"a body")
    layout.index(staging, "0001").write_bytes(b"an index")
