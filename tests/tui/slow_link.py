"""A terminal at the far end of a bad link: so many bytes a second come through, and each way takes its time."""

import os
import select
import time
from collections import deque
from collections.abc import Mapping, Sequence

from tests.tui.driver import PtyApp

BYTES_A_SECOND = 8_000.0
DELAY_SECONDS = 0.3
_MOST_AT_ONCE = 400
_LOOK_SECONDS = 0.005


class SlowLink(PtyApp):
    """Reads only as fast as the link carries, so that the program's writes are held up as ssh holds them up."""

    def __init__(
        self, command: Sequence[str], size: tuple[int, int] = (80, 24), env: Mapping[str, str] | None = None
    ) -> None:
        self._coming: deque[tuple[float, bytes]] = deque()
        self._going: deque[tuple[float, bytes]] = deque()
        super().__init__(command, size, env)

    def _read(self) -> None:
        waiting = select.poll()
        waiting.register(self._master, select.POLLIN)
        free_at = time.monotonic()
        while self._is_open:
            self._deliver()
            now = time.monotonic()
            if now < free_at:
                time.sleep(min(free_at - now, _LOOK_SECONDS))
                continue
            try:
                data = os.read(self._master, _MOST_AT_ONCE) if waiting.poll(_LOOK_SECONDS * 1000) else None
            except (OSError, ValueError):
                break
            if data == b"":
                break
            if data:
                free_at = time.monotonic() + len(data) / BYTES_A_SECOND
                self._coming.append((time.monotonic() + DELAY_SECONDS, data))
        while self._coming and self._is_open:  # what was under way when the program ended
            self._deliver()
            time.sleep(_LOOK_SECONDS)

    def _deliver(self) -> None:
        now = time.monotonic()
        while self._coming and self._coming[0][0] <= now:
            self._show(self._coming.popleft()[1])
        while self._going and self._going[0][0] <= now:
            super()._write(self._going.popleft()[1])

    def _write(self, data: bytes) -> None:
        self._going.append((time.monotonic() + DELAY_SECONDS, data))
