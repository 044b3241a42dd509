"""What operators do most, by keys alone in a real terminal of 80x24, and how many keys it takes from home."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from batchtui.present.width import text_width
from tests.journeys.operator import Desk
from tests.otherserver import OtherServer, succeeded
from tests.otherserver.client import make_requests
from tests.otherserver.judge import errored
from tests.tui.driver import PtyApp
from tests.tui.test_program import STILL

pytestmark = pytest.mark.pty

REQUEST_ID = "req_011CSHoEeqs5C35K2UUqR7Fy"


def overloads_a_few_once(custom_id: str, params: dict[str, Any], attempt: int) -> dict[str, Any]:
    """r-3 and r-7 the first time; r-5 is asked wrongly, for ever."""
    if custom_id in ("r-3", "r-7") and attempt == 1:
        return errored("overloaded_error", "Overloaded", request_id=REQUEST_ID)
    if custom_id == "r-5":
        return errored("invalid_request_error", "max_tokens: 64 > 32", request_id=REQUEST_ID)
    return succeeded(params)


@pytest.fixture
def server() -> Iterator[OtherServer]:
    with OtherServer(seconds=3600, judge=overloads_a_few_once) as running:
        yield running


@pytest.fixture
def desk(tmp_path: Path, server: OtherServer) -> Desk:
    return Desk(base=tmp_path, base_url=server.base_url).lay()


@pytest.fixture
def last_night(desk: Desk, server: OtherServer) -> Desk:
    """A run of ten, ended and collected, of which three did not succeed."""
    file = desk.write(make_requests(10))
    assert desk.command("submit", str(file), "--name", "nightly", "--yes") == 0
    server.finish()
    assert desk.command("collect", "nightly") == 4
    return desk


def test_sending_again_all_overloaded_of_last_night_takes_four_keys(last_night: Desk, server: OtherServer) -> None:
    with last_night.operator() as operator:
        operator.sees(r"partial +nightly")
        operator.sees("live")
        operator.press("n").sees("m puts it aside")
        operator.press("e").sees("overloaded_error")
        operator.press("R").sees(r"nightly\.r1[\s\S]*y sends")
        operator.press("y").sees(r"(running|sending) +nightly\.r1")
        assert len(operator.keys) == 4
    attempts = server.attempts()
    assert {custom_id for custom_id, count in attempts.items() if count == 2} == {"r-3", "r-7"}


def test_what_needs_me_is_there_without_a_key_and_without_a_network(last_night: Desk, server: OtherServer) -> None:
    server.stop()
    with last_night.operator() as operator:
        operator.sees(r"1 needs triage 3 bad[\s\S]*! partial +nightly")
        operator.sees("offline since")
        assert "1 alert" in operator.app.lines()[1]
        assert operator.keys == []


def test_one_failed_request_is_read_and_its_id_copied_in_five_keys(last_night: Desk) -> None:
    with last_night.operator() as operator:
        operator.sees(r"partial +nightly")
        operator.press("e").sees("overloaded_error")
        operator.press("enter").sees(r"members 2")
        operator.press("enter").sees(r"(?s)\"content\".*hello|hello")
        operator.sees("Overloaded")
        operator.press("y").sees(f"sent to the terminal: {REQUEST_ID}")
        assert operator.copied() == REQUEST_ID
        assert len(operator.keys) <= 5


def test_a_change_of_mind_cancels_nothing_and_a_second_one_exactly_once(desk: Desk, server: OtherServer) -> None:
    assert desk.command("submit", str(desk.write(make_requests(10))), "--name", "nightly", "--yes") == 0
    with desk.operator() as operator:
        operator.sees(r"running +nightly")
        operator.sees("live")
        operator.press("C").sees("cancel nightly")
        operator.press("escape").app.wait_gone("cannot be undone")
        operator.sees("help")
        assert not cancels(server)
        operator.press("C").sees("cannot be undone")
        operator.press("y").sees(r"(stopping|canceled) +nightly")
        operator.press("y", "y").app.settle(0.5)
    assert len(cancels(server)) == 1


def cancels(server: OtherServer) -> list[str]:
    return [seen.path for seen in server.requests_log if seen.operation == "cancel"]


def test_a_file_above_the_threshold_takes_its_path_its_count_and_y(tmp_path: Path, server: OtherServer) -> None:
    desk = Desk(base=tmp_path, base_url=server.base_url).lay("[confirm]\ntype_over_requests = 10\n")
    file = desk.write(make_requests(12))
    with desk.operator() as operator:
        operator.sees("No batches yet")
        operator.press("S").sees("file")
        operator.types(str(file)).press("enter").sees("sends 12 requests|type 12")
        operator.app.settle(0.5)
        operator.press("y").app.settle(0.5)
        assert not server.attempts(), "the count was not typed"
        operator.types("12").press("y").sees(r"(running|sending) +nightly")
        assert operator.keys == ["S", "enter", "y", "y"]
    assert set(server.attempts().values()) == {1} and len(server.attempts()) == 12


def test_a_lost_submission_is_settled_by_two_keys(desk: Desk, server: OtherServer) -> None:
    desk.command("ls")
    server.lose_next_create()
    desk.command("submit", str(desk.write(make_requests(10))), "--name", "nightly", "--yes")
    server.add_batch(make_requests(10, prefix="other"))
    with desk.operator() as operator:
        operator.sees(r"unsure +nightly")
        operator.sees(r"runs 3")
        operator.press("A").sees("1-2 adopt|1 adopt")
        operator.press("1").sees("adopted|belongs")
        assert len(operator.keys) == 2
    assert set(server.attempts().values()) == {1}


def test_a_batch_is_found_by_part_of_its_id_among_a_thousand() -> None:
    with PtyApp(STILL, env={"STILL_RUNS": "90"}) as app:  # 12 batches each
        app.wait_for("running", 40)
        app.settle()
        app.send("b")
        app.wait_for(lambda text: "batches 1,0" in text or "batches 9" in text, 20)
        wanted = next(word for line in app.lines()[4:20] for word in line.split() if word.startswith("msgbatch_"))
        part = wanted.partition("…")[2] or wanted[-6:]
        app.send("/", *part)
        app.wait_for(lambda text: " of 1,0" in text or " of 9" in text, 20)
        app.settle()
        assert part in app.text()


@pytest.mark.parametrize("env", [{"NO_COLOR": "1"}, {"TERM": "xterm", "COLORTERM": ""}])
def test_wide_characters_wrap_no_row_and_every_state_is_a_word(
    desk: Desk, server: OtherServer, env: dict[str, str]
) -> None:
    requests = [
        {
            "custom_id": f"r-{number}",
            "params": {
                "model": "claude-haiku-5-5",
                "max_tokens": 64,
                "system": "漢字かな交じり文 🎉👩‍👩‍👧‍👦",
                "messages": [{"role": "user", "content": "質問 🚀 " * 30}],
            },
        }
        for number in range(10)
    ]
    desk.command("submit", str(desk.write(requests, "漢字🎉.jsonl")), "--name", "nightly", "--yes")
    server.finish()
    desk.command("collect", "nightly")
    with desk.operator(**env) as operator:
        operator.sees(r"partial +nightly")
        assert_whole(operator.app)
        for keys, words in ((("e",), "overloaded"), (("enter",), "members"), (("enter",), "質問")):
            operator.press(*keys).sees(words)
            assert_whole(operator.app)
        if "NO_COLOR" in env:
            raw = bytes(operator.app.raw)
            assert b"\x1b[38;" not in raw and b"\x1b[48;" not in raw


def assert_whole(app: PtyApp) -> None:
    """Every row between the borders ends in one, at the last column."""
    for number, line in enumerate(app.lines()[2:-2], 2):
        assert text_width(line) == 80, (number, line)
        assert line[-1] in "│┃╮╯", (number, line)
