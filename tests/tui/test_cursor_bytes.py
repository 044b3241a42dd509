"""What a move of the cursor costs a bad link, on rows of every kind, in true colour at 80x24."""

import sys
from pathlib import Path

import pytest

from tests.tui.driver import PtyApp

pytestmark = pytest.mark.pty

MOST_BYTES, MOST_WITH_TWO_KINDS_OF_BAD = 400, 405
MOST_WHERE_IT_SCROLLS = 720
"""The terminal moves the rows; the one that comes into view is written, with every pen it has."""
QUIET_SECONDS = 0.07
TRIES = 3


def is_within(app: PtyApp, spent: int, top: str) -> bool:
    """The longest words and most colours of a footer have a little more."""
    if app.lines()[4][3:] != top[3:]:
        return spent <= MOST_WHERE_IT_SCROLLS
    has_two = len([word for word in ("errored", "expired", "canceled") if word in app.lines()[-2]]) > 1
    return spent <= (MOST_WITH_TWO_KINDS_OF_BAD if has_two else MOST_BYTES)


def too_much(app: PtyApp, moves: int) -> dict[str, int]:
    """What moves down and up again cost that cost too much, by what is said of the row they led to.

    A clock step may fall together with a move: one that costs too much is made again.
    """
    found = {}
    for there, back in (("j", "k"), ("k", "j")):
        for _ in range(moves):
            for again in range(TRIES):
                if again:
                    app.count(back, quiet=QUIET_SECONDS)
                top = app.lines()[4]
                spent = app.count(there, quiet=QUIET_SECONDS)
                if is_within(app, spent, top):
                    break
            else:
                found[f"{there} to {app.lines()[-2]}"] = spent
    return found


@pytest.mark.parametrize(("theme", "moves"), [("dark", 24), ("light", 12)])
def test_among_rows_of_every_state_with_long_names_and_wide_characters(theme: str, moves: int) -> None:
    env = {"STILL_SCENE": "mixed", "STILL_THEME": theme}
    with PtyApp([sys.executable, "-m", "tests.tui.still_app"], size=(80, 24), env=env) as app:
        app.wait_for("a-run-whose-")
        app.settle()
        assert too_much(app, moves) == {}


def test_among_the_rows_of_the_demo(tmp_path: Path) -> None:
    env = {"HOME": str(tmp_path), "TMPDIR": str(tmp_path)}
    with PtyApp([sys.executable, "-m", "batchtui", "demo"], size=(80, 24), env=env, cwd=Path.cwd()) as app:
        app.wait_for(lambda text: "nightly-eval-1120" in text and "demo" in text.splitlines()[0])
        app.send("p")  # a poll between two moves would be counted with them
        app.wait_for("paused")
        app.settle()
        assert too_much(app, 12) == {}
