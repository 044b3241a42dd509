"""What somebody asked to send again, completed by what this workspace says."""

from msgspec.structs import replace

from batchtui.domain.issues.muting import mutes_in_force
from batchtui.domain.issues.triage import verdicts
from batchtui.domain.retry import RetryPolicy
from batchtui.engine.core import Core
from batchtui.engine.ports import Store


def in_full(policy: RetryPolicy, core: Core, store: Store, *, is_edited: bool = False) -> RetryPolicy:
    """With the rules of the settings; where nobody named anything, without the groups that somebody put aside."""
    policy = replace(policy, rules=verdicts(core.settings.retry.rules))
    is_named = policy.names_some or (is_edited and not policy.is_by_itself)
    mutes = () if is_named else mutes_in_force(core.state, core.clock.now())
    return replace(policy, grouping=store.read_grouping(), mutes=mutes) if mutes else policy
