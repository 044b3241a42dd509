"""What of a submission is to go ahead, as its keys choose it."""

from typing import Final

from msgspec import Struct, structs

from batchtui.domain.pilot import PilotKind
from batchtui.engine.pilot_plan import PilotOptions

CANARY: Final = 50
SHARE: Final = 10
"""Of a small run a tenth goes ahead."""


class Ahead(Struct, frozen=True, kw_only=True):
    """Nothing, a canary, or a request that warms the cache, with or without marks that are added."""

    pilot: PilotOptions | None = None
    cache_control: str = ""

    def with_canary(self, requests: int) -> "Ahead":
        """A canary instead of what there is, or nothing instead of a canary."""
        if self.pilot is not None and self.pilot.kind is PilotKind.CANARY:
            return structs.replace(self, pilot=None)
        size = min(CANARY, max(1, requests // SHARE))
        return Ahead(pilot=PilotOptions(kind=PilotKind.CANARY, requests=size))

    def warmer(self) -> "Ahead":
        """Nothing, then a warm-up, then one with `cache_control` added, then nothing again."""
        is_warm = self.pilot is not None and self.pilot.kind is PilotKind.WARM
        if is_warm and self.cache_control:
            return NOTHING_AHEAD
        return Ahead(pilot=PilotOptions(kind=PilotKind.WARM), cache_control="1h" if is_warm else "")


NOTHING_AHEAD: Final = Ahead()
