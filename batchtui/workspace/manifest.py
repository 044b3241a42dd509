"""`run.toml`: a manifest as TOML that a person can read, and back without loss."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec

from batchtui.domain.run import Manifest


def dump(manifest: Manifest) -> bytes:
    """TOML with plain values first and the chunks last; what is None is left out, since TOML has no word for it."""
    import tomli_w  # commands that only look at batches need neither way

    values: dict[str, Any] = msgspec.to_builtins(manifest, builtin_types=(datetime, Decimal))
    return tomli_w.dumps(_without_none(values)).encode()


def load(data: bytes) -> Manifest:
    """Raises msgspec.DecodeError where it is no manifest."""
    import tomllib

    try:
        values = tomllib.loads(data.decode(), parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise msgspec.DecodeError(str(error)) from error
    return msgspec.convert(values, Manifest)


def _without_none(values: dict[str, Any]) -> dict[str, Any]:
    return {
        key: _without_none(value) if isinstance(value, dict) else value
        for key, value in values.items()
        if value is not None
    }
