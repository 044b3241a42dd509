"""What is wrong with one request line, in words: the slow look at lines that the quick one did not pass."""

import json
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, NoReturn

import msgspec

from batchtui.domain.ids import is_custom_id
from batchtui.domain.requests import SAMPLING_PARAMS, UNSUPPORTED_PARAMS, Code
from batchtui.workspace.requests.shape import MAX_MAX_TOKENS, ROLES

LONGEST_EXCERPT = 60


JSON_LINES = "JSON Lines are wanted: one request a line"


class Finding(NamedTuple):
    """What is wrong with a line."""

    code: Code
    message: str


class Diagnosis(NamedTuple):
    """All that is wrong with a line, and what could be read of it."""

    findings: tuple[Finding, ...]
    custom_id: str | None = None
    params: dict[str, Any] | None = None

    @property
    def codes(self) -> frozenset[Code]:
        return frozenset(finding.code for finding in self.findings)


def diagnose(line: bytes, *, allow_sampling: bool) -> Diagnosis:
    """Look at everything in one line; no findings means that the service may well take it."""
    value, finding = _parse(line)
    if finding is not None:
        return Diagnosis((finding,))
    if not isinstance(value, dict):
        hint = f"; {JSON_LINES}" if isinstance(value, list) else ""
        return Diagnosis((Finding(Code.NOT_AN_OBJECT, f"a request is an object, this line is {_kind(value)}{hint}"),))
    if isinstance(value.get("requests"), list) and "params" not in value:
        return Diagnosis((Finding(Code.PARAMS_MISSING, f"this is a list of requests under one key; {JSON_LINES}"),))
    findings = [*_given_twice(line), *_in_custom_id(value), *_in_envelope(value)]
    params = value.get("params")
    if isinstance(params, dict):
        findings += _in_params(params, allow_sampling=allow_sampling)
    custom_id = value.get("custom_id")
    return Diagnosis(
        tuple(findings),
        custom_id if isinstance(custom_id, str) else None,
        params if isinstance(params, dict) else None,
    )


def _parse(line: bytes) -> tuple[Any, Finding | None]:
    try:
        text = line.decode()
    except UnicodeDecodeError as error:
        bad = line[error.start]
        hint = "; the file looks like UTF-16, save it as UTF-8" if b"\0" in line[:4] else ""
        return None, Finding(Code.ENCODING_INVALID, f"not UTF-8: byte 0x{bad:02x} at column {error.start + 1}{hint}")
    try:
        value = json.loads(text, parse_constant=_refuse_constant)
        msgspec.json.decode(line, type=msgspec.Raw)
    except json.JSONDecodeError as error:
        what = error.msg[0].lower() + error.msg[1:]
        hint = f"; {JSON_LINES}" if text.strip() in ("[", "{") else ""
        return None, Finding(Code.JSON_INVALID, f"not JSON: {what} at column {error.colno}{hint}")
    except RecursionError:
        return None, Finding(Code.JSON_INVALID, "not usable JSON: nested too deeply")
    except msgspec.DecodeError as error:
        return None, Finding(Code.JSON_INVALID, f"not usable JSON: {_unprefixed(error)}")
    except ValueError as error:
        return None, Finding(Code.JSON_INVALID, f"not JSON: {error}")
    return value, None


def _given_twice(line: bytes) -> Iterator[Finding]:
    """A custom_id given twice: which of them the service takes is anybody's guess."""
    ids: list[Any] = []

    def keep(pairs: list[tuple[str, Any]]) -> None:
        ids[:] = [value for key, value in pairs if key == "custom_id"]  # the outermost object is the last one

    json.loads(line, object_pairs_hook=keep)
    if len(ids) > 1:
        yield Finding(Code.CUSTOM_ID_INVALID, f"custom_id is given {len(ids)} times in this request")


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON number")


def _unprefixed(error: msgspec.DecodeError) -> str:
    text = str(error).removeprefix("JSON is malformed: ")
    # The standard library takes lone surrogates; msgspec calls one at the end of the text truncated.
    if "truncated" in text or "surrogate" in text:
        return "half of a surrogate pair (\\ud800 to \\udfff) in a string"
    return text


def _in_custom_id(value: dict[str, Any]) -> Iterator[Finding]:
    custom_id = value.get("custom_id")
    if custom_id is None or custom_id == "":
        yield Finding(Code.CUSTOM_ID_MISSING, "no custom_id" if custom_id is None else "the custom_id is empty")
    elif not isinstance(custom_id, str):
        yield Finding(Code.CUSTOM_ID_INVALID, f"custom_id must be a string, this one is {_kind(custom_id)}")
    elif not is_custom_id(custom_id):
        why = f"it has {len(custom_id)} characters" if len(custom_id) > 64 else f"{_show(custom_id)} has others"
        yield Finding(Code.CUSTOM_ID_INVALID, f"a custom_id is 1 to 64 letters, digits, _ and -; {why}")


