"""Screens that ask before something is sent or stopped: only keys pressed after all of it was drawn count."""

from typing import Final

from textual.events import Event, Key, Paste
from textual.message import Message
from textual.screen import Screen

LOOK_AGAIN_SECONDS: Final = 0.05
PASTED_SECONDS: Final = 0.3


class Guarded:
    """Mixed into a screen. The app asks `is_early` before it passes a key on."""

    drawn_at: float | None = None
    """In the time of events; None while not all of it has been drawn."""
    pasted_at: float = 0.0
    """When something was pasted that was not asked for."""

    def arm_after_drawing(self) -> None:
        """Call when everything to be read is in place: keys typed before it reaches the terminal are discarded."""
        self.drawn_at = None
        self._screen.call_after_refresh(self._arm)

    def is_early(self, event: Event) -> bool:
        """Whether an event was typed before the operator could read what it would answer; a paste never answers."""
        match event:
            case Paste():
                is_unasked = not self.takes_paste()
                self.pasted_at = event.time if is_unasked else self.pasted_at
                return is_unasked
            case Key():
                # What is pasted may hold the mark of its own end: keys right behind a paste are of it.
                is_pasted = event.time - self.pasted_at < PASTED_SECONDS
                return self.drawn_at is None or event.time <= self.drawn_at or is_pasted
            case _:
                return False

    def takes_paste(self) -> bool:
        """Whether something may be pasted just now, as a path or a name."""
        return False

    @property
    def _screen(self) -> Screen[object]:
        assert isinstance(self, Screen), "Guarded is mixed into screens"
        return self

    def _arm(self) -> None:
        if getattr(self._screen.app, "is_terminal_behind", False):
            self._screen.set_timer(LOOK_AGAIN_SECONDS, self._arm)
            return
        self.drawn_at = Message().time  # stamped by the clock that stamps keys
