"""Keeping step with what other processes do in the same workspace: their records, and the leader's counts and link."""

from batchtui.domain.link import Link
from batchtui.engine.core import Core
from batchtui.engine.ports import Leadership, Store

FOLLOW_SECONDS = 0.25
"""Between two looks at what others wrote."""


class Follower:
    """Reads what others wrote; writes nothing itself."""

    def __init__(self, core: Core, store: Store, leadership: Leadership) -> None:
        self._core = core
        self._store = store
        self._leadership = leadership

    async def follow(self) -> None:
        """One look, by a leader too: orders of others are records."""
        self._core.refresh()
        if not self._core.live.is_leader and not self._core.live.is_read_only:
            self.take_over_counts()

    def take_over_counts(self) -> None:
        """The leader's newest counts and link, for a process that does not poll itself."""
        leader = self._leadership.holder()
        if leader is None:
            return
        moving, link = self._store.read_counts()
        live = self._core.live
        known = (leader, moving, link or live.link)
        if known != (live.leader, live.moving, live.link):
            self._core.change_live(leader=known[0], moving=known[1], link=known[2])
            if live.leader and live.link.state is not known[2].state:
                self._tell_link_of_leader(leader, known[2])

    def _tell_link_of_leader(self, leader: str, link: Link) -> None:
        """It is ours as well: what is shown is as true as the leader's link."""
        why = f": {link.why}" if link.why else ""
        words = f"{link.state}, as {leader} says, which polls{why}"
        self._core.announce("connection", words, details={"state": str(link.state)})
