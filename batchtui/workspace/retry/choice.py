"""Who of a lineage is sent again, who is not and why: counts by reading, builds nothing."""

from collections import Counter
from collections.abc import Sequence

from msgspec.structs import replace

from batchtui.domain.issues.grouping import GroupKey
from batchtui.domain.issues.muting import put_aside
from batchtui.domain.issues.triage import TriageRules
from batchtui.domain.retry import ASIDE, NOT_NAMED, RetryPolicy, Skip, missing_ids, why_not
from batchtui.engine.jobs import AttemptRun
from batchtui.engine.ports import Worth
from batchtui.workspace.results.standing import Standing, standings

SUCCEEDED_SINCE = "succeeded since in {run}"
UNTOLD_SINCE = "sent again by {run}, whose batch the service let go of; name it with --class"
BODY_PRUNED = "what {run} sent of it was pruned here"
PRUNED_SINCE = "already sent again by {run}, whose results were pruned"


class Choice:
    """Counts who is sent again, who is not and why."""

    def __init__(self, policy: RetryPolicy, *, needs_bodies: bool) -> None:
        self.included = 0
        self.attempts: dict[int, int] = {}
        self.classes: set[str] = set()
        self._policy = policy
        self._needs_bodies = needs_bodies
        self._reasons: dict[str, int] = {}
        self._named: set[str] = set()

    def includes(self, standing: Standing) -> bool:
        """Whether a request is to be sent again."""
        issue = standing.issue
        if issue.custom_id in self._policy.custom_ids:
            self._named.add(issue.custom_id)
        reason = why_not(issue, self._policy, standing.live_in, standing.attempts)
        if standing.succeeded_in is not None and reason != NOT_NAMED:
            reason = SUCCEEDED_SINCE.format(run=standing.succeeded_in)
        elif standing.pruned_in is not None and reason is None:
            reason = PRUNED_SINCE.format(run=standing.pruned_in)
        elif reason is None and standing.untold_in is not None and not self._policy.names_some:
            reason = UNTOLD_SINCE.format(run=standing.untold_in)
        elif reason is None and self._needs_bodies and standing.attempt.run.is_pruned:
            reason = BODY_PRUNED.format(run=standing.attempt.run.run)
        if reason is None:
            return True
        if reason != NOT_NAMED:
            self.skip(reason)
        return False

    def skip(self, reason: str) -> None:
        self._reasons[reason] = self._reasons.get(reason, 0) + 1

    def include(self, standing: Standing) -> None:
        self.included += 1
        self.classes.add(standing.issue.cls)
        attempt = standing.attempts + 1
        self.attempts[attempt] = self.attempts.get(attempt, 0) + 1

    def skipped(self) -> tuple[Skip, ...]:
        return tuple(Skip(reason=reason, requests=count) for reason, count in sorted(self._reasons.items()))

    def missing(self) -> tuple[str, ...]:
        return tuple(missing_ids(self._policy, self._named))


def choice(
    lineage: Sequence[AttemptRun], earlier: Sequence[AttemptRun], policy: RetryPolicy, *, needs_bodies: bool = True
) -> Choice:
    """A choice that knows which groups are put aside: only who has counted them all can tell."""
    if not policy.mutes:
        return Choice(policy, needs_bodies=needs_bodies)
    classes = {mute.cls for mute in policy.mutes}
    rules = TriageRules(grouping=policy.grouping)
    every: Counter[GroupKey] = Counter()
    left: Counter[GroupKey] = Counter()
    for standing in standings(lineage, earlier):
        if standing.issue.cls in classes:
            key = rules.key(standing.issue)
            every[key] += 1
            left[key] += standing.succeeded_in is None
    muted = put_aside(policy.mutes, every=every, left=left)
    return Choice(replace(policy, muted=muted), needs_bodies=needs_bodies)


def worth_sending(lineage: Sequence[AttemptRun], earlier: Sequence[AttemptRun], policy: RetryPolicy) -> Worth:
    """How many would be sent again."""
    chosen = choice(lineage, earlier, policy)
    requests = sum(chosen.includes(standing) for standing in standings(lineage, earlier))
    aside = sum(skip.requests for skip in chosen.skipped() if ASIDE in skip.reason)
    return Worth(requests=requests, put_aside=aside)
