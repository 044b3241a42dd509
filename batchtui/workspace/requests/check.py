"""Judges request lines one at a time: quickly when they are sound, at length when they are not."""

from typing import Any

import msgspec
from msgspec import UNSET

from batchtui.domain.ids import CUSTOM_ID
from batchtui.domain.requests import Code
from batchtui.engine.jobs import CheckRules
from batchtui.workspace.requests.diagnose import Diagnosis, diagnose
from batchtui.workspace.requests.shape import MAX_MAX_TOKENS, STARTS, Block, Envelope, Line, Params, decoders

UNSENDABLE = frozenset(
    {
        Code.JSON_INVALID,
        Code.ENCODING_INVALID,
        Code.NOT_AN_OBJECT,
        Code.CUSTOM_ID_MISSING,
        Code.CUSTOM_ID_INVALID,
        Code.CUSTOM_ID_DUPLICATE,
        Code.PARAMS_MISSING,
    }
)
"""Lines with one of these would have the whole body refused, or results nobody could match: when the code is
allowed the line is left out."""

_CUSTOM_ID_KEY = b'"custom_id"'
_LONG_BYTES = 1_000
_QUOTE = ord('"')
_decode_envelope = msgspec.json.Decoder(Envelope).decode
_decode_blocks = msgspec.json.Decoder(list[Block]).decode


class Request(msgspec.Struct, frozen=True, gc=False):
    """What is needed of a sound line beside its bytes."""

    custom_id: str
    model: str
    max_tokens: int
    is_us_only: bool


class Checker:
    """The rules of one check, applied to line after line."""

    def __init__(self, rules: CheckRules) -> None:
        self.allow = frozenset(rules.allow)
        self._allow_sampling = rules.allow_sampling
        self._decode_any, self._decode_blocks = decoders(allow_sampling=rules.allow_sampling)
        self._expects_blocks = False
        """Whether the last contents were lists of blocks: those are checked while they are decoded."""

    def quick(self, line: bytes) -> Request | None:
        """The request when nothing at all is wrong with the line; None says: look again."""
        try:
            found = self._read(line)
            if not line.isascii():
                line.decode()  # msgspec does not check the text that it skips
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return None
        params = found.params
        # A key given twice: the decoder keeps the last one without a word. Of a long line its ends tell sooner.
        if (len(line) < _LONG_BYTES or not _is_usual(line, found.custom_id)) and line.count(_CUSTOM_ID_KEY) > 1:
            return None
        if params.stream is True or CUSTOM_ID.match(found.custom_id) is None:
            return None
        return Request(found.custom_id, params.model, params.max_tokens, params.inference_geo == "us")

    def _read(self, line: bytes) -> Line[Params[Any, Any]]:
        if self._expects_blocks:
            try:
                return self._decode_blocks(line)
            except msgspec.ValidationError:
                self._expects_blocks = False
        found = self._decode_any(line)
        params = found.params
        expects_blocks = True
        for turn in params.messages:  # every one is looked at, also behind a string
            expects_blocks = _are_blocks(turn.content) and expects_blocks
        self._expects_blocks = expects_blocks
        if params.system is not UNSET:
            _are_blocks(params.system)
        return found

    def look_again(self, line: bytes) -> tuple[Diagnosis, Request | None]:
        """All that is wrong with a line; the request too, where everything wrong is allowed and it can be sent."""
        diagnosis = diagnose(line, allow_sampling=self._allow_sampling)
        codes = diagnosis.codes
        if codes - self.allow or codes & UNSENDABLE or diagnosis.params is None:
            return diagnosis, None
        return diagnosis, _request(diagnosis)

    def accepted_before(self, line: bytes) -> Request | None:
        """The request of a line that was judged when it was first sent; None only when it is damaged."""
        request = self.quick(line)
        if request is None:
            request = _request(diagnose(line, allow_sampling=True))
        return request


def _is_usual(line: bytes, custom_id: str) -> bool:
    """Whether a line begins with the custom_id that the decoder found, the last of them, and ends with the params."""
    quoted = custom_id.encode()
    return line.endswith(b"}}") and line.startswith((STARTS[0] % quoted, STARTS[1] % quoted))


def _are_blocks(content: msgspec.Raw) -> bool:
    """Whether it is a list of blocks, not a string; anything else is no content and raises."""
    if memoryview(content)[0] == _QUOTE:
        return False
    _decode_blocks(content)
    return True


def envelope(line: bytes) -> Envelope | None:
    """The custom_id and the bytes of params, of any line that has them, however wrong the rest may be."""
    try:
        return _decode_envelope(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def _request(diagnosis: Diagnosis) -> Request | None:
    """The request as far as it could be read; None without custom_id or params."""
    if diagnosis.custom_id is None or diagnosis.params is None:
        return None
    model, max_tokens = diagnosis.params.get("model"), diagnosis.params.get("max_tokens")
    return Request(
        diagnosis.custom_id,
        model if isinstance(model, str) else "",
        max_tokens if isinstance(max_tokens, int) and 0 <= max_tokens <= MAX_MAX_TOKENS else 0,
        diagnosis.params.get("inference_geo") == "us",
    )
