"""Run an app in the terminal: prepared before Textual is imported, watched until the process ends."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from batchtui.tui.terminal.guest import Guest
from batchtui.tui.terminal.preflight import prepare_environment
from batchtui.tui.terminal.probe import WidthProbe
from batchtui.tui.terminal.restore import TerminalState
from batchtui.tui.terminal.watchdog import Watchdog

if TYPE_CHECKING:
    from textual.app import App

Factory = Callable[[bool | None], "App[Any]"]
"""Makes the app, told whether the terminal draws ━ two cells wide (None: it did not say)."""


def run_in_terminal(load: Callable[[], Factory], *, has_mouse: bool = False) -> int:
    """Load, make and run an app, and return the exit code; load does the slow imports while the terminal answers.

    The watchdog stays on: what follows in the process must also be over soon after a signal.
    """
    prepare_environment()
    watchdog = Watchdog(TerminalState())
    watchdog.start()
    probe = WidthProbe()
    probe.start()
    try:
        make = load()
    finally:
        is_wide = probe.finish()
    app = make(is_wide)
    watchdog.ask_with(lambda code: _ask_to_exit(app, code))
    app.run(mouse=has_mouse)
    return app.return_code or 0


def _ask_to_exit(app: "App[Any]", code: int) -> None:
    """From any thread; a message, so that nothing here waits for a loop that may be stalled.

    It is stalled while an editor has the terminal: that is ended first.
    """
    app.call_later(app.exit, None, code)
    guest = getattr(app, "guest", None)
    if isinstance(guest, Guest):
        guest.end()
