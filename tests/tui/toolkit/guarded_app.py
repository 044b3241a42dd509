"""The sample page run as the program runs its dashboard, with keys that stall it and start children."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from batchtui.tui.terminal.session import Factory, run_in_terminal


def load() -> Factory:
    from textual.app import App
    from textual.events import Resize

    from batchtui.tui.terminal.size import heed_size
    from tests.tui.toolkit.wire_app import WireTestApp

    class GuardedApp(WireTestApp):
        def on_mount(self) -> None:
            self.bind("S", "stall")
            self.bind("K", "kid")
            self.bind("E", "crash")

        def on_resize(self, event: Resize) -> None:
            heed_size(self, event.size)

        def action_stall(self) -> None:
            Path(os.environ["STALLED_FILE"]).touch()
            time.sleep(60)

        def action_kid(self) -> None:
            program = (
                "import signal; print(sorted(signal.pthread_sigmask(0, ())), signal.getsignal(15), signal.getsignal(1))"
            )
            done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
            self.notify(done.stdout.strip(), markup=False, timeout=600)

        def action_crash(self) -> None:
            raise RuntimeError("on purpose")

    def make(is_wide: bool | None) -> "App[None]":
        app = GuardedApp()
        app.sub_title = str(is_wide)
        app.call_later(lambda: app.query_one("#runs").set_title("runs", f"wide: {is_wide}"))  # type: ignore[attr-defined]
        return app

    return make


if __name__ == "__main__":
    if os.environ.get("IGNORE_HANGUP"):
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
    sys.exit(run_in_terminal(load))
