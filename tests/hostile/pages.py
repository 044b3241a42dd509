"""A workspace in which every page of the dashboard has something to show, and the keys that lead to each from home."""

import importlib
import pkgutil
import re
import time
from collections.abc import Iterator, Mapping, Sequence

from textual.screen import Screen

from batchtui.tui import screens
from tests.hostile.ground import Ground, write_requests
from tests.otherserver import OtherServer
from tests.otherserver.client import make_requests
from tests.otherserver.judge import JsonObject
from tests.tui.driver import PtyApp

Way = tuple[tuple[str, str], ...]
"""Keys, and words of the screen they lead to; each step waits for them. `{first}` is a request of the run, `{sent}` its
batch, `{other}` one from elsewhere."""

RUN: Way = ((":show run\r", "chunks"),)
ERRORS: Way = ((":errors run\r", "groups"),)
SCREENS: dict[str, Way] = {
    "HomeScreen": (),
    "BatchesScreen": (("b", "batches"),),
    "DetailScreen": RUN,
    "BatchScreen": ((":show {other}\r", "not sent from this workspace"),),
    "ChunkRequestsScreen": (*RUN, ("\r", "{first}")),
    "InspectorScreen": (*RUN, ("\r", "{first}"), ("\r", "5 raw")),
    "ErrorsScreen": ERRORS,
    "MembersScreen": (*ERRORS, ("\r", "─ members ")),
    "ActivityScreen": (("a", "activity"),),
    "AlertsScreen": ((":alerts\r", "put aside"),),
    "InfoScreen": (("i", "settings"),),
    "HelpScreen": (("?", "send and stop"),),
    "OutputScreen": ((":doctor\r", "folder "),),
    "PlannerScreen": (("P", "what if"),),
    "CostScreen": (("$", "cost by"),),
    "ExportScreen": (*RUN, ("w", "export")),
    "SubmitScreen": (("S", "a file of requests"),),
    "MarkedRetryScreen": (("*", "marked"), ("R", "included")),
    "RetryScreen": ((":retry run\r", "included"),),
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
    "columns": (("c", "enter shows them"),),
    "figure": (("P", "what if"), ("\t", "come of a job"), ("5", "take it")),
    "search": (*RUN, ("\r", "{first}"), ("\r", "5 raw"), ("/", "enter finds")),
}


TYPED_INTO = ("HelpScreen", "ExportScreen", "SubmitScreen", "MarkedRetryScreen", "RetryScreen", "DeleteSheet")
"""Screens with a line to type in, which `escape` leaves."""
MOST_LEVELS = 10
ESCAPE_SECONDS = 0.15
"""What comes right behind an escape would be an alt of it."""

HOME = re.compile(r"─ runs \d.*│   STATUS.*─╯\n [^\n]*\n [^\n]*S submit[^\n]*$", re.DOTALL)
"""No sheet and no line to type in lies over it."""


def every_page(app: PtyApp, names: Mapping[str, str]) -> Iterator[str]:
    """Every page and every line to type in, one after the other, each as soon as it is drawn."""
    for page, way in {**SCREENS, **INPUTS}.items():
        for keys, words in way:
            app.send(keys.format(**names))
            app.wait_for(words.format(**names))
            app.settle(quiet=0.08)
        yield page
        if page in INPUTS or page in TYPED_INTO:
            app.send("escape")
            time.sleep(ESCAPE_SECONDS)
        _go_home(app)


def _go_home(app: PtyApp) -> None:
    """Level by level, each time as soon as something has come of it."""
    for _ in range(MOST_LEVELS):
        before = app.text()
        if HOME.search(before):
            return
        app.send("b" if "─ batches " in before else "backspace")
        app.wait_for(lambda text, before=before: text != before)  # type: ignore[misc]  # mypy knows no such default
        app.settle(quiet=0.06)
    raise AssertionError(f"not at home:\n{app.text()}")


def lay_one_of_each(
    ground: Ground, server: OtherServer, requests: Sequence[JsonObject], *, others: Sequence[JsonObject], said: str
) -> None:
    """A run that can be tried again, one of each kind that waits for a person, and somebody else's batch.

    Args:
        requests: of the run; what becomes of them is the server's to judge.
        others: of the batch from elsewhere.
        said: with what words the service fails.
    """
    ground.lay()
    settings = ground.workspace / "batchtui.toml"
    settings.write_text(settings.read_text().replace("[submit]", "[submit]\nlost_after_minutes = 0"))
    submit(ground, "run", requests)
    submit(ground, "ahead", make_requests(9, prefix="ahead"), "--canary", "2", "--detach")
    ground.command("watch", "--timeout", "2")
    server.finish()
    ground.command("watch", "--timeout", "4")  # the canary is back: the rest waits for a person
    server.answer_next("create", 500, message=said)  # read to its end and not taken, which nobody can know
    submit(ground, "lost", make_requests(3, prefix="lost"))
    for _ in range(3):
        ground.command("reconcile")
    server.lose_next_create()
    submit(ground, "unsure", make_requests(7, prefix="unsure"))
    server.add_batch(make_requests(7, prefix="twin"))  # which of the two it is nobody can say yet
    submit(ground, "held", make_requests(4, prefix="held"), "--detach")
    ground.command("hold", "held", "--reason", said)
    server.add_batch(others, age_seconds=600)


def submit(ground: Ground, name: str, requests: Sequence[JsonObject], *options: str) -> None:
    path = write_requests(ground.requests_file.with_name(f"{name}.jsonl"), list(requests))
    ground.command("submit", str(path), "--name", name, "--yes", "--over-budget", *options)


def names_of(server: OtherServer) -> dict[str, str]:
    """What the ways name, of a server on which all that was laid."""
    run, *_, other = server.ledger
    return {"sent": run.batch_id, "other": other.batch_id, "first": run.custom_ids[0]}


def screens_there_are() -> set[str]:
    """Every screen of the dashboard that can be on top: those no other is made from."""
    for module in pkgutil.iter_modules(screens.__path__):
        importlib.import_module(f"{screens.__name__}.{module.name}")
    made: set[type] = set()
    found: list[type] = [Screen]
    while found:
        below: set[type] = set(found.pop().__subclasses__()) - made
        made |= below
        found.extend(below)
    return {
        kind.__name__ for kind in made if kind.__module__.startswith(screens.__name__) and not kind.__subclasses__()
    }
