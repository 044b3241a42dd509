"""What is open, in doubt and waiting, as sums and short lists: kept up with every change, so that before a POST nobody
has to look at everything there is. Derived from state; `bookkeeping` keeps it."""

from collections.abc import Mapping

import msgspec

from batchtui.domain.submission import Submission


class Ledger(msgspec.Struct, frozen=True, kw_only=True):
    """Of one state; two states that say the same have equal ones."""

    own_batches: int = 0
    """Open batches of runs of this workspace."""
    requests: int = 0
    """Requests in process in open batches, whosever."""
    doubtful: Mapping[str, Submission] = {}
    """Submissions on the wire or without an answer."""
    waiting: Mapping[str, Mapping[str, None]] = {}
    """Run -> labels of its chunks that may still be sent, in the order of sending."""
    put_off: Mapping[tuple[str, str], None] = {}
    """Run and label of those of them that were put off to some time."""
