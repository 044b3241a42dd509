"""The models that the simulated service knows."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Model:
    """One entry of `GET /v1/models`."""

    id: str
    display_name: str
    created_at: str
    max_tokens: int
    max_input_tokens: int
    retires_at: str | None = None

    @property
    def lifecycle(self) -> str:
        """`active`, or `deprecated` once its end is announced."""
        return "deprecated" if self.retires_at else "active"

    @property
    def takes_sampling(self) -> bool:
        """Whether temperature, top_p and top_k pass under the older wire version."""
        return self.created_at < "2026-01"

    def rendered(self) -> dict[str, Any]:
        """The model as JSON."""
        return {
            "type": "model",
            "id": self.id,
            "display_name": self.display_name,
            "created_at": self.created_at,
            "max_tokens": self.max_tokens,
            "max_input_tokens": self.max_input_tokens,
            "lifecycle": self.lifecycle,
            "retires_at": self.retires_at,
            "capabilities": {"batch": {"supported": True}},
        }


MODELS = (
    Model("claude-fable-5-2", "Claude Fable 5.2", "2026-10-28T00:00:00Z", 128_000, 1_000_000),
    Model("claude-haiku-5-5", "Claude Haiku 5.5", "2026-10-06T00:00:00Z", 64_000, 1_000_000),
    Model("claude-sonnet-5-5", "Claude Sonnet 5.5", "2026-09-22T00:00:00Z", 128_000, 1_000_000),
    Model("claude-opus-5-5", "Claude Opus 5.5", "2026-09-08T00:00:00Z", 128_000, 1_000_000),
    Model("claude-fable-5-1", "Claude Fable 5.1", "2026-08-11T00:00:00Z", 128_000, 1_000_000),
    Model("claude-fable-5", "Claude Fable 5", "2026-06-09T00:00:00Z", 128_000, 1_000_000),
    Model("claude-opus-5", "Claude Opus 5", "2026-06-02T00:00:00Z", 128_000, 1_000_000),
    Model("claude-opus-4-8", "Claude Opus 4.8", "2026-05-20T00:00:00Z", 128_000, 1_000_000),
    Model("claude-sonnet-5", "Claude Sonnet 5", "2026-05-05T00:00:00Z", 128_000, 1_000_000),
    Model("claude-opus-4-7", "Claude Opus 4.7", "2026-04-14T00:00:00Z", 128_000, 1_000_000),
    Model("claude-sonnet-4-6", "Claude Sonnet 4.6", "2026-02-17T00:00:00Z", 64_000, 1_000_000),
    Model("claude-opus-4-6", "Claude Opus 4.6", "2026-02-04T00:00:00Z", 128_000, 1_000_000),
    Model("claude-opus-4-5", "Claude Opus 4.5", "2025-11-24T00:00:00Z", 64_000, 200_000),
    Model("claude-haiku-4-5", "Claude Haiku 4.5", "2025-10-15T00:00:00Z", 64_000, 200_000),
    Model("claude-sonnet-4-5", "Claude Sonnet 4.5", "2025-09-29T00:00:00Z", 64_000, 200_000, "2026-11-30T00:00:00Z"),
)
"""Newest first, as the service lists them."""

BY_ID = {model.id: model for model in MODELS}


def find(model_id: str) -> Model | None:
    """The model of that id, which may end in a release date."""
    known = BY_ID.get(model_id)
    if known is not None:
        return known
    stem, _, suffix = model_id.rpartition("-")
    return BY_ID.get(stem) if len(suffix) == 8 and suffix.isdigit() else None
