"""Home painted before Textual is imported, where the terminal is one that everybody knows."""

from collections.abc import Mapping

from batchtui.tui.bridge import Bridge
from batchtui.tui.choice import glyphs_for, is_demo, theme_for, workspace_name
from batchtui.tui.first_frame import first_frame
from batchtui.tui.palette import Palette
from batchtui.tui.scenery import make_scene
from batchtui.tui.terminal.first_paint import FirstPaint, color_system
from batchtui.tui.wire.switch import is_stock
from batchtui.wiring import Session


def paint_home(session: Session, bridge: Bridge, environ: Mapping[str, str]) -> FirstPaint:
    """Paint what is on disk, or nothing where that takes more than is known by now."""
    first = FirstPaint()
    size, colors = first.size(), color_system(environ)
    if size is None or colors is None or is_stock(environ) or session.settings.keys:
        return first
    theme = theme_for(session, environ)
    if theme.is_ansi or theme.is_mono:
        return first
    glyphs = glyphs_for(session, environ)
    scene = make_scene(bridge, bridge.picture, glyphs, workspace=workspace_name(session), is_demo=is_demo(environ))
    lines = first_frame(scene, *size)
    if lines is not None:
        first.paint(lines, Palette(theme, glyphs), size, colors)
    return first
