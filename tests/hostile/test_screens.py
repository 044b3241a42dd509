"""Every screen, in a real terminal, with nothing but hostile text on it; and some of them from top to bottom."""

import re
import shlex
import sys
from pathlib import Path

import pytest

from tests.hostile.corpus import mixed
from tests.hostile.ground import Ground, elsewhere_requests, hostile_requests, hostile_server
from tests.hostile.pages import every_page, lay_one_of_each, names_of, screens_there_are
from tests.hostile.stream import strangers
from tests.patience import PATIENT_SECONDS
from tests.tui.driver import PtyApp

pytestmark = pytest.mark.pty

SMALLEST = (60, 16)
CORNERS = {"╭": "╮", "╰": "╯", "│": "│┃┆", "├": "┤"}
HOME = "in flight"


class Walk:
    """Goes from screen to screen, and looks at each."""

    def __init__(self, app: PtyApp) -> None:
        self.app = app
        self.seen: list[str] = []

    def go(self, *keys: str, to: str, away_from: str = "") -> str:
        """Press keys, wait for words of the screen they lead to, and look at it."""
        self.app.send(*keys)
        self.app.wait_for(lambda text: to in text and (not away_from or away_from not in text))
        self.app.settle(quiet=0.1)
        self.look(to)
        return self.app.text()

    def lend(self, key: str, *, to: str) -> None:
        """Press a key that lends the terminal to a pager, and wait until it is the program's again."""
        painted = len(self.app.raw)
        for patience in (5.0, 10.0, PATIENT_SECONDS):  # a plan discards what is typed before it was drawn
            self.app.send(key)
            try:
                self.app.wait_for(lambda text: b"\x1b[?1049h" in self.app.raw[painted:] and to in text, patience)
                break
            except TimeoutError:
                if patience == PATIENT_SECONDS:
                    raise
        self.app.settle(quiet=0.3)
        self.look(to)

    def look(self, name: str) -> None:
        """Everything in its place, and nothing sent that is not the program's own."""
        self.seen.append(name)
        assert self.app.process.poll() is None, name
        assert broken_lines(self.app) == [], f"{name}\n{self.app.text()}"
        assert strangers(bytes(self.app.raw)) == [], name


def broken_lines(app: PtyApp) -> list[str]:
    """Rows whose panel does not end where the terminal does, or that are not panel where one is open."""
    broken, is_open = [], False
    for row in app.cells():
        first, last = row[0].text, row[-1].text
        text = "".join(cell.text for cell in row)
        if first in CORNERS and last not in CORNERS[first]:
            broken.append(text)
        if is_open and first not in "│╰├╭":  # a sheet lies over the lower part
            broken.append(text)
        is_open = first in "╭│├" if first in CORNERS else False
    return broken


def test_no_screen_lets_text_from_outside_out_of_its_place(ground: Ground) -> None:
    paged = ground.base / "paged"
    keeps = (
        f"{shlex.quote(sys.executable)} -c 'import sys; print(open(sys.argv[2]).read(), file=open(sys.argv[1], \"a\"))'"
    )
    with ground.dashboard(env={"PAGER": f"{keeps} {paged}", "EDITOR": "true"}) as app:
        app.wait_for("live")
        walk = Walk(app)
        walk.look("home")
        walk.go("/", to="enter keeps")
        walk.go("[/nope]\x1b[200~\x1b[6661;1H[/]\x1b[201~", to="[/nope]")
        walk.go("escape", to="elsewhere")
        visit_run(walk)
        visit_batches(walk)
        visit_plans(walk)
        assert len(walk.seen) > 25
        app.send("q")
        assert app.wait_exit() == 0
        assert strangers(bytes(app.raw)) == []
    assert strangers(paged.read_bytes()) == [] and "text" in paged.read_text()


