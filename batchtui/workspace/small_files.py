"""The small files of a workspace that are replaced as a whole: counts, models, groupings."""

from pathlib import Path

import msgspec

from batchtui.domain.batch import RequestCounts
from batchtui.domain.failures import WorkspaceDamaged
from batchtui.domain.issues.grouping import VERSION, Grouping
from batchtui.domain.link import Link
from batchtui.domain.models import ModelList
from batchtui.workspace import atomic, layout


class _Counts(msgspec.Struct, frozen=True, kw_only=True):
    link: Link
    batches: dict[str, RequestCounts]


_COUNTS_ENCODER = msgspec.json.Encoder(order="sorted")
_COUNTS_DECODER = msgspec.json.Decoder(_Counts)
_MODELS_DECODER = msgspec.json.Decoder(ModelList)


def write_counts(root: Path, counts: dict[str, RequestCounts], link: Link) -> None:
    """For those who follow. Not synced: it is written at every poll, and the next poll brings it back."""
    data = _COUNTS_ENCODER.encode(_Counts(link=link, batches=counts))
    atomic.write_file(layout.counts(root), data, is_durable=False)


def read_counts(root: Path) -> tuple[dict[str, RequestCounts], Link | None]:
    """({}, None) when there is none or it cannot be read."""
    try:
        found = _COUNTS_DECODER.decode(layout.counts(root).read_bytes())
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return {}, None
    return found.batches, found.link


def write_models(root: Path, models: ModelList) -> None:
    """The service's models list as it was last read. Not synced: the service has the same."""
    atomic.write_file(layout.models(root), msgspec.json.encode(models), is_durable=False)


def read_models(root: Path) -> ModelList | None:
    """None when there is none or it cannot be read."""
    try:
        return _MODELS_DECODER.decode(layout.models(root).read_bytes())
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return None


def write_grouping(root: Path, grouping: Grouping) -> None:
    """Which groups of errors were split and merged here: an operator's work, so it is synced."""
    atomic.write_file(layout.grouping(root), msgspec.json.format(msgspec.json.encode(grouping), indent=1) + b"\n")


def read_grouping(root: Path) -> Grouping:
    """What was written; nothing where there is no file.

    Raises:
        WorkspaceDamaged: it cannot be read, or a newer version wrote it.
    """
    path = layout.grouping(root)
    try:
        found = msgspec.json.decode(path.read_bytes(), type=Grouping)
    except FileNotFoundError:
        return Grouping()
    except (OSError, msgspec.DecodeError) as error:
        raise WorkspaceDamaged(
            f"{path} cannot be read: {error}", next="mend it, or remove it to start afresh"
        ) from error
    if found.version != VERSION:
        raise WorkspaceDamaged(f"{path} is of version {found.version}, this program knows {VERSION}")
    return found
