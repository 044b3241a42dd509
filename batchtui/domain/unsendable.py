"""Runs of which nothing can be sent again from here, whatever went wrong in them."""

from batchtui.domain.state import AppState, Run

PRUNED = "the bodies were pruned"


def why_unsendable(state: AppState, name: str) -> str:
    """In words, with what can be done instead; nothing for a run whose bodies are here."""
    run = state.runs.get(name)
    if run is None:
        return ""
    if run.is_pruned:
        return f"{PRUNED}: submit its request file again under another name"
    if not run.bytes:
        return f"its requests are not here: `batchtui adopt {batch_of_bare(run)} --input FILE` gives them"
    return ""


def batch_of_bare(run: Run) -> str:
    """The batch that a run without requests was made around."""
    return next((chunk.batch_id for chunk in run.live_chunks if chunk.batch_id), "BATCH")
