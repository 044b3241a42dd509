"""The JSON Schemas of docs/json, and objects judged by them."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

FOLDER = Path(__file__).parents[2] / "docs" / "json"


def names() -> list[str]:
    """Every command that has a schema."""
    return sorted(path.name.removesuffix(".schema.json") for path in FOLDER.glob("*.schema.json"))


@cache
def schema(name: str) -> dict[str, Any]:
    """A schema as it is kept."""
    return dict(json.loads((FOLDER / f"{name}.schema.json").read_text()))


def validate(document: dict[str, Any]) -> dict[str, Any]:
    """The object itself, if it is what its schema says and holds nothing the schema does not tell of."""
    name = document["schema"].removeprefix("batchtui.").removesuffix("/1")
    _closed_validator(name).validate(document)
    return document


@cache
def _closed_validator(name: str) -> Draft202012Validator:
    return Draft202012Validator(_closed(schema(name)))


def _closed(part: Any) -> Any:
    """The same schema without room for more: what is told to others must be told completely."""
    if isinstance(part, list):
        return [_closed(entry) for entry in part]
    if not isinstance(part, dict):
        return part
    closed = {key: _closed(value) for key, value in part.items()}
    if "properties" in part and "additionalProperties" not in part and isinstance(part["properties"], dict):
        closed["additionalProperties"] = False
    return closed
