"""Which part of a request a message complains about: the path it names, found in the request itself."""

import re
from typing import Any

import msgspec

from batchtui.present.json_lines import Path

_LEADING_PATH = re.compile(r"\A[`'\"]?(?P<path>[A-Za-z_]\w*(?:\.\w+)*)[`'\"]?\s*:\s*(?P<reason>\S.*)", re.DOTALL)
_QUOTED = re.compile(r"[`'\"](?P<path>[A-Za-z_]\w*(?:\.\w+)*)[`'\"]")
_WITH_UNDERSCORE = re.compile(r"(?<![\w.])(?P<path>[A-Za-z]+(?:_[A-Za-z]+)+)(?![\w.])")


def faults_of(message: str, line: bytes) -> dict[Path, str]:
    """Paths into the request and the reason to show beside each; empty when the message names no part of it."""
    try:
        request = msgspec.json.decode(line)
    except msgspec.DecodeError:
        return {}
    params = request.get("params") if isinstance(request, dict) else None
    if not isinstance(params, dict):
        return {}
    leading = _LEADING_PATH.match(message)
    if leading and (path := _path_in(params, leading["path"])):
        return {("params", *path): " ".join(leading["reason"].split())}
    words = " ".join(message.split())
    for pattern in (_QUOTED, _WITH_UNDERSCORE):
        found = [path for each in pattern.finditer(message) if (path := _path_in(params, each["path"]))]
        if found:
            return {("params", *path): words for path in found}
    return {}


def _path_in(params: dict[str, Any], dotted: str) -> Path:
    """As much of a dotted path as the request has.

    Parts it lacks are passed over: a message may name a variant (`tools.0.custom.name`) that is no key.
    """
    node: Any = params
    path: list[str | int] = []
    for part in dotted.removeprefix("params.").split("."):
        key: str | int = int(part) if part.isdigit() else part
        if isinstance(node, dict) and part in node:
            node = node[part]
            path.append(part)
        elif isinstance(node, list) and isinstance(key, int) and key < len(node):
            node = node[key]
            path.append(key)
        elif not path:
            return ()
    return tuple(path)
