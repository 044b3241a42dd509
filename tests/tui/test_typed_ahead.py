"""Keys typed in one burst go where the first of them has led, in a real terminal."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hostile.ground import Ground
from tests.otherserver import OtherServer
from tests.otherserver.client import make_requests
from tests.tui.driver import PtyApp

pytestmark = pytest.mark.pty


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    """A run that is under way."""
    with OtherServer(seconds=3600) as server:
        made = Ground(base=tmp_path_factory.mktemp("ahead"), base_url=server.base_url)
        made.lay()
        made.requests_file.write_text("".join(json.dumps(request) + "\n" for request in make_requests(3)))
        assert made.command("submit", str(made.requests_file), "--name", "run", "--yes", "--over-budget") == 0
        yield made


@pytest.fixture
def app(ground: Ground) -> Iterator[PtyApp]:
    with ground.dashboard() as opened:
        opened.wait_for("live")
        opened.settle()
        yield opened


@pytest.mark.parametrize("words", ["nope", "qqq?S"])
def test_a_filter_typed_in_one_burst_is_a_filter(app: PtyApp, words: str) -> None:
    app.send(f"/{words}")
    app.wait_for(lambda text: words in text and "enter keeps" in text)
    app.settle()
    assert app.process.poll() is None and words in app.text()


def test_a_command_and_its_enter_typed_in_one_burst_are_carried_out(app: PtyApp) -> None:
    app.send(":show run\r")
    app.wait_for(lambda text: "chunks" in text and "batchtui show" not in text)


def test_a_path_typed_right_behind_the_key_that_asks_for_it_is_the_path(app: PtyApp, tmp_path: Path) -> None:
    app.send("Squite/another/file")
    app.wait_for("quite/another/file")


def test_keys_behind_one_that_opens_a_page_act_on_that_page(app: PtyApp) -> None:
    app.send("b/nope")
    app.wait_for(lambda text: "nope" in text and "batches" in text and "enter keeps" in text)


def test_a_yes_typed_ahead_of_its_plan_is_none(app: PtyApp) -> None:
    app.send("Cyyy")
    app.wait_for("cannot be undone")
    app.settle()
    assert "cannot be undone" in app.text()
