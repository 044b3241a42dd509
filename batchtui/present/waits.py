"""What held chunks wait for: their turn, a reason of their own, or the link. Sends nothing."""

from datetime import datetime
from typing import Final

from batchtui.domain.limits import Turn, turns
from batchtui.domain.link import Link, LinkState
from batchtui.domain.settings import Settings
from batchtui.domain.state import AppState
from batchtui.domain.words import until_words

_LINK_WAITS: Final = {
    LinkState.OFFLINE: "the connection, which is down",
    LinkState.LIMITED: "the service, which asked to wait",
    LinkState.NOT_AUTHORIZED: "a key that the service accepts",
    LinkState.OTHER_ACCOUNT: "a key of this account",
}
"""States of the link in which nothing is sent, whatever its turn."""

_OLD_JOURNAL: Final = "two reads of the list: the journal is older than what was sent from here"


class Waits:
    """Of one snapshot; the queue is looked through once, when somebody asks."""

    def __init__(
        self, state: AppState, link: Link, settings: Settings, now: datetime, *, is_journal_old: bool = False
    ) -> None:
        self._state = state
        self._link = link
        self._settings = settings
        self._now = now
        self._is_journal_old = is_journal_old
        self._turns: dict[tuple[str, str], Turn] | None = None

    def turn(self, run: str, chunk: str) -> Turn | None:
        """Its place in the order of sending; None for a chunk that does not wait to be sent."""
        if self._turns is None:
            self._turns = {(turn.run, turn.chunk): turn for turn in turns(self._state, self._settings, self._now)}
        return self._turns.get((run, chunk))

    def of(self, turn: Turn) -> str:
        """What a held chunk waits for; empty when it is the next to go and nothing stands in its way."""
        return turn.waits or self.link

    @property
    def link(self) -> str:
        """What everything waits for, whatever its turn; empty while the service can be reached and takes calls, and
        nothing has to be looked for first."""
        link = self._link
        if link.state is LinkState.LIMITED and link.next_at is not None:
            return f"the service, which asked to wait {until_words(link.next_at, self._now)}"
        return _LINK_WAITS.get(link.state, _OLD_JOURNAL if self._is_journal_old else "")

    def first(self, run: str) -> str:
        """What the first held chunk of a run waits for."""
        held = (chunk.label for chunk in self._state.runs[run].live_chunks if chunk.may_still_be_sent)
        turn = self.turn(run, next(held, ""))
        return self.of(turn) if turn is not None else ""