def test_no_page_there_is_lets_text_from_outside_out_of_its_place(tmp_path: Path) -> None:
    with hostile_server(seconds=3600) as server:
        ground = Ground(base=tmp_path, base_url=server.base_url)
        lay_one_of_each(ground, server, hostile_requests(), others=elsewhere_requests(), said=mixed(8))
        with ground.dashboard() as app:
            app.wait_for("live")
            walk = Walk(app)
            for page in every_page(app, names_of(server)):
                walk.look(page)
                for size in (SMALLEST, (80, 24)):
                    app.resize(*size)
                    app.wait_for(lambda _: broken_lines(app) == [])
                    app.settle(quiet=0.06)
                    walk.look(f"{page} in {size}")
        assert set(walk.seen) >= screens_there_are()


def test_wide_screens_neither(ground: Ground) -> None:
    with ground.dashboard(size=(150, 40), env={"PAGER": "true"}) as app:
        app.wait_for("live")
        walk = Walk(app)
        visit_run(walk)
        app.send("g", "e")
        markup = re.compile(r"\[(bold|on) red\]|\[/nope\]|\[@click=app\.quit\]")
        app.wait_for(lambda text: "groups" in text and markup.search(text) is not None)


def visit_run(walk: Walk) -> None:
    app = walk.app
    walk.go("G", "g", "enter", to="chunks")
    walk.go("t", to="requests")
    walk.go("t", to="chunks")
    walk.go("enter", to="doc-000")
    for _ in range(3):
        walk.go("pagedown", to="doc-0")
    visit_inspector(walk, back_to="doc-0")
    walk.go("escape", to="chunks")
    walk.go("e", to="groups")
    for _ in range(6):
        walk.go("j", to="sample")
    walk.go("enter", to="members")
    visit_inspector(walk, back_to="members")
    walk.go("escape", to="groups")
    walk.go("escape", to="chunks")
    walk.go("escape", to=HOME, away_from="esc")
    assert "╭" in app.text()


def visit_inspector(walk: Walk, *, back_to: str) -> None:
    walk.go("enter", to="2 request")
    for tab in ("1", "j", "2", "j", "3", "G", "j", "4", "5", "j", "G"):
        walk.go(tab, to="5 raw")
    walk.go("y", to="sent to the terminal")
    walk.lend("o", to="5 raw")
    walk.go("escape", to=back_to, away_from="5 raw")


def visit_batches(walk: Walk) -> None:
    walk.go("b", to="batches")
    walk.go("G", "enter", to="not sent from this workspace")
    walk.go("escape", to="3 in all")
    walk.go("e", to="groups")
    walk.go("enter", to="members")
    visit_inspector(walk, back_to="members")
    walk.go("escape", to="groups")
    walk.go("escape", to="batches")
    walk.go("b", to=HOME)


def visit_plans(walk: Walk) -> None:
    walk.go("g", "R", to="nothing sent yet")
    walk.lend("o", to="nothing sent yet")
    walk.go("escape", to=HOME, away_from="esc")
    walk.go("S", to="file")
    walk.go("evil", to="evil")
    walk.go("tab", to="click")
    walk.go("enter", to="nothing sent yet")
    walk.go("escape", to=HOME, away_from="esc")
    walk.go(":", to="batchtui")
    walk.go("show [/nope]\x1b[200~\x1b[31m%s\x1b[201~", to="[/nope]")
    walk.go("enter", to="nope")
    walk.go("escape", to=HOME, away_from="esc")


def test_nothing_from_outside_became_a_path(ground: Ground) -> None:
    own = ground.requests_file.parent  # the operator's: its name and those of the request files in it are hostile too
    for path in ground.base.rglob("*"):
        if path != own and not (path.parent == own and path.suffix == ".jsonl"):
            assert re.fullmatch(r"[A-Za-z0-9._-]+", path.name), path
    names = {path.name for path in ground.workspace.iterdir()}
    assert names <= {
        *(".gitignore", "batchtui.toml", "journal.jsonl", "journal.lock", "engine.lock", "counts.json"),
        *("runs", "batches", "staging", "models.json"),
    }, names


def test_temporary_files_are_removed(ground: Ground) -> None:
    assert [path for path in (ground.base / "tmp").rglob("*") if not Path(path).is_dir()] == []
