"""The shape of a request line as far as it is checked quickly: what decodes as this is sound.

A line that does not is looked at again, slowly, by `diagnose`, which finds the words for what is wrong with it.
"""

from collections.abc import Callable
from typing import Annotated, Any, Generic, Literal, TypeVar

import msgspec
from msgspec import UNSET, Meta, Raw, UnsetType

STARTS = (b'{"custom_id":"%b","params":', b'{"custom_id": "%b", "params": ')
"""All that stands before the params of a request with this custom_id."""


ROLES = ("user", "assistant", "system")
"""`system` in the middle of a conversation is among the SDK's message types."""

MAX_MAX_TOKENS = 10_000_000
"""Far above what any model can generate."""

Named = Annotated[str, Meta(min_length=1)]
Absent = Annotated[int, Meta(gt=1, lt=0)] | UnsetType
"""No value fits, so a params key that must not be there fails the quick look without costing anything."""

Share = Annotated[float, Meta(ge=0, le=1)] | UnsetType


class Envelope(msgspec.Struct, gc=False):
    """The outside of a request; the bytes of `params` are kept as they are."""

    custom_id: str
    params: Raw


class Block(msgspec.Struct, gc=False):
    """A part of a message, by its type alone."""

    type: Named


Content = TypeVar("Content")
"""`list[Block]`, or Raw where it may be a string: that is nearly all of a request, and is not decoded for a check."""


System = TypeVar("System")
"""`list[Block] | str`, or Raw: the same of the system prompt."""


class Turn(msgspec.Struct, Generic[Content], gc=False):
    """One message of a conversation."""

    role: Literal["user", "assistant", "system"]
    content: Content


class Params(msgspec.Struct, Generic[Content, System], gc=False, kw_only=True):
    """Params that may be sampled in some other way than the default one."""

    model: Named
    max_tokens: Annotated[int, Meta(ge=1, le=MAX_MAX_TOKENS)]
    messages: Annotated[list[Turn[Content]], Meta(min_length=1)]
    system: System | UnsetType = UNSET
    inference_geo: Any = UNSET
    stream: bool | UnsetType = UNSET
    speed: Absent = UNSET
    fallbacks: Absent = UNSET
    store: Absent = UNSET
    previous_thread_event_id: Absent = UNSET
    temperature: Share = UNSET
    top_p: Share = UNSET
    top_k: Annotated[int, Meta(ge=0)] | UnsetType = UNSET


class DefaultParams(Params[Content, System], gc=False, kw_only=True):
    """Params as the present version takes them: without sampling parameters."""

    temperature: Absent = UNSET
    top_p: Absent = UNSET
    top_k: Absent = UNSET


AnyParams = TypeVar("AnyParams", bound=Params[Any, Any])


class Line(msgspec.Struct, Generic[AnyParams], gc=False):
    """A whole request."""

    custom_id: str
    params: AnyParams


Decode = Callable[[bytes], Line[Any]]


def decoders(*, allow_sampling: bool) -> tuple[Decode, Decode]:
    """For any content, kept as it is, and for contents that are lists of blocks, checked on the way."""
    if allow_sampling:
        any_sampled, sampled_blocks = Line[Params[Raw, Raw]], Line[Params[list[Block], list[Block] | str]]
        return msgspec.json.Decoder(any_sampled).decode, msgspec.json.Decoder(sampled_blocks).decode
    any_content, blocks = Line[DefaultParams[Raw, Raw]], Line[DefaultParams[list[Block], list[Block] | str]]
    return msgspec.json.Decoder(any_content).decode, msgspec.json.Decoder(blocks).decode
