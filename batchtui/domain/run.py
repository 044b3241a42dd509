"""A run as planned: what was asked for, and the chunks it travels in."""

from datetime import datetime

import msgspec

from batchtui.domain.cost import CostRange


class InputFile(msgspec.Struct, frozen=True, kw_only=True):
    """A request file as it was when the plan was made; it may be gone later."""

    path: str
    bytes: int
    sha256: str


class ChunkPlan(msgspec.Struct, frozen=True, kw_only=True):
    """One chunk as it was built: `bytes` and `sha256` are of the uncompressed body that is POSTed."""

    label: str
    requests: int
    bytes: int
    sha256: str


class Retried(msgspec.Struct, frozen=True, kw_only=True):
    """What of the parent run a retry sends again, in words of the operator."""

    parent: str
    classes: tuple[str, ...] = ()
    edits: tuple[str, ...] = ()
    skipped: dict[str, int] = {}


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """`run.toml`: immutable, written once when the plan is accepted."""

    run: str
    created_at: datetime
    requests: int
    bytes: int
    models: dict[str, int]
    content_sha256: str
    inputs: tuple[InputFile, ...]
    chunks: tuple[ChunkPlan, ...]
    cost: CostRange
    priority: int = 0
    chunk_requests: int = 0
    chunk_bytes: int = 0
    retry: Retried | None = None
