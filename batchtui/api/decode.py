"""Strict decoding of answers: a body either is what was asked for or raises NotDecodable with the reason."""

from collections.abc import Mapping
from typing import Annotated, Literal, TypeVar

import msgspec

from batchtui.api.headers import LONGEST_ID, identifier, retry_after_seconds
from batchtui.api.redact import redacted
from batchtui.domain.batch import Batch
from batchtui.domain.models import ModelFact
from batchtui.domain.submission import OtherAnswer

_T = TypeVar("_T")

LONGEST_MESSAGE = 2000
"""The service's words are shown and journaled; a page of them is enough."""


class NotDecodable(Exception):
    """The body is not what was asked for; the text says why, without quoting the body."""


class ListedBatches(msgspec.Struct, frozen=True):
    """A page of the list, as far as it is used."""

    data: tuple[Batch, ...]
    has_more: bool
    last_id: str | None = None


class _Deleted(msgspec.Struct, frozen=True):
    id: str


class _BatchSupport(msgspec.Struct, frozen=True):
    supported: bool = True


class _Capabilities(msgspec.Struct, frozen=True):
    batch: _BatchSupport = _BatchSupport()


class _Model(msgspec.Struct, frozen=True):
    id: str
    max_tokens: int | None = None
    max_input_tokens: int | None = None
    retires_at: str | None = None
    lifecycle: str | None = None
    capabilities: _Capabilities | None = None

    def fact(self) -> ModelFact:
        return ModelFact(
            id=self.id,
            max_tokens=self.max_tokens,
            max_input_tokens=self.max_input_tokens,
            retires_at=self.retires_at,
            lifecycle=self.lifecycle,
            supports_batch=self.capabilities is None or self.capabilities.batch.supported,
        )


class _Count(msgspec.Struct, frozen=True):
    input_tokens: Annotated[int, msgspec.Meta(ge=0)]


class ListedModels(msgspec.Struct, frozen=True):
    """A page of the models list, as far as it is used."""

    data: tuple[_Model, ...]
    has_more: bool = False
    last_id: str | None = None

    def facts(self) -> tuple[ModelFact, ...]:
        return tuple(model.fact() for model in self.data)


class _Error(msgspec.Struct, frozen=True):
    type: str
    message: str = ""
    details: object = None


class _Envelope(msgspec.Struct, frozen=True):
    """The service's own error object: `{"type": "error", "error": {...}, "request_id": ...}`."""

    type: Literal["error"]
    error: _Error
    request_id: str | None = None


_batch = msgspec.json.Decoder(Batch)
_batches = msgspec.json.Decoder(ListedBatches)
_deleted = msgspec.json.Decoder(_Deleted)
_count = msgspec.json.Decoder(_Count)
_models = msgspec.json.Decoder(ListedModels)
_envelope = msgspec.json.Decoder(_Envelope)


def decode_batch(body: bytes, *, expected_id: str | None = None) -> Batch:
    """A Message Batch; with `expected_id` it must be that one."""
    batch = _decode(_batch, body)
    if expected_id not in (None, batch.id):
        raise NotDecodable("it is about another batch")
    return batch


def check_deleted(body: bytes, *, expected_id: str) -> None:
    """The answer to a delete names the batch."""
    if _decode(_deleted, body).id != expected_id:
        raise NotDecodable("it is about another batch")


def decode_batches(body: bytes) -> ListedBatches:
    """A page of the list; one that says there is more but shows nothing leads nowhere, so it is none."""
    page = _decode(_batches, body)
    if page.has_more and not page.data:
        raise NotDecodable("the page is empty and says there is more")
    return page


def decode_count(body: bytes) -> int:
    """The answer of `count_tokens`."""
    return _decode(_count, body).input_tokens


def decode_models(body: bytes) -> ListedModels:
    """A page of the models list; raises NotDecodable."""
    return _decode(_models, body)


def decode_status(status: int, headers: Mapping[str, str], body: bytes) -> OtherAnswer:
    """Any answer that is no success, with the service's words where the body is its own error object."""
    request_id = identifier(headers, "request-id")
    retry_after = retry_after_seconds(headers)
    try:
        envelope = _envelope.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        words = _words_for(status, headers)
        return OtherAnswer(status=status, message=words, request_id=request_id, retry_after_seconds=retry_after)
    return OtherAnswer(
        status=status,
        type=redacted(envelope.error.type)[:LONGEST_ID],
        message=redacted(envelope.error.message)[:LONGEST_MESSAGE],
        error_code=_error_code(envelope.error.details),
        request_id=request_id or redacted(envelope.request_id or "")[:LONGEST_ID] or None,
        retry_after_seconds=retry_after,
        is_service_envelope=True,
    )


def is_html(headers: Mapping[str, str]) -> bool:
    """A page for people: a proxy or a login portal answered instead of the service."""
    return headers.get("content-type", "").lower().lstrip().startswith("text/html")


def _decode(decoder: msgspec.json.Decoder[_T], body: bytes) -> _T:
    try:
        return decoder.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise NotDecodable(str(error)[:200]) from None


def _words_for(status: int, headers: Mapping[str, str]) -> str:
    kind = headers.get("content-type", "").partition(";")[0].strip()
    if 300 <= status < 400:
        return f"HTTP {status}: a redirect, which is never followed"
    return f"HTTP {status} without the service's words ({kind[:60] or 'no content type'})"


def _error_code(details: object) -> str | None:
    code = details.get("error_code") if isinstance(details, dict) else None
    return redacted(code)[:LONGEST_ID] if isinstance(code, str) else None
