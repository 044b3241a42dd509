"""What tests of widgets share: an app around a few widgets, what they said, and the screen as text."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TypeVar

from textual.app import App, ComposeResult
from textual.filter import LineFilter
from textual.message import Message
from textual.pilot import Pilot
from textual.widget import Widget

from batchtui.present.glyphs import UNICODE, Glyphs
from batchtui.tui.look import Look
from batchtui.tui.theme import load_theme, textual_theme

Kind = TypeVar("Kind", bound=Message)


class WidgetApp(App[None]):
    """The widgets, one below the other."""

    ENABLE_COMMAND_PALETTE = False

    def __init__(self, *widgets: Widget, glyphs: Glyphs = UNICODE, theme: str = "dark") -> None:
        super().__init__()
        self.look = Look(load_theme(theme), glyphs)
        self.register_theme(textual_theme(self.look.theme))
        self.theme = f"batchtui-{theme}"
        self.widgets = widgets

    def get_line_filters(self) -> tuple[LineFilter, ...]:
        """Everything here is painted in its final colours."""
        return ()

    def compose(self) -> ComposeResult:
        """Put them there."""
        yield from self.widgets


class Bench:
    """A running app, its keyboard, and what was said."""

    def __init__(self, app: WidgetApp, pilot: Pilot[None], heard: list[Message]) -> None:
        self.app, self.pilot, self.heard = app, pilot, heard

    async def press(self, *keys: str) -> None:
        """Press keys and let everything settle."""
        await self.pilot.press(*keys)
        await self.pilot.pause()

    def said(self, kind: type[Kind]) -> list[Kind]:
        """Messages of one kind so far, each once."""
        found = [message for message in self.heard if isinstance(message, kind)]
        return [message for index, message in enumerate(found) if not any(message is seen for seen in found[:index])]

    def lines(self) -> list[str]:
        """The screen as text."""
        width, height = self.app.size
        painted = self.app.screen._compositor.render_strips(self.app.size)
        return ["".join(segment.text for segment in strip)[:width].rstrip() for strip in painted][:height]


@asynccontextmanager
async def bench(
    *widgets: Widget, size: tuple[int, int] = (80, 24), glyphs: Glyphs = UNICODE, theme: str = "dark"
) -> AsyncIterator[Bench]:
    """Run widgets without a terminal."""
    heard: list[Message] = []
    app = WidgetApp(*widgets, glyphs=glyphs, theme=theme)
    async with app.run_test(size=size, message_hook=heard.append) as pilot:
        await pilot.pause()
        yield Bench(app, pilot, heard)
