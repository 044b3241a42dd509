"""What the engine's newest picture, the clock and the terminal make together: the scene that is painted."""

from batchtui.present.glyphs import Glyphs
from batchtui.present.remembered import Remembered
from batchtui.present.scene import Scene
from batchtui.tui.bridge import Bridge, Picture


def make_scene(
    bridge: Bridge,
    picture: Picture,
    glyphs: Glyphs,
    *,
    workspace: str = "",
    is_demo: bool = False,
    memory: Remembered | None = None,
) -> Scene:
    """The scene of now."""
    settings, now = bridge.engine.settings, bridge.engine.core.clock.now()
    return Scene(
        picture.snapshot,
        settings,
        now,
        glyphs,
        notices=picture.notices,
        calls=picture.calls,
        workspace=workspace,
        zone=now.astimezone().tzinfo if settings.ui.time == "local" else None,
        is_demo=is_demo,
        memory=memory,
    )
