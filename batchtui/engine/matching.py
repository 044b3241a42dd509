"""Whether a request file is the one that a batch from elsewhere was made from: its custom_ids say so."""

import asyncio
from collections.abc import Sequence

from batchtui.domain.failures import BadInput
from batchtui.domain.requests import Code
from batchtui.domain.state import KnownBatch
from batchtui.engine.jobs import CheckRules
from batchtui.engine.plans import Plan
from batchtui.engine.ports import IdDifference, Library, Store

NAMED = 5

SENT_BEFORE = CheckRules(
    allow=(
        Code.PARAMS_INVALID,
        Code.PARAMS_UNSUPPORTED,
        Code.MAX_TOKENS_INVALID,
        Code.MODEL_RETIRED,
        Code.MODEL_NO_BATCH,
    ),
    allow_sampling=True,
)
"""The service took these requests already: only lines that are no requests at all matter."""


class OtherRequests(BadInput):
    """The file is not what the batch was made from; `difference` has all that one of them has alone."""

    def __init__(self, what: str, difference: IdDifference) -> None:
        super().__init__(what, next="give the file that the batch was made from, no more and no less")
        self.difference = difference


async def must_match(known: KnownBatch, plan: Plan, file: str, store: Store, library: Library) -> None:
    """Refuse a file whose requests are not those of the batch, as far as that can be told yet.

    Raises:
        OtherRequests: results are here, and they are of other requests.
        BadInput: lines are no requests, or there are more or fewer than the batch has.
    """
    batch_id, total = known.batch.id, known.batch.request_counts.total
    if not plan.report.ok:
        found = plan.report.problems[0] if plan.report.problems else None
        where = f", the first on line {found.line:,}: {found.message}" if found is not None else ""
        raise BadInput(f"{file} has {plan.report.error_count:,} lines that are no requests{where}")
    if known.collected is not None and plan.staging is not None:
        staging, results = plan.staging, store.results_path(batch_id, known.run)
        difference = await asyncio.to_thread(lambda: library.compare_ids(staging, results))
        if difference.is_any:
            raise OtherRequests(f"{file} is not what {batch_id} was made from: {_words(difference)}", difference)
    if len(plan.chunks) != 1 or plan.requests != total:
        how = f"`batchtui collect {batch_id}` first: then it says which they are" if known.has_results_there else ""
        raise BadInput(f"{file} holds {plan.requests:,} valid requests, {batch_id} has {total:,}", next=how)


def _words(difference: IdDifference) -> str:
    parts = []
    if difference.only_requests:
        parts.append(f"{_some(difference.only_requests)} in the file alone")
    if difference.only_results:
        parts.append(f"{_some(difference.only_results)} in the batch alone")
    return "; ".join(parts)


def _some(custom_ids: Sequence[str]) -> str:
    more = f" and {len(custom_ids) - NAMED:,} more" if len(custom_ids) > NAMED else ""
    return ", ".join(custom_ids[:NAMED]) + more
