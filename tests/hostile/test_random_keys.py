"""Keys nobody meant and pastes of anything: nothing is sent but what was agreed to, key by key, after reading it.

The only keys left out are those that complete a plan: `y`, which is pressed only where it must do nothing.
"""

import importlib
import json
import pkgutil
import random
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.screen import Screen

from batchtui.tui import screens
from tests.hostile.ground import Ground
from tests.otherserver import OtherServer
from tests.otherserver.client import make_requests
from tests.tui.driver import KEYS, PtyApp

pytestmark = pytest.mark.pty

KEYS_A_SCREEN, PARTS = 300, 4
CHARACTERS = "abcdefghijklmnoprstuvwxzABCDEFGHIJKLMNOPRSTUVWXYZ0123456789/:?*~[]=-_ .,;!$%"
"""All but `y` (the yes of every plan) and `q` and `Q` (which would end the test early)."""
PRESSED = (*CHARACTERS, *(key for key in KEYS if key not in ("ctrl+c", "ctrl+z", "ctrl+q", "ctrl+y")))
PASTES = ("y", "yyyy\ry\ny", "12y", "50\ry", "y" * 500, "[/nope]", "\x1b[31my", "../../y", "S\rR\rC\rD\ry", "")
HOME = re.compile(r"─ runs \d.*│   STATUS.*─╯\n [^\n]*\n [^\n]*S submit[^\n]*$", re.DOTALL)
"""No sheet and no line to type in lies over it."""

MOST_PAGES = 60
QUIET_SECONDS = 0.6
ESCAPE_SECONDS = 0.15
"""What comes right behind an escape would be an alt of it."""

Way = tuple[tuple[str, str], ...]
"""Keys, and words of the screen they lead to; each step waits for them."""

RUN: Way = ((":show run\r", "chunks"),)
SCREENS: dict[str, Way] = {
    "HomeScreen": (),
    "BatchesScreen": (("b", "batches"),),
    "DetailScreen": RUN,
    "BatchScreen": ((":show {other}\r", "not sent from this workspace"),),
    "ChunkRequestsScreen": (*RUN, ("\r", "r-0")),
    "InspectorScreen": (*RUN, ("\r", "r-0"), ("\r", "5 raw")),
    "ErrorsScreen": ((":errors run\r", "groups"),),
    "MembersScreen": ((":errors run\r", "groups"), ("\r", "members")),
    "ActivityScreen": (("a", "activity"),),
    "AlertsScreen": ((":alerts\r", "alerts"),),
    "InfoScreen": (("i", "settings"),),
    "HelpScreen": (("?", "send and stop"),),
    "OutputScreen": ((":doctor\r", "doctor"),),
    "PlannerScreen": (("P", "what if"),),
    "CostScreen": (("$", "cost by"),),
    "ExportScreen": (*RUN, ("w", "export")),
    "SubmitScreen": (("S", "submit"),),
    "MarkedRetryScreen": (("*", "marked"), ("R", "nothing sent yet")),
    "RetryScreen": ((":retry run\r", "nothing sent yet"),),
    "CancelSheet": ((":cancel ahead\r", "cannot be undone"),),
    "DeleteSheet": ((":delete {sent}\r", "nothing deleted yet"),),
    "SettleSheet": ((":show unsure\r", "chunks"), ("A", "settle unsure")),
    "StrangerSheet": ((":adopt {other}\r", "a batch from elsewhere"),),
    "LostSheet": ((":retry lost --lost\r", "send again what was lost"),),
    "ReleaseSheet": ((":show held\r", "chunks"), ("R", "let held go on")),
    "SortMenu": (("s", "sort by"),),
    "PilotSheet": ((":show ahead\r", "chunks"), ("R", "let ahead go on")),
}
INPUTS: dict[str, Way] = {
    "palette": (("\x10", "actions"),),
    "command": ((":", "batchtui"),),
    "filter": (("/", "keeps"),),
}


@pytest.fixture(scope="module")
def server() -> Iterator[OtherServer]:
    with OtherServer(seconds=3600) as running:
        yield running


@pytest.fixture(scope="module")
def ground(server: OtherServer, tmp_path_factory: pytest.TempPathFactory) -> Ground:
    """A run that can be tried again, one of each kind that waits for a person, and somebody else's batch."""
    made = Ground(base=tmp_path_factory.mktemp("random"), base_url=server.base_url)
    made.lay()
    settings = made.workspace / "batchtui.toml"
    settings.write_text(settings.read_text().replace("[submit]", "[submit]\nlost_after_minutes = 0"))
    submit(made, "run", 50)
    submit(made, "ahead", 9, "--canary", "2", "--detach")
    made.command("watch", "--timeout", "2")
    server.finish()
    made.command("watch", "--timeout", "4")  # the canary is back: the rest waits for a person
    server.answer_next("create", 500)  # read to its end and not taken, which nobody can know
    submit(made, "lost", 3)
    for _ in range(3):
        made.command("reconcile")
    server.lose_next_create()
    submit(made, "unsure", 7)
    server.add_batch(make_requests(7, prefix="twin"))  # which of the two it is nobody can say yet
    submit(made, "held", 4, "--detach")
    made.command("hold", "held")
    server.add_batch(make_requests(5, prefix="other"), age_seconds=600)
    return made


def submit(ground: Ground, name: str, count: int, *options: str) -> None:
    requests = make_requests(count, prefix="r" if name == "run" else name)
    path = ground.requests_file.with_name(f"{name}.jsonl")
    path.write_text("".join(json.dumps(request) + "\n" for request in requests))
    ground.command("submit", str(path), "--name", name, "--yes", "--over-budget", *options)


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


def screens_there_are() -> set[str]:
    """Every screen of the dashboard that can be on top: those no other is made from."""
    for module in pkgutil.iter_modules(screens.__path__):
        importlib.import_module(f"{screens.__name__}.{module.name}")
    made: set[type] = set()
    found: list[type] = [Screen]
    while found:
        made.update(below := [kind for kind in found.pop().__subclasses__() if kind not in made])
        found.extend(below)
    return {
        kind.__name__ for kind in made if kind.__module__.startswith(screens.__name__) and not kind.__subclasses__()
    }


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


def go(app: PtyApp, way: Way, **ids: str) -> None:
    time.sleep(QUIET_SECONDS)
    app.settle(quiet=QUIET_SECONDS, timeout=60)  # all that was typed has had its effect
    app.send("escape")
    go_home(app)
    for keys, words in way:
        app.send(keys.format(**ids))
        app.wait_for(words)
        app.settle(quiet=0.15)


@pytest.mark.parametrize("part", range(PARTS))
def test_random_keys_and_pastes_on_every_screen_send_nothing(ground: Ground, server: OtherServer, part: int) -> None:
    before, attempts = changes(server), server.attempts()
    env = {"PAGER": "true", "EDITOR": "true", "VISUAL": "true"}
    with ground.dashboard(env=env) as app:
        app.wait_for("live")
        for screen, way in list({**SCREENS, **INPUTS}.items())[part::PARTS]:
            go(app, way, sent=server.ledger[0].batch_id, other=server.ledger[-1].batch_id)
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
        app.send(":retry run\r")
        app.wait_for("nothing sent yet")
        app.wait_for("y sends")
        app.settle()
        app.send("y")
        app.wait_for("run.r1")
        app.wait_for(lambda _: len(changes(server)) == len(before) + 1)
