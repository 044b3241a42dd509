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
        """A canary of so many instead of what there is; of none, nothing instead of a canary."""
        if requests:
            return Ahead(pilot=PilotOptions(kind=PilotKind.CANARY, requests=requests))
        return structs.replace(self, pilot=None) if self._has_canary else self

    def canary_size(self, requests: int) -> int:
        """What is proposed: as it is, else fifty, or of a small run a tenth."""
        if self.pilot is not None and self._has_canary:
            return self.pilot.requests
        return min(CANARY, max(1, requests // SHARE))

    @property
    def _has_canary(self) -> bool:
        return self.pilot is not None and self.pilot.kind is PilotKind.CANARY

    def warmer(self) -> "Ahead":
        """Nothing, then a warm-up, then one with `cache_control` added, then nothing again."""
        is_warm = self.pilot is not None and self.pilot.kind is PilotKind.WARM
        if is_warm and self.cache_control:
            return NOTHING_AHEAD
        return Ahead(pilot=PilotOptions(kind=PilotKind.WARM), cache_control="1h" if is_warm else "")


NOTHING_AHEAD: Final = Ahead()
