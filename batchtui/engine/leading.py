"""Being the one process that polls and sends: taking engine.lock, what comes first then, and giving it back."""

from batchtui.domain.failures import WorkspaceDamaged
from batchtui.engine.core import Core
from batchtui.engine.ports import Leadership, Store
from batchtui.engine.recovery import recover


class Lead:
    """This process's claim to lead."""

    def __init__(self, core: Core, store: Store, leadership: Leadership) -> None:
        self._core = core
        self._store = store
        self._leadership = leadership
        self._trouble = ""

    def still_leads(self) -> bool:
        """Whether this process leads; one whose engine.lock was removed steps down, since another may lead by now."""
        if not self._core.live.is_leader:
            return False
        if self._leadership.is_held():
            return True
        self._core.change_live(is_leader=False)
        return False

    def take(self) -> bool:
        """Lead from now on, if nobody does; recovers what the last leader left before anything else is done.

        Raises:
            WorkspaceDamaged: the lock is ours, but the disk takes no record; the next call goes on from there.
        """
        if self._core.live.is_read_only or not self._acquire():
            return False
        self._core.refresh()
        recover(self._core, self._store)
        self._core.compact()
        self._core.change_live(is_leader=True, leader="")
        return True

    def _acquire(self) -> bool:
        """Take the lock; a disk that is full or read-only is said, and nothing is sent."""
        try:
            is_acquired = self._leadership.try_acquire()
        except WorkspaceDamaged as failure:
            self._trouble = failure.what
            if failure.what != self._core.live.damage:
                self._core.change_live(damage=failure.what)
            return False
        if self._trouble and self._core.live.damage == self._trouble:
            self._core.change_live(damage="")
        self._trouble = ""
        return is_acquired

    def release(self) -> None:
        """Lead no longer."""
        self._leadership.release()
        self._core.change_live(is_leader=False)

    def other(self) -> str | None:
        """Words about another process that leads, such as `pid 4711`."""
        return None if self._core.live.is_leader else self._leadership.holder()

    def is_other_stopped(self) -> bool:
        """Whether that process is known to stand still: nothing happens until it goes on or ends."""
        return not self._core.live.is_leader and self._leadership.is_stopped()
