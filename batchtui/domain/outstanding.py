"""What of a run is still without a good result after all its attempts, by counts alone: no file is read."""

from batchtui.domain.state import AppState, Collection, Run


def outstanding(state: AppState, run: Run) -> int | None:
    """Requests not known to have a good result by now; None while nothing of the run is collected.

    A retry holds only requests of the run it is made from that are outstanding then, so each result of it that is no
    issue fixes one of that run. Of which attempts made from the same run it fixes one no count tells; but no more of
    them is outstanding than of the run that holds all their requests.
    """
    own = _collections(state, run)
    if not own:
        return None
    later = state.made_from(run.name)
    fixed = sum(entry.results - entry.issues for name in later for entry in _collections(state, state.runs[name]))
    left = max(0, sum(entry.issues for entry in own) - fixed)
    parent = state.runs.get(run.parent or "")
    of_parent = outstanding(state, parent) if parent is not None else None
    return left if of_parent is None else min(left, of_parent)


def is_fixed(state: AppState, run: Run) -> bool:
    """Everything that was sent has a good result, some of it by later attempts."""
    own = _collections(state, run)
    is_whole = len(own) == len(run.live_chunks)
    return is_whole and sum(entry.issues for entry in own) > 0 and outstanding(state, run) == 0


def questionable(state: AppState, run: Run) -> int:
    """Results that succeeded and are issues all the same: cut at max_tokens, refused and the like."""
    found = _collections(state, run)
    return sum(max(0, each.issues - (each.tallies.total - each.tallies.succeeded)) for each in found)


def _collections(state: AppState, run: Run) -> list[Collection]:
    found = [state.batch_of(chunk) for chunk in run.live_chunks]
    return [known.collected for known in found if known is not None and known.collected is not None]
