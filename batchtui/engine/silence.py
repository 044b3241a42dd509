"""Whether the process that leads still gives signs of life to one that waits for it."""

from batchtui.engine.engine import Engine

MARGIN_SECONDS = 60.0
"""Beyond the longest interval at which a leader writes what its polls showed."""


class Silence:
    """Asked again and again while an order waits to be carried out."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._heard = self._signs()
        self._since = engine.core.clock.monotonic()

    def is_too_long(self) -> bool:
        """Nothing was heard of another process that leads for longer than it ever keeps quiet."""
        now, signs = self._engine.core.clock.monotonic(), self._signs()
        if self._engine.core.live.is_leader or signs != self._heard:
            self._heard, self._since = signs, now
        return now - self._since > self._engine.settings.poll.idle + MARGIN_SECONDS

    def _signs(self) -> tuple[object, ...]:
        live = self._engine.core.live
        return self._engine.core.journal.position, live.link.as_of, live.link.next_at
