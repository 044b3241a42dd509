"""One step of the duty to collect: what is wanted now, several downloads at once. Judges no result."""

from collections.abc import Callable

from batchtui.engine.account import meet_account
from batchtui.engine.collect_pool import collect_all
from batchtui.engine.collector import Collector
from batchtui.engine.core import Core
from batchtui.engine.ports import Service


class Collecting:
    """Has results fetched, while this process may."""

    def __init__(self, core: Core, service: Service, collector: Collector) -> None:
        self._core = core
        self._service = service
        self._collector = collector

    async def step(self, *, only_ordered: bool, may_begin: Callable[[], bool]) -> bool:
        """Collect until nothing is wanted; False when nothing was.

        Args:
            only_ordered: leave what nobody asked for to a process that collects everything.
            may_begin: asked before each download.

        Raises:
            OtherAccount, ServiceProblem
        """

        def wanted() -> list[str]:
            if not may_begin() or self._core.live.account_note:
                return []
            batches = self._core.state.batches
            return [each for each in self._collector.wanted() if not only_ordered or batches[each].collect_ordered]

        if not wanted():
            return False
        await meet_account(self._core, self._service)
        await collect_all(wanted, self._collector.collect)
        return True
