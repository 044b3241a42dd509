"""What `submit`, `plan` and `retry` may be told."""

import msgspec

from batchtui.engine.jobs import CheckRules
from batchtui.engine.pilot_plan import PilotOptions


class SubmitOptions(msgspec.Struct, frozen=True, kw_only=True):
    """How a plan is made; None takes the settings' value."""

    name: str | None = None
    chunk_requests: int | None = None
    chunk_bytes: int | None = None
    priority: int = 0
    rules: CheckRules = CheckRules()
    pilot: PilotOptions | None = None
    counts: int = 0
    """So many requests are chosen to be counted by the service."""
    cache_control: str = ""
    """`5m` or `1h`: add it to what prompts have in common."""
