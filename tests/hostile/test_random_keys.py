"""Keys nobody meant and pastes of anything: nothing is sent but what was agreed to, key by key, after reading it.

The only keys left out are those that complete a plan: `y`, which is pressed only where it must do nothing.
"""

import random
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from batchtui.domain.actions.table import ACTIONS, key_label
from tests.hostile.ground import Ground
from tests.hostile.pages import ESCAPE_SECONDS, HOME, INPUTS, SCREENS, Way, lay_one_of_each, names_of, screens_there_are
from tests.otherserver import OtherServer
from tests.otherserver.client import make_requests
from tests.tui.driver import KEYS, PtyApp

pytestmark = pytest.mark.pty

KEYS_A_SCREEN, PARTS = 300, 4
CHARACTERS = "abcdefghijklmnoprstuvwxzABCDEFGHIJKLMNOPRSTUVWXYZ0123456789/:?*~[]=-+_ .,;!$%"
"""All but `y` (the yes of every plan) and `q` and `Q` (which would end the test early)."""
PRESSED = (*CHARACTERS, *(key for key in KEYS if key not in ("ctrl+c", "ctrl+z", "ctrl+q")))
NOT_PRESSED = frozenset(("y", "q", "^c"))
PASTES = ("y", "yyyy\ry\ny", "12y", "50\ry", "y" * 500, "[/nope]", "\x1b[31my", "../../y", "S\rR\rC\rD\ry", "")
MOST_PAGES = 60
QUIET_SECONDS = 0.6


@pytest.fixture(scope="module")
def server() -> Iterator[OtherServer]:
    with OtherServer(seconds=3600) as running:
        yield running


@pytest.fixture(scope="module")
def ground(server: OtherServer, tmp_path_factory: pytest.TempPathFactory) -> Ground:
    made = Ground(base=tmp_path_factory.mktemp("random"), base_url=server.base_url)
    lay_one_of_each(made, server, make_requests(50), others=make_requests(5, prefix="other"), said="made to fail")
    return made


def changes(server: OtherServer) -> list[tuple[str, str]]:
    """The calls so far that changed something, or tried to."""
    return [(seen.method, seen.path) for seen in server.requests_log if seen.method != "GET"]


def type_at_random(app: PtyApp, dice: random.Random, number: int) -> None:
    """Keys in bursts and alone, and pastes among them."""
    for _ in range(number):
        if dice.random() < 0.06:
            app.paste(dice.choice(PASTES))
        else:
            app.send(dice.choice(PRESSED))
        time.sleep(0.02 if dice.random() < 0.05 else 0.001)


def told(ground: Ground, screen: str, app: PtyApp) -> str:
    """Where it ended, and what it left about that."""
    reports = [path.read_text() for path in ground.workspace.glob("crash-*")]
    return "\n".join((screen, app.text(), *reports))


def test_every_screen_there_is_has_its_turn() -> None:
    assert set(SCREENS) == screens_there_are()


def go_home(app: PtyApp) -> None:
    """Out of however many pages random keys have led into."""
    for _ in range(MOST_PAGES):
        time.sleep(ESCAPE_SECONDS)
        app.settle(quiet=0.1)
        if HOME.search(app.text()):
            return
        app.send("b" if "─ batches " in app.text() else "escape")
    raise AssertionError(f"not at home:\n{app.text()}")


def go(app: PtyApp, way: Way, names: Mapping[str, str]) -> None:
    time.sleep(QUIET_SECONDS)
    app.settle(quiet=QUIET_SECONDS, timeout=60)  # all that was typed has had its effect
    app.send("escape")
    go_home(app)
    for keys, words in way:
        app.send(keys.format(**names))
        app.wait_for(words.format(**names))
        app.settle(quiet=0.15)


def test_every_key_of_the_table_of_actions_has_its_turn() -> None:
    pressed = {key_label(key) for key in PRESSED}
    assert {key_label(key) for action in ACTIONS for key in action.keys} - pressed == NOT_PRESSED


@pytest.mark.parametrize("part", range(PARTS))
def test_random_keys_and_pastes_on_every_screen_send_nothing(ground: Ground, server: OtherServer, part: int) -> None:
    before, attempts = changes(server), server.attempts()
    env = {"PAGER": "true", "EDITOR": "true", "VISUAL": "true"}
    with ground.dashboard(env=env) as app:
        app.wait_for("live")
        for screen, way in list({**SCREENS, **INPUTS}.items())[part::PARTS]:
            go(app, way, names_of(server))
            type_at_random(app, random.Random(screen), KEYS_A_SCREEN)
            assert app.process.poll() is None, told(ground, screen, app)
        app.settle()
    assert changes(server) == before
    assert server.attempts() == attempts


def test_a_pasted_yes_is_none_and_neither_is_one_typed_ahead(ground: Ground, server: OtherServer) -> None:
    before = changes(server)
    with ground.dashboard() as app:
        app.wait_for("live")
        app.send(":retry run\r", "y", "y", "y")  # typed ahead of the plan
        app.wait_for("nothing sent yet")
        app.settle()
        for text in PASTES:
            app.paste(text)
        time.sleep(0.5)
        app.settle()
        assert "nothing sent yet" in app.text()
        app.resize(40, 10)
        app.wait_for("40x10 is too small")
        app.send("y", "1", "y", "enter")  # nobody sees what they would be an answer to
        app.settle()
        app.resize(80, 24)
        app.wait_for("nothing sent yet")
        app.settle()
        app.send("enter")
        app.wait_gone("nothing sent yet")
        app.send("q")
        app.wait_exit()
    assert changes(server) == before


def test_the_way_that_does_send_is_plan_and_yes(ground: Ground, server: OtherServer, tmp_path: Path) -> None:
    """Without it the tests above could pass because nothing can be sent at all."""
    before = changes(server)
    with ground.dashboard() as app:
        app.wait_for("live")
        app.send(":retry run --class overloaded_error\r")  # random keys may have put that class aside
        app.wait_for("nothing sent yet")
        app.wait_for("y sends")
        app.settle()
        app.send("y")
        app.wait_for("run.r1")
        app.wait_for(lambda _: len(changes(server)) == len(before) + 1)
