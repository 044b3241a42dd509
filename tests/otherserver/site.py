"""What all connections of one server share: its batches, its faults, its log, its settings."""

import itertools
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

from .faults import Hooks
from .seen import Seen
from .shelf import Shelf


@dataclass(kw_only=True)
class Site:
    """Shared by the threads that serve connections."""

    shelf: Shelf
    hooks: Hooks
    key: str | None
    """The only key that is let in; None lets in any that is not empty."""
    organization_id: str
    results_base: str
    """Where `results_url` points: a host that must not be followed; with an empty one it is a mere path."""
    models: tuple[str, ...]
    max_body_bytes: int
    gzip_results: bool
    page_at_most: int
    """Batches on a page of the list, whatever a call asks for."""
    requests_log: list[Seen] = field(default_factory=list)
    stopping: threading.Event = field(default_factory=threading.Event)
    answer_numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
