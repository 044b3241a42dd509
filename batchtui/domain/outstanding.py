"""What of a run is still without a good result after all its attempts, by counts alone: no file is read."""

from batchtui.domain.state import AppState, Collection, Run


def outstanding(state: AppState, run: Run) -> int | None:
    """Requests whose latest collected result is an issue; None while nothing of the run is collected.

    A retry holds only requests that are outstanding when it is made, so each result of it that is no issue fixes one.
    """
    own = _collections(state, run)
    if not own:
        return None
    _, *later = state.lineage(run.name)
    fixed = sum(entry.results - entry.issues for name in later for entry in _collections(state, state.runs[name]))
    return max(0, sum(entry.issues for entry in own) - fixed)


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
