"""Run an app in the terminal: prepared before Textual is imported, watched until the process ends."""

import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from batchtui.tui.terminal.guest import Guest
from batchtui.tui.terminal.preflight import is_utf8, prepare_environment
from batchtui.tui.terminal.probe import WidthProbe
from batchtui.tui.terminal.restore import TerminalState, forget_terminal
from batchtui.tui.terminal.watchdog import Watchdog

if TYPE_CHECKING:
    from textual.app import App

    from batchtui.tui.terminal.first_paint import FirstPaint
    from batchtui.tui.wire.encoder import Encoder

Factory = Callable[[bool | None], "App[Any]"]
"""Makes the app, told whether the terminal draws ━ two cells wide (None: it did not say)."""


@runtime_checkable
class TakesOver(Protocol):
    """An app that goes on from what was painted and set before it was there."""

    terminal_attributes: list[Any] | None

    def take_over(self, painted: "Encoder") -> None: ...


def run_in_terminal(
    load: Callable[[], Factory],
    *,
    has_mouse: bool = False,
    paint: Callable[[], "FirstPaint | None"] = lambda: None,
) -> int:
    """Load, make and run an app, and return the exit code; load does the slow imports while the terminal answers.

    The watchdog stays on: what follows in the process must also be over soon after a signal.

    Args:
        paint: what can be shown before that; the app takes it over, or it is taken away again.
    """
    prepare_environment()
    watchdog = Watchdog(TerminalState())
    watchdog.start()
    probe = WidthProbe()
    probe.start(asks=is_utf8(os.environ))
    painted: FirstPaint | None = None
    try:
        painted = paint()
        app = _made(load, probe, painted)
    except BaseException:
        if painted is not None:
            painted.undo()
        probe.restore()
        raise
    watchdog.ask_with(lambda code: _ask_to_exit(app, code))
    try:
        app.run(mouse=has_mouse)
    finally:
        probe.restore()
        forget_terminal(sys.stdout, sys.stderr)
    return app.return_code or 0


def _made(load: Callable[[], Factory], probe: WidthProbe, painted: "FirstPaint | None") -> "App[Any]":
    make = load()
    is_wide = probe.finish()
    app = make(is_wide)
    if isinstance(app, TakesOver):
        app.terminal_attributes = probe.attributes
        if painted is not None and painted.encoder is not None:
            if is_wide:  # what was painted took more cells than it should have
                painted.encoder.forget()
            app.take_over(painted.encoder)
    return app


def _ask_to_exit(app: "App[Any]", code: int) -> None:
    """From any thread; a message, so that nothing here waits for a loop that may be stalled.

    It is stalled while an editor has the terminal: that is ended first.
    """
    app.call_later(app.exit, None, code)
    guest = getattr(app, "guest", None)
    if isinstance(guest, Guest):
        guest.end()
