"""The shapes of names: custom_ids, batch ids, run names, chunk labels."""

import re
from typing import Annotated

import msgspec

CUSTOM_ID = re.compile(r"\A[a-zA-Z0-9_-]{1,64}\Z")
"""What the service accepts (API reference, Message Batches); `\\Z`, since `$` lets a last new line through."""

RUN_NAME = re.compile(r"\A[a-z0-9][a-z0-9._-]{0,63}\Z")

BATCH_ID_PATTERN = r"\Amsgbatch_[A-Za-z0-9_-]{1,96}\Z"
"""A batch id becomes a file name, so nothing else may pass as one."""

BATCH_ID = re.compile(BATCH_ID_PATTERN)
BatchId = Annotated[str, msgspec.Meta(pattern=BATCH_ID_PATTERN)]

_RETRY_NAME = re.compile(r"\A(?P<root>.+)\.r(?P<number>\d+)\Z")


def is_custom_id(text: str) -> bool:
    """Whether the service takes it for a custom_id."""
    return CUSTOM_ID.match(text) is not None


def is_run_name(text: str) -> bool:
    """Whether a run may be called so."""
    return RUN_NAME.match(text) is not None


def is_batch_id(text: str) -> bool:
    """Whether it has the form of the service's batch ids, so that it may become part of a path."""
    return BATCH_ID.match(text) is not None


def run_name_from(stem: str, day: str) -> str:
    """The default name of a run: the file's stem made safe, and the day (`YYYYMMDD`)."""
    safe = re.sub(r"[^a-z0-9._-]+", "-", stem.lower()).strip("-._") or "run"
    return f"{safe[: 63 - len(day)]}-{day}"


def retry_root(run: str) -> str:
    """The first run of a lineage: `evals.r2` -> `evals`."""
    match = _RETRY_NAME.match(run)
    return match["root"] if match else run


def next_retry_name(run: str, taken: set[str]) -> str:
    """The next free `ROOT.rN`; a long root is cut so that the name stays a run name."""
    root = retry_root(run)[:58]
    number = 1
    while f"{root}.r{number}" in taken:
        number += 1
    return f"{root}.r{number}"


def chunk_label(number: int) -> str:
    """Chunk 7 -> `0007`."""
    return f"{number:04d}"


def label_order(label: str) -> tuple[int, str]:
    """The place of a chunk in its run: by number, also beyond 9999, and halves where the whole was."""
    number = label.rstrip("abcdefghijklmnopqrstuvwxyz")
    return (int(number) if number.isdecimal() else 0), label[len(number) :]


def split_labels(label: str) -> tuple[str, str]:
    """The halves of a chunk the service found too large: `0007` -> `0007a`, `0007b`."""
    return f"{label}a", f"{label}b"
