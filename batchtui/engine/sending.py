"""One step of the duty to send: what keeps from sending, and what a failure of the folder tells. Posts nothing."""

from batchtui.domain.failures import WorkspaceDamaged
from batchtui.engine.core import Core
from batchtui.engine.pilots import Pilots
from batchtui.engine.sender import Sender


class Sending:
    """Has the next chunk sent, if any may go."""

    def __init__(self, core: Core, sender: Sender, pilots: Pilots) -> None:
        self._core = core
        self._sender = sender
        self._pilots = pilots

    async def step(self) -> bool:
        """Write what a full disk left unwritten, judge pilots, send one chunk; True when one was dealt with.

        Raises:
            WorkspaceDamaged: the folder takes no record, so nothing is sent; it is shown until a step succeeds.
            ServiceProblem, OtherAccount: as `Sender.send_next`
        """
        self._sender.write_outcome()
        live = self._core.live
        if not live.may_send:
            return False
        self._pilots.judge()
        try:
            has_sent = await self._sender.send_next()
        except WorkspaceDamaged as failure:
            self._core.change_live(send_trouble=failure.what)
            raise
        if live.send_trouble:
            self._core.change_live(send_trouble="")
        return has_sent
