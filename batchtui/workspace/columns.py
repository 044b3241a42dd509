"""The cells of a CSV export: known names, and paths such as `message.content[0].text` into the result."""

import re
from typing import Any

import msgspec

from batchtui.domain.failures import UsageFailure
from batchtui.workspace.issue_index import issue_of
from batchtui.workspace.result_lines import Placed, decode

DEFAULT = ("custom_id", "type", "class", "text", "stop_reason", "model", "input_tokens", "output_tokens")

_SHORT = {
    "custom_id": "custom_id",
    "type": "result.type",
    "stop_reason": "result.message.stop_reason",
    "model": "result.message.model",
    "input_tokens": "result.message.usage.input_tokens",
    "output_tokens": "result.message.usage.output_tokens",
    "error_type": "result.error.error.type",
    "error_message": "result.error.error.message",
    "request_id": "result.error.request_id",
}
_STEP = re.compile(r"\.?([^.\[\]]+)|\[(\d+)\]")
_PATH = re.compile(r"[^.\[\]]+(?:\.[^.\[\]]+|\[\d+\])*")

Steps = tuple[str | int, ...]


class Columns:
    """The columns of one export."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self.names = names or DEFAULT
        self._paths = {name: _parse(name) for name in self.names if name not in ("class", "text")}

    def cells(self, line: bytes) -> list[str]:
        """The cells of one result line; a path that leads nowhere gives an empty one."""
        value = msgspec.json.decode(line)
        return [self._cell(name, value, line) for name in self.names]

    def _cell(self, name: str, value: Any, line: bytes) -> str:
        if name == "class":
            return _class(line)
        if name == "text":
            return _text(_follow(value, ("result", "message", "content")))
        return _show(_follow(value, self._paths[name]))


def _parse(name: str) -> Steps:
    """The steps of a path; one that does not start at the line's own keys starts at its result."""
    path = _SHORT.get(name, name)
    if not _PATH.fullmatch(path):
        raise UsageFailure(f"{name!r} is no column", next="use names and paths like message.content[0].text")
    steps: Steps = tuple(key or int(place) for key, place in _STEP.findall(path))
    return steps if steps[0] in ("custom_id", "result") else ("result", *steps)


def _follow(value: Any, steps: Steps) -> Any:
    for step in steps:
        if isinstance(value, dict) and isinstance(step, str):
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
        else:
            return None
    return value


def _show(value: Any) -> str:
    match value:
        case None:
            return ""
        case str():
            return value
        case _:
            return msgspec.json.encode(value).decode()


def _text(content: Any) -> str:
    """All text blocks of an answer, one after another."""
    blocks = content if isinstance(content, list) else []
    texts = (block.get("text") for block in blocks if isinstance(block, dict) and block.get("type") == "text")
    return "".join(text for text in texts if isinstance(text, str))


def _class(line: bytes) -> str:
    """What kind of issue it is; empty for a plain success."""
    result = decode(line)
    issue = issue_of(result, Placed(0, 0, len(line), line)) if result is not None else None
    return issue.cls if issue is not None else ""