def _in_envelope(value: dict[str, Any]) -> Iterator[Finding]:
    if "params" not in value:
        yield Finding(Code.PARAMS_MISSING, "no params")
    elif not isinstance(value["params"], dict):
        yield Finding(Code.PARAMS_INVALID, f"params must be an object, this is {_kind(value['params'])}")


def _in_params(params: dict[str, Any], *, allow_sampling: bool) -> Iterator[Finding]:
    model = params.get("model")
    if not isinstance(model, str) or not model:
        yield _invalid("model", params, "must be the id of a model")
    yield from _in_max_tokens(params)
    yield from _in_messages(params)
    if "system" in params and not isinstance(params["system"], str):
        yield from _in_blocks("system", params["system"])
    yield from _in_unsupported(params)
    yield from _in_sampling(params, allow_sampling=allow_sampling)


def _in_max_tokens(params: dict[str, Any]) -> Iterator[Finding]:
    value = params.get("max_tokens")
    if value is None:
        yield Finding(Code.MAX_TOKENS_INVALID, "no max_tokens")
    elif isinstance(value, bool) or not isinstance(value, int):
        yield Finding(Code.MAX_TOKENS_INVALID, f"max_tokens must be an integer, this is {_kind(value)}")
    elif not 1 <= value <= MAX_MAX_TOKENS:
        rule = f"max_tokens must be between 1 and {MAX_MAX_TOKENS:,}"
        yield Finding(Code.MAX_TOKENS_INVALID, f"{rule}, this is {_show(value)}")


def _in_messages(params: dict[str, Any]) -> Iterator[Finding]:
    messages = params.get("messages")
    if not isinstance(messages, list) or not messages:
        yield _invalid("messages", params, "must be a list with at least one message")
        return
    for at, turn in enumerate(messages):
        place = f"messages[{at}]"
        if not isinstance(turn, dict):
            yield Finding(Code.PARAMS_INVALID, f"params.{place} must be an object, this is {_kind(turn)}")
            continue
        if turn.get("role") not in ROLES:
            yield _invalid("role", turn, "must be user or assistant", place=f"{place}.")
        if not isinstance(turn.get("content"), str):
            yield from _in_blocks(f"{place}.content", turn.get("content"))


def _in_blocks(place: str, blocks: Any) -> Iterator[Finding]:
    if not isinstance(blocks, list):
        message = f"params.{place} must be a string or a list of blocks, this is {_kind(blocks)}"
        yield Finding(Code.PARAMS_INVALID, message)
        return
    for at, block in enumerate(blocks):
        if not isinstance(block, dict) or not isinstance(block.get("type"), str) or not block["type"]:
            yield Finding(Code.PARAMS_INVALID, f"params.{place}[{at}] must be an object with a type")


def _in_unsupported(params: dict[str, Any]) -> Iterator[Finding]:
    for key in UNSUPPORTED_PARAMS:
        value = params.get(key)
        if value is None or (key == "stream" and value is False):
            continue
        yield Finding(Code.PARAMS_UNSUPPORTED, f"params.{key} is not allowed in a batch")


def _in_sampling(params: dict[str, Any], *, allow_sampling: bool) -> Iterator[Finding]:
    for key in SAMPLING_PARAMS:
        if key not in params:
            continue
        if not allow_sampling:
            message = f"params.{key} is not taken by this version of the API, even at its default"
            yield Finding(Code.PARAMS_UNSUPPORTED, message)
        elif not _RANGES[key](params[key]):
            yield _invalid(key, params, "must be 0 or more" if key == "top_k" else "must be between 0 and 1")


def _is_share(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


_RANGES: dict[str, Callable[[Any], bool]] = {"temperature": _is_share, "top_p": _is_share, "top_k": _is_count}


def _invalid(key: str, owner: dict[str, Any], rule: str, *, place: str = "") -> Finding:
    name = f"params.{place}{key}"
    if key not in owner:
        return Finding(Code.PARAMS_INVALID, f"no {name}: it {rule}")
    return Finding(Code.PARAMS_INVALID, f"{name} {rule}, this is {_show(owner[key])}")


def _kind(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int() | float():
            return "a number"
        case str():
            return "a string"
        case list():
            return "a list" if value else "an empty list"
        case _:
            return "an object"


def _show(value: Any) -> str:
    """A value, shortened; containers by kind only, since their contents may be megabytes."""
    if isinstance(value, str):
        return json.dumps(value if len(value) <= LONGEST_EXCERPT else f"{value[:LONGEST_EXCERPT]}…", ensure_ascii=False)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value) if abs(value) < 1e15 else "a huge number"
    return _kind(value)
