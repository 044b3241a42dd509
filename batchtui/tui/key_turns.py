"""One key after the other: what is typed in a burst goes where the key before it has led.

Textual hands each key to whatever has the keyboard when the key arrives, and lets it bubble up to the actions
afterwards. A second key that arrives meanwhile would act on the page although the first one opens a line to type in.
"""

import asyncio
from collections import deque
from dataclasses import dataclass
from typing import Any, Final

from textual.app import ReturnType
from textual.events import Event, Key, Paste
from textual.message import Message
from textual.screen import Screen

from batchtui.tui.screens.guard import Guarded
from batchtui.tui.wire.app import WireApp

LOST_SECONDS: Final = 0.5
"""Whatever had the key is gone, and with it the word that the key has had its effect."""


@dataclass
class KeyDone(Message):
    """Follows a key on its whole way up: when it arrives, so has the key."""

    number: int
    begun_on: Screen[Any]


class KeyTurns(WireApp[ReturnType]):
    """Passes a key on once the one before it has had its whole effect."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._typed_ahead: deque[Event] = deque()
        self._key_number = 0
        self._is_key_under_way = False
        self._given_up: asyncio.TimerHandle | None = None

    async def on_event(self, event: Event) -> None:
        if not isinstance(event, Key | Paste) or event.is_forwarded:
            await super().on_event(event)
        elif self._is_key_under_way:
            self._typed_ahead.append(event)
        else:
            await self._pass_on(event)

    async def _pass_on(self, event: Event) -> None:
        """Keys typed before a question was wholly drawn answer nothing."""
        if isinstance(self.screen, Guarded) and self.screen.is_early(event):
            return
        self._is_key_under_way = True
        self._key_number += 1
        self.key_begun()
        done = KeyDone(self._key_number, self.screen)
        target = self.focused or self.screen
        await super().on_event(event)
        if not target.post_message(done):
            self.call_later(self._next_key, done.number)
        self._given_up = asyncio.get_running_loop().call_later(LOST_SECONDS, self._give_up, done.number)

    def key_begun(self) -> None:
        """For whoever works beside the screen and can wait."""

    def on_key_done(self, done: KeyDone) -> None:
        """A screen that was opened has to be there first, and what is to have the keyboard must have it."""
        done.stop()
        if not self.screen_stack:  # the app leaves: the key has led out of it
            return
        if self.screen is done.begun_on:
            self.call_later(self._next_key, done.number)
        else:
            self.screen.call_after_refresh(self.call_later, self._next_key, done.number)

    async def _next_key(self, number: int) -> None:
        if number != self._key_number:
            return
        if self._given_up is not None:
            self._given_up.cancel()
        self._is_key_under_way = False
        while self._typed_ahead and not self._is_key_under_way:
            await self._pass_on(self._typed_ahead.popleft())

    def _give_up(self, number: int) -> None:
        self.call_later(self._next_key, number)
