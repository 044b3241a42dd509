"""Which part of a request a message complains about: the path it names, found in the request itself."""

import re
from typing import Any

import msgspec

from batchtui.present.request.json_lines import Path

_LEADING_PATH = re.compile(r"\A[`'\"]?(?P<path>[A-Za-z_]\w*(?:\.\w+)*)[`'\"]?\s*:\s*(?P<reason>\S.*)", re.DOTALL)
_QUOTED = re.compile(r"[`'\"](?P<path>[A-Za-z_]\w*(?:\.\w+)*)[`'\"]")
_WITH_UNDERSCORE = re.compile(r"(?<![\w.])(?P<path>[A-Za-z]+(?:_[A-Za-z]+)+)(?![\w.])")


def faults_of(message: str, line: bytes) -> dict[Path, str]:
    """Paths into the request and the reason to show beside each; empty when the message names no part of it."""
    leading = _LEADING_PATH.match(message)
    named = [[found["path"] for found in pattern.finditer(message)] for pattern in (_QUOTED, _WITH_UNDERSCORE)]
    params = _params_of(line) if leading or any(named) else None
    if params is None:
        return {}
    if leading and (path := _path_in(params, leading["path"])):
        return {("params", *path): " ".join(leading["reason"].split())}
    words = " ".join(message.split())
    for dotted in named:
        found = [path for each in dotted if (path := _path_in(params, each))]
        if found:
            return {("params", *path): words for path in found}
    return {}


def _params_of(line: bytes) -> dict[str, Any] | None:
    try:
        request = msgspec.json.decode(line)
    except msgspec.DecodeError:
        return None
    params = request.get("params") if isinstance(request, dict) else None
    return params if isinstance(params, dict) else None


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
