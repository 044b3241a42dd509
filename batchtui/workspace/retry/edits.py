"""Changes to requests before they are sent again: keys of params set anew, or whole lines edited by hand."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec
from msgspec import Raw

from batchtui.domain.failures import BadInput, UsageFailure
from batchtui.domain.requests import Code
from batchtui.engine.jobs import Edit
from batchtui.workspace.jsonl import BOM, Lines, split
from batchtui.workspace.requests.check import envelope
from batchtui.workspace.requests.diagnose import diagnose
from batchtui.workspace.requests.inputs import opened
from batchtui.workspace.requests.problems import Problems

_decode_object = msgspec.json.Decoder(dict[str, Raw]).decode
_decode_list = msgspec.json.Decoder(list[Raw]).decode
_encode = msgspec.json.Encoder().encode


def apply(line: bytes, edits: Iterable[Edit]) -> bytes:
    """The request with keys of its params set; every other value keeps its bytes."""
    for edit in edits:
        line = _set(Raw(line), ["params", *edit.key.split(".")], edit)
    return line


def check_edits(edits: Sequence[Edit]) -> None:
    """UsageFailure for an edit that cannot be meant."""
    for edit in edits:
        if not all(edit.key.split(".")):
            raise UsageFailure(f"--set {edit.key}: a key is missing", next="write it like max_tokens or thinking.type")
        try:
            msgspec.json.decode(edit.value)
        except msgspec.DecodeError as error:
            hint = 'a text needs quotes, "like this"'
            raise UsageFailure(f"--set {edit.key}: the value is no JSON", next=hint) from error


def _set(value: Raw, path: list[str], edit: Edit) -> bytes:
    """The JSON of `value` with what is at the path replaced; objects on the way are made."""
    key, *rest = path
    text = bytes(value)
    if text.startswith(b"["):
        return _set_item(_decode_list(text), key, rest, edit)
    try:
        members = _decode_object(text)
    except msgspec.ValidationError as error:
        raise BadInput(f"--set {edit.key}: there is no object to put {key!r} into") from error
    members[key] = Raw(_set(members.get(key, Raw(b"{}")), rest, edit)) if rest else edit.value
    return _encode(members)


def _set_item(items: list[Raw], key: str, rest: list[str], edit: Edit) -> bytes:
    if not key.isdecimal() or int(key) >= len(items):
        raise BadInput(f"--set {edit.key}: the list has no item {key!r}")
    items[int(key)] = Raw(_set(items[int(key)], rest, edit)) if rest else edit.value
    return _encode(items)


class EditedLine(NamedTuple):
    """A line of the file of edited requests."""

    number: int
    text: bytes


class EditedFile:
    """The requests a person edited: looked up by custom_id, each taken once."""

    def __init__(self, path: str, problems: Problems, *, file: int, line_limit: int) -> None:
        self._path = path
        self._file = file
        self._problems = problems
        self._line_limit = line_limit
        self._places: dict[str, tuple[int, int, int]] = {}
        """custom_id -> line number, offset, length."""
        for number, offset, text in self._lines():
            self._note(number, offset, text)
        self._source = Path(path).open("rb")  # noqa: SIM115  # open until `close`

    def take(self, custom_id: str) -> EditedLine | None:
        """The edited request; None when the person removed it."""
        place = self._places.pop(custom_id, None)
        if place is None:
            return None
        number, offset, length = place
        self._source.seek(offset)
        return EditedLine(number, self._source.read(length))

    def close(self) -> None:
        self._source.close()

    def report_strangers(self) -> None:
        """What nobody took is no request of this retry: custom_ids may be neither added nor changed."""
        for custom_id, (number, _, _) in self._places.items():
            message = "not among the requests that are sent again: custom_ids may not be added or changed"
            self._problems.add(Code.CUSTOM_ID_INVALID, message, file=self._file, line=number, custom_id=custom_id)

    def _note(self, number: int, offset: int, text: bytes) -> None:
        shape = envelope(text)
        if shape is None:
            for code, message in diagnose(text, allow_sampling=True).findings:
                self._problems.add(code, message, file=self._file, line=number)
        elif shape.custom_id in self._places:
            message = f"the custom_id is also on line {self._places[shape.custom_id][0]:,}"
            custom_id = shape.custom_id
            self._problems.add(Code.CUSTOM_ID_DUPLICATE, message, file=self._file, line=number, custom_id=custom_id)
        else:
            self._places[shape.custom_id] = (number, offset, len(text))

    def _lines(self) -> Iterator[tuple[int, int, bytes]]:
        offset = 0
        with opened(self._path, is_hashed=False) as source:
            for found in split(iter(source.read, b""), limit=self._line_limit):
                if not isinstance(found, Lines):
                    message = f"the request has {found.size_bytes:,} bytes"
                    self._problems.add(Code.REQUEST_TOO_LARGE, message, file=self._file, line=found.number)
                    offset += found.size_bytes + 1
                    continue
                for number, raw in enumerate(found.lines, found.first):
                    text = raw.strip().removeprefix(BOM)
                    if text:
                        yield number, offset + raw.index(text), text
                    offset += len(raw) + 1
