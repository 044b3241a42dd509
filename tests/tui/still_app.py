"""The dashboard of the pictures as a program, for tests that need a real terminal; nothing behind it runs."""

import os
import sys

from batchtui.tui.terminal.session import Factory, run_in_terminal


def load() -> Factory:
    """Imports Textual only once the terminal is prepared."""
    from batchtui.present.glyphs import UNICODE
    from tests.tui.still import make_dashboard, make_engine
    from tests.tui.world import many_runs, mixed, pictured

    count = int(os.environ.get("STILL_RUNS", "0"))
    scenes = {"pictured": pictured, "mixed": mixed}
    engine = make_engine(many_runs(count) if count else scenes[os.environ.get("STILL_SCENE", "pictured")]())
    return lambda is_wide: make_dashboard(engine, theme=os.environ.get("STILL_THEME", "dark"), glyphs=UNICODE)


if __name__ == "__main__":
    sys.exit(run_in_terminal(load))
