"""The columns of a table of results: known names, and paths such as `message.content[0].text`, each perhaps renamed."""

import re
from collections import Counter
from collections.abc import Callable
from typing import Any, NamedTuple

import msgspec

from batchtui.domain.failures import UsageFailure
from batchtui.domain.half_pairs import decode_with_halves
from batchtui.workspace.results.issue_index import issue_of
from batchtui.workspace.results.result_lines import Placed, decode

DEFAULT = ("custom_id", "type", "class", "text", "stop_reason", "model", "input_tokens", "output_tokens")

_USAGE = "result.message.usage."
_SHORT = {
    "custom_id": "custom_id",
    "type": "result.type",
    "stop_reason": "result.message.stop_reason",
    "model": "result.message.model",
    "input_tokens": f"{_USAGE}input_tokens",
    "output_tokens": f"{_USAGE}output_tokens",
    "cache_read_tokens": f"{_USAGE}cache_read_input_tokens",
    "cache_write_tokens": f"{_USAGE}cache_creation_input_tokens",
    "error_type": "result.error.error.type",
    "error_message": "result.error.error.message",
    "request_id": "result.error.request_id",
}
_OF_THE_ROW = frozenset({"custom_id", "result", "params", "run", "batch_id"})
"""Where a path may start; any other is a path into the result."""

_NAMED = re.compile(r"(?P<name>[^=\[\]\"]+)=(?P<path>.+)", re.DOTALL)
_STEP = re.compile(r"\.?([^.\[\]\"]+)|\[(\d+)\]|\[\"([^\"]*)\"\]")
_PATH = re.compile(r"[^.=\[\]\"]+(?:\.[^.\[\]\"]+|\[\d+\]|\[\"[^\"]*\"\])*")

_decode = msgspec.json.Decoder(dict[str, Any]).decode

Steps = tuple[str | int, ...]


class Row(NamedTuple):
    """What the cells of one row are taken from."""

    custom_id: str
    run: str
    batch_id: str | None
    result: bytes | None
    """The line as received."""
    params: bytes | None


class Column(NamedTuple):
    """A column of an export: its name, and how its value is found in a result."""

    name: str
    path: str
    steps: Steps
    value: Callable[[dict[str, Any], Row], Any]

    @property
    def is_count(self) -> bool:
        """Whether the service gives a whole number here."""
        return self.steps[:3] == ("result", "message", "usage") and str(self.steps[-1]).endswith("_tokens")


class Columns:
    """The columns of one table.

    Raises:
        UsageFailure: one that is no path, or two of one name.
    """

    def __init__(self, wanted: tuple[str, ...]) -> None:
        self.all = tuple(map(_column, wanted or DEFAULT))
        self.names = tuple(column.name for column in self.all)
        self.need_params = any(column.steps[:1] == ("params",) for column in self.all)
        twice = [name for name, count in Counter(self.names).items() if count > 1]
        if twice:
            raise UsageFailure(f"two columns are called {twice[0]!r}", next="rename one: other_name=path")

    def values(self, row: Row) -> list[Any]:
        """The values of one row; a path that leads nowhere gives None."""
        document: dict[str, Any] = {"custom_id": row.custom_id, "run": row.run, "batch_id": row.batch_id}
        if row.result is not None:
            document["result"] = decode_with_halves(_decode, row.result).get("result")
        if row.params is not None and self.need_params:
            document["params"] = _decode(row.params)
        return [column.value(document, row) for column in self.all]


def as_text(value: Any) -> str | None:
    """A value in one cell: texts as they are, all else as JSON."""
    if value is None or isinstance(value, str):
        return value
    return msgspec.json.encode(value).decode()


def _column(text: str) -> Column:
    named = _NAMED.fullmatch(text)
    name, path = (named["name"].strip(), named["path"].strip()) if named is not None else (text.strip(),) * 2
    match path:
        case "class":
            return Column(name, path, (), lambda _, row: _class(row.result))
        case "text":
            steps: Steps = ("result", "message", "content")
            return Column(name, path, (), lambda document, _: _text(_follow(document, steps)))
        case _:
            found = _parse(path)
            return Column(name, path, found, lambda document, _: _follow(document, found))


def _parse(text: str) -> Steps:
    """The steps of a path; one that does not start at the row's own keys starts at its result."""
    path = _SHORT.get(text, text)
    if not _PATH.fullmatch(path):
        raise UsageFailure(f"{text!r} is no column", next="use names and paths like message.content[0].text")
    steps: Steps = tuple(int(place) if place else key or quoted for key, place, quoted in _STEP.findall(path))
    return steps if steps[0] in _OF_THE_ROW else ("result", *steps)


def _follow(value: Any, steps: Steps) -> Any:
    for step in steps:
        if isinstance(value, dict) and isinstance(step, str):
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
        else:
            return None
    return value


def _text(content: Any) -> str | None:
    """All text blocks of an answer, one after another; None where there is no answer."""
    if not isinstance(content, list):
        return None
    texts = (block.get("text") for block in content if isinstance(block, dict) and block.get("type") == "text")
    return "".join(text for text in texts if isinstance(text, str))


def _class(line: bytes | None) -> str | None:
    """What kind of issue it is; empty for a plain success, None without a result."""
    return None if line is None else class_of(line)


def class_of(line: bytes) -> str:
    """The class of a result as `errors` has it; empty for a plain success."""
    result = decode(line)
    issue = issue_of(result, Placed(0, 0, len(line), line)) if result is not None else None
    return issue.cls if issue is not None else ""
