"""Whose answers these are: the first account that answers binds the workspace, every other one is refused."""

from batchtui.domain.failures import OtherAccount
from batchtui.domain.records import WorkspaceBound
from batchtui.domain.state import Binding
from batchtui.engine.core import Core
from batchtui.engine.ports import Account, Answer, Service


async def meet_account(core: Core, service: Service) -> None:
    """Look once a session, so that nothing is stopped, fetched or counted with the key of another account.

    Raises:
        OtherAccount, ServiceProblem
    """
    if not core.live.has_met_account:
        page = await service.list_batches(limit=1)
        check_account(core, page.answer)


def check_account(core: Core, answer: Answer) -> None:
    """Take an answer for this workspace's, whose account the first one decides for good.

    Raises:
        OtherAccount: with both accounts in its words; nothing of the answer may be used.
    """
    _refuse_other(core, answer.account)
    if _adds_facts(core.state.binding, answer.account):
        core.commit(
            WorkspaceBound(
                at=core.clock.now(),
                base_url=answer.account.base_url,
                organization_id=answer.account.organization_id,
                api_workspace_id=answer.account.api_workspace_id,
            )
        )
        _refuse_other(core, answer.account)  # another process may have bound the workspace first
    if core.live.account_note:
        core.change_live(account_note="")
    if not core.live.has_met_account:
        core.change_live(has_met_account=True)


def _refuse_other(core: Core, account: Account) -> None:
    note = mismatch(core.state.binding, account)
    if not note:
        return
    if note != core.live.account_note or core.live.has_met_account:
        core.change_live(account_note=note, has_met_account=False)
    raise OtherAccount(note, next="use the key this workspace belongs to, or another --workspace")


def mismatch(binding: Binding | None, account: Account) -> str:
    """Words about two accounts that differ; empty when they may be the same. An absent header is no mismatch."""
    if binding is None:
        return ""
    pairs = (
        ("the API at", binding.base_url, account.base_url),
        ("organization", binding.organization_id, account.organization_id),
        ("API Workspace", binding.api_workspace_id, account.api_workspace_id),
    )
    for word, ours, theirs in pairs:
        if ours and theirs and ours != theirs:
            return f"this workspace belongs to {word} {ours}, the key to {word} {theirs}"
    return ""


def _adds_facts(binding: Binding | None, account: Account) -> bool:
    if binding is None:
        return True
    return bool(
        (account.organization_id and not binding.organization_id)
        or (account.api_workspace_id and not binding.api_workspace_id)
    )
