"""Which attempts of a family may hold the same requests."""

from batchtui.domain.state import AppState


def made_beside(state: AppState, run: str) -> tuple[str, ...]:
    """Later attempts that were made from an older run than this one, so they may hold what of it came to nothing.

    Those made from this run hold only what has a result in it.
    """
    _, *later = state.lineage(run)
    own = {run}
    for name in later:
        if state.runs[name].parent in own:
            own.add(name)
    return tuple(name for name in later if name not in own)
