"""What a sample of requests says of all of them: their tokens, what they share, and what nobody can guess."""

import msgspec

from batchtui.domain.forecasting.tokens import Kind


class PromptSample(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The sampled requests of one model. Tokens are guesses from characters; images and documents are not in them."""

    requests: int
    bytes: int
    """Of their lines: all lines are weighed, so tokens a byte of the sample give the tokens of all."""
    tokens: float
    spread: float = 0.0
    """Standard error of tokens a byte, as a share of it: how far the sample may be from all."""
    kind: Kind = Kind.PROSE
    """The language class of most of the tokens."""
    prompt: str = ""
    """A short hash of what the prompts begin with; the same for another run of the same job. "" without any."""
    marked_5m_tokens: float = 0.0
    """Tokens before the last `cache_control` of five minutes."""
    marked_1h_tokens: float = 0.0
    repeated_tokens: float = 0.0
    """Of the marked ones, those in prefixes that another sampled request has too: only these can be read again."""
    images: int = 0
    documents: int = 0
    document_bytes: int = 0
    """Of documents that are in the file, as base64."""
    unseen: int = 0
    """Images and documents behind a URL or a file id."""
    tools: int = 0
    """Requests with tools."""
    thinking: int = 0
    """Requests that allow thinking; its budget is within `max_tokens`."""
    fetching: int = 0
    """Requests with tools that the service runs itself, and that may bring in any amount of text."""


class SharedPrefix(msgspec.Struct, frozen=True, kw_only=True):
    """The longest beginning that most sampled requests of a model have in common, whole blocks only."""

    model: str
    key: str
    """The hash of its blocks, without their `cache_control`."""
    parts: int
    """How many blocks it is: tools, then the system prompt, then the messages."""
    tokens: float
    requests: int
    """Sampled requests that begin with it."""
    sampled: int
    ttl: str = ""
    """`5m` or `1h` where the last of its blocks has `cache_control`; "" where it is not marked."""
