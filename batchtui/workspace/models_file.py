"""`models.json`: the service's models list as it was last read. A cache: it may be lost."""

from pathlib import Path

import msgspec

from batchtui.domain.models import ModelList
from batchtui.workspace import atomic, layout

_DECODER = msgspec.json.Decoder(ModelList)


def write(root: Path, models: ModelList) -> None:
    """Replace the file. Not synced: the service has the same."""
    atomic.write_file(layout.models(root), msgspec.json.encode(models), is_durable=False)


def read(root: Path) -> ModelList | None:
    """None when there is none or it cannot be read."""
    try:
        return _DECODER.decode(layout.models(root).read_bytes())
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return None
