"""The dashboard as the commands start it. Textual is imported only once it is clear that there is a terminal for it."""

import gc
import os
import signal
import sys
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from batchtui.domain.failures import Failure, UsageFailure
from batchtui.engine.engine import Duty, Engine
from batchtui.present.leaving import leaving_line
from batchtui.tui.bridge import Bridge
from batchtui.tui.choice import is_demo
from batchtui.tui.early import paint_home
from batchtui.tui.terminal.osc import RESTORE_TITLE
from batchtui.tui.terminal.preflight import refusal
from batchtui.tui.terminal.session import Factory, run_in_terminal
from batchtui.wiring import Session, open_engine
from batchtui.workspace.crash import crashed

if TYPE_CHECKING:
    from batchtui.tui.dashboard import Dashboard

LEAVING_SECONDS: Final = 1.0
OFTEN: Final = (20_000, 20, 100)
"""Objects made before garbage is looked for: few enough for that to take a millisecond, unlike during the start."""

ENDED_BY_SIGNAL: Final = (128 + signal.SIGHUP, 128 + signal.SIGTERM)
"""Codes the system means by a signal; no command returns them."""


def run_dashboard(session: Session) -> int:
    """Show the dashboard until the operator leaves; returns the exit code.

    Raises:
        UsageFailure: this terminal cannot draw it.
        WorkspaceDamaged: before anything is drawn.
        SystemExit: a signal ended it.
        Failure: what ended it, once the terminal is given back.
    """
    why = refusal(os.environ)
    if why is not None:
        raise UsageFailure(why)
    engine = open_engine(session)
    bridge = Bridge(engine, Duty.POLL if session.is_read_only else Duty.ALL)
    code = run_in_terminal(
        lambda: _load(session, bridge),
        has_mouse=session.settings.ui.mouse,
        paint=lambda: paint_home(session, bridge, os.environ),
    )
    if sys.stdout.isatty():
        sys.stdout.write(RESTORE_TITLE)
        sys.stdout.flush()
    bridge.stop()
    bridge.join(LEAVING_SECONDS)
    _say_what_goes_on(engine)
    if bridge.failure is not None:
        raise _told(session, bridge.failure)
    if code in ENDED_BY_SIGNAL:
        raise SystemExit(code)
    return code


def _load(session: Session, bridge: Bridge) -> Factory:
    from batchtui.tui.dashboard import Dashboard
    from batchtui.tui.start import command_options, folder_words, lines_of_keys, look_for, theme_words, workspace_name

    def make(is_wide: bool | None) -> "Dashboard":
        gc.freeze()  # what is loaded stays: nobody looks through it again, and no key waits for that
        gc.set_threshold(*OFTEN)
        return Dashboard(
            bridge,
            look_for(session, os.environ, is_wide=is_wide),
            workspace=workspace_name(session),
            folder_words=folder_words(session),
            is_demo=is_demo(os.environ),
            command_options=command_options(session),
            lines_of_keys=lines_of_keys(session),
            problem=theme_words(session),
        )

    return make


def _told(session: Session, failure: BaseException) -> Failure:
    """What ended the dashboard, with a report in the workspace when that was a defect."""
    return failure if isinstance(failure, Failure) else crashed(session.root, failure, datetime.now(UTC))


def _say_what_goes_on(engine: Engine) -> None:
    line = leaving_line(engine.state)
    if line:
        with suppress(OSError):  # the terminal may be gone
            print(line, file=sys.stderr, flush=True)
