"""What somebody asked to send again, completed by what this workspace says."""

from msgspec.structs import replace

from batchtui.domain.muting import muted_groups
from batchtui.domain.retry import RetryPolicy
from batchtui.domain.triage import verdicts
from batchtui.engine.core import Core
from batchtui.engine.ports import Store


def in_full(policy: RetryPolicy, core: Core, store: Store, run: str, *, is_edited: bool) -> RetryPolicy:
    """With the rules of the settings; where nothing was named, without the groups that somebody put aside."""
    state, policy = core.state, replace(policy, rules=verdicts(core.settings.retry.rules))
    names_some = bool(policy.classes or policy.custom_ids or is_edited)
    if names_some or not (state.muted or state.muted_below):
        return policy
    grouping = store.read_grouping()
    return replace(policy, grouping=grouping, muted=muted_groups(state, state.runs[run], grouping, core.clock.now()))
