"""Whose answers these are, asked before the first call that is no look."""

from batchtui.engine.core import Core
from batchtui.engine.ports import Service


async def meet_account(core: Core, service: Service) -> None:
    """Look once a session, so that nothing is stopped or fetched with the key of another account.

    Raises:
        OtherAccount, ServiceProblem
    """
    if not core.has_met_account:
        page = await service.list_batches(limit=1)
        core.check_account(page.answer)
