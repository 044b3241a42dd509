"""On a real terminal: questions, what counts as an answer, colours, and ctrl+c."""

import os
import sys
from pathlib import Path
from typing import Any

import pytest

from batchtui.domain.failures import ExitCode
from batchtui.workspace.lock import EngineLock
from tests.cli.conftest import SETTINGS
from tests.cli.program import Program
from tests.otherserver import OtherServer
from tests.tui.driver import PtyApp

pytestmark = pytest.mark.pty


def terminal(*arguments: str, size: tuple[int, int] = (100, 40), **variables: str) -> PtyApp:
    """The program in a terminal of its own."""
    unwanted = ("NO_COLOR", "COLUMNS", "LINES")  # the last two are the test runner's, not this terminal's
    env = {name: value for name, value in os.environ.items() if name not in unwanted}
    return PtyApp([sys.executable, "-m", "batchtui", *arguments], size=size, env={**env, **variables})


@pytest.mark.parametrize("answer", ["enter", "n\r", "yy\r", "ctrl+d"])
def test_anything_but_a_yes_is_a_no(online: Program, server: OtherServer, requests_file: Path, answer: str) -> None:
    with terminal("submit", str(requests_file)) as app:
        app.wait_for("send 10 requests? [y/N]")
        app.wait_for("cost")
        app.send(answer)
        assert app.wait_exit() == ExitCode.NOT_CONFIRMED
    assert server.ledger == []
    assert online.staged == []


def test_a_yes_sends(online: Program, server: OtherServer, requests_file: Path) -> None:
    with terminal("submit", str(requests_file), "--name", "evals") as app:
        app.wait_for("[y/N]")
        app.send("y\r")
        assert app.wait_exit() == ExitCode.DONE
        assert server.ledger[0].batch_id in app.text()
    assert len(server.ledger) == 1


def test_above_a_threshold_the_number_is_typed(online: Program, server: OtherServer, requests_file: Path) -> None:
    online.settings(SETTINGS + "[confirm]\ntype_over_requests = 5\n")
    for typed, code in (("y", ExitCode.NOT_CONFIRMED), ("10", ExitCode.DONE)):
        with terminal("submit", str(requests_file)) as app:
            app.wait_for("type 10, the number of requests (over 5 requests):")
            app.send(f"{typed}\r")
            if code is ExitCode.DONE:
                app.wait_for("[y/N]")
                app.send("y\r")
            assert app.wait_exit() == code
    assert len(server.ledger) == 1


def test_a_batch_from_elsewhere_wants_the_last_four_of_its_id(online: Program, server: OtherServer) -> None:
    from tests.otherserver.client import make_requests

    batch_id = server.add_batch(make_requests(3, prefix="s"))
    with terminal("cancel", batch_id) as app:
        app.wait_for(f"type {batch_id[-4:]}, the last four of {batch_id}")
        app.send(f"{batch_id[-4:]}\r")
        app.wait_for("[y/N]")
        app.send("y\r")
        assert app.wait_exit() == ExitCode.DONE


def test_of_two_batches_from_elsewhere_the_request_count_is_typed(online: Program, server: OtherServer) -> None:
    from tests.otherserver.client import make_requests

    ids = [server.add_batch(make_requests(3, prefix=prefix)) for prefix in ("s", "t")]
    for typed, code in ((ids[0][-4:], ExitCode.NOT_CONFIRMED), ("6", ExitCode.DONE)):
        with terminal("cancel", *ids, size=(160, 40)) as app:
            app.wait_for("type 6, the number of requests")
            app.send(f"{typed}\r")
            if code is ExitCode.DONE:
                app.wait_for("[y/N]")
                app.send("y\r")
            assert app.wait_exit() == code


def test_ctrl_c_at_a_question_leaves_nothing(online: Program, server: OtherServer, requests_file: Path) -> None:
    with terminal("submit", str(requests_file)) as app:
        app.wait_for("[y/N]")
        app.send("ctrl+c")
        assert app.wait_exit() == ExitCode.INTERRUPTED
    assert server.ledger == []
    assert online.staged == []


def test_with_json_the_plan_is_read_on_stderr_and_stdout_is_one_object(
    online: Program, server: OtherServer, requests_file: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.json"
    command = f"{sys.executable} -m batchtui submit {requests_file} --json > {out}"
    with PtyApp(["sh", "-c", command], size=(100, 40), env=dict(os.environ)) as app:
        app.wait_for("[y/N]")
        assert "plan" in app.text()
        app.send("y\r")
        assert app.wait_exit() == ExitCode.DONE
    assert out.read_text().count("\n") == 1
    assert len(server.ledger) == 1


def test_colours_are_for_terminals_that_want_them(program: Program, requests_file: Path) -> None:
    program("submit", str(requests_file), "--detach", "--yes")
    cases: tuple[tuple[list[str], dict[str, Any], bool], ...] = (
        (["ls", "--offline"], {}, True),
        (["ls", "--offline", "--no-color"], {}, False),
        (["ls", "--offline"], {"NO_COLOR": "1"}, False),
        (["ls", "--offline"], {"TERM": "dumb"}, False),
    )
    for arguments, variables, has_colours in cases:
        with terminal(*arguments, **variables) as app:
            assert app.wait_exit() == ExitCode.DONE
            app.settle(0.1)
            assert (b"\x1b[" in app.raw) == has_colours, arguments


@pytest.mark.parametrize("columns", [40, 80, 200])
def test_no_line_of_a_table_is_wider_than_the_terminal(program: Program, requests_file: Path, columns: int) -> None:
    program("submit", str(requests_file), "--detach", "--yes", "--name", "a-run-with-a-rather-long-name-indeed")
    with terminal("ls", "--offline", size=(columns, 24)) as app:
        assert app.wait_exit() == ExitCode.DONE
        app.settle(0.1)
        lines = app.lines()
    assert lines[0].startswith("STATUS")
    assert "planned" in lines[1]
    assert lines[2].startswith("cached")


def test_request_and_result_stand_side_by_side_where_there_is_room(
    online: Program, server: OtherServer, requests_file: Path
) -> None:
    online("submit", str(requests_file), "--name", "evals", "--yes")
    server.finish()
    online("collect", "evals")
    for columns, is_beside in ((140, True), (80, False)):
        with terminal("show", "evals/r-3", "--offline", size=(columns, 60)) as app:
            assert app.wait_exit() == ExitCode.DONE
            app.settle(0.1)
            heads = [line for line in app.lines() if line.startswith("request")]
        assert ("result" in heads[0]) == is_beside


@pytest.mark.parametrize("command", ["submit", "cancel", "retry"])
def test_while_a_person_is_asked_another_process_may_lead(
    online: Program, server: OtherServer, requests_file: Path, command: str
) -> None:
    arguments = [command, str(requests_file), "--name", "evals"] if command == "submit" else [command, "evals"]
    if command != "submit":
        online("submit", str(requests_file), "--name", "evals", "--yes")
    if command == "retry":
        server.finish()
        online("collect", "evals")
    before = len(server.ledger)
    with terminal(*arguments) as app:
        app.wait_for("[y/N]")
        other = EngineLock(online.workspace)
        assert other.try_acquire()
        other.release()
        app.send("y\r")
        assert app.wait_exit() == ExitCode.DONE
    assert len(server.ledger) == before + (command != "cancel")
