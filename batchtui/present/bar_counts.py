"""What a bar shows of a run, and of a batch."""

from batchtui.domain.batch import RequestCounts
from batchtui.domain.status import RunCounts
from batchtui.present.bar import BarCounts


def bar_of_run(counts: RunCounts) -> BarCounts:
    """A run's requests over all its chunks, what was not sent among them."""
    return BarCounts(
        succeeded=counts.succeeded,
        errored=counts.errored,
        untold=counts.untold,
        expired=counts.expired,
        canceled=counts.canceled,
        processing=counts.processing,
        unsure=counts.unknown,
        unsent=counts.unsent,
    )


def bar_of_batch(counts: RequestCounts) -> BarCounts:
    """A batch's requests: all of them are with the service."""
    return BarCounts(
        succeeded=counts.succeeded,
        errored=counts.errored,
        untold=counts.untold,
        expired=counts.expired,
        canceled=counts.canceled,
        processing=counts.processing,
    )
