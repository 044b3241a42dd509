"""Keys nobody meant and pastes of anything: nothing is sent but what was agreed to, key by key, after reading it.

The only keys left out are those that complete a plan: `y`, which is pressed only where it must do nothing.
"""

import json
import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hostile.ground import Ground
from tests.otherserver import OtherServer
from tests.otherserver.client import make_requests
from tests.tui.driver import KEYS, PtyApp

pytestmark = pytest.mark.pty

KEYS_A_SCREEN = 300
CHARACTERS = "abcdefghijklmnoprstuvwxzABCDEFGHIJKLMNOPRSTUVWXYZ0123456789/:?*~[]=-_ .,;!$%"
"""All but `y` (the yes of every plan) and `q` and `Q` (which would end the test early)."""
PRESSED = (*CHARACTERS, *(key for key in KEYS if key not in ("ctrl+c", "ctrl+z", "ctrl+q", "ctrl+y")))
PASTES = ("y", "yyyy\ry\ny", "12y", "50\ry", "y" * 500, "[/nope]", "\x1b[31my", "../../y", "S\rR\rC\rD\ry", "")
SCREENS = {
    "home": "",
    "batches": "b",
    "run": "g\r",
    "chunk": "g\r\r",
    "inspector": "g\r\r\r",
    "errors": "ge",
    "members": "ge\r",
    "activity": "a",
    "info": "i",
    "help": "?",
    "palette": "\x10",
    "command": ":",
    "filter": "/",
    "submit": "S",
    "retry": "gR",
    "cancel": "GC",
    "settle": "GA",
    "delete": "bGD",
}


@pytest.fixture(scope="module")
def server() -> Iterator[OtherServer]:
    with OtherServer(seconds=3600) as running:
        yield running


@pytest.fixture(scope="module")
def ground(server: OtherServer, tmp_path_factory: pytest.TempPathFactory) -> Ground:
    """A run that can be tried again, and a batch of somebody else that could be canceled."""
    made = Ground(base=tmp_path_factory.mktemp("random"), base_url=server.base_url)
    made.lay()
    requests = make_requests(50)
    made.requests_file.write_text("".join(json.dumps(request) + "\n" for request in requests))
    assert made.command("submit", str(made.requests_file), "--name", "run", "--yes", "--over-budget") == 0
    server.finish()
    made.command("watch", "--timeout", "20")
    server.add_batch(make_requests(5, prefix="other"), age_seconds=600)
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


@pytest.mark.parametrize("part", range(3))
def test_random_keys_and_pastes_on_every_screen_send_nothing(ground: Ground, server: OtherServer, part: int) -> None:
    before = changes(server)
    env = {"PAGER": "true", "EDITOR": "true", "VISUAL": "true"}
    with ground.dashboard(env=env) as app:
        app.wait_for("live", timeout=20)
        for screen, way in list(SCREENS.items())[part::3]:
            dice = random.Random(screen)
            app.send(*["escape"] * 3)
            app.settle(quiet=0.05)
            for key in way:
                app.send(key)
                app.settle(quiet=0.08)
            type_at_random(app, dice, KEYS_A_SCREEN)
            assert app.process.poll() is None, told(ground, screen, app)
        app.settle()
    assert changes(server) == before
    assert sum(server.attempts().values()) == 55


def test_a_pasted_yes_is_none_and_neither_is_one_typed_ahead(ground: Ground, server: OtherServer) -> None:
    before = changes(server)
    with ground.dashboard() as app:
        app.wait_for("live", timeout=20)
        app.send("g", "R", "y", "y", "y")  # typed ahead of the plan
        app.wait_for("nothing sent yet", timeout=20)
        app.settle()
        for text in PASTES:
            app.paste(text)
        time.sleep(0.5)
        app.settle()
        assert "nothing sent yet" in app.text()
        app.send("enter")
        app.wait_gone("nothing sent yet")
        app.send("q")
        app.wait_exit()
    assert changes(server) == before


def test_the_way_that_does_send_is_plan_and_yes(ground: Ground, server: OtherServer, tmp_path: Path) -> None:
    """Without it the tests above could pass because nothing can be sent at all."""
    before = changes(server)
    with ground.dashboard() as app:
        app.wait_for("live", timeout=20)
        app.send("g", "R")
        app.wait_for("nothing sent yet", timeout=20)
        app.wait_for("y sends", timeout=10)
        app.settle()
        app.send("y")
        app.wait_for("run.r1", timeout=20)
        app.wait_for(lambda _: len(changes(server)) == len(before) + 1)
