"""A held chunk that waits because another one of its size has no answer: in fewer words than the engine's."""

from batchtui.domain.words import chunk_name
from batchtui.present.scene import Scene

_REASON = "a submission of "


def waits_for(scene: Scene, run: str, requests: int, reason: str) -> str:
    """`waits for chunk 7`, with its run where that is another one; empty where something else holds it."""
    if not reason.startswith(_REASON):
        return ""
    doubtful = next((each for each in scene.state.unknown_submissions() if each.requests == requests), None)
    if doubtful is None:
        return ""
    whose = "" if doubtful.run == run else f" of {doubtful.run}"
    return f"waits for chunk {chunk_name(doubtful.chunk)}{whose}"
