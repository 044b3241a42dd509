"""What operators do most, one test a task, by keys alone in a real terminal of 80x24.

Each opens the dashboard with the number of keys its task may take from home, which is checked when it is left; what
came of it is read in the server's own books, where every call and every accepted request stands.

Two tasks are measured elsewhere: how soon the first page is there beside a bare Textual program (`tests.bench`), and
the watch of eight hours on a bad link (`python -m tests.bench.wire --hours 8`).
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from wcwidth import wcswidth

from tests.hostile.ground import Ground
from tests.hostile.pages import every_page, lay_one_of_each, names_of, screens_there_are
from tests.journeys.operator import Desk
from tests.otherserver import OtherServer, succeeded
from tests.otherserver.client import make_requests
from tests.otherserver.judge import errored
from tests.tui.driver import PtyApp

pytestmark = pytest.mark.pty

LOOKING = frozenset(("list", "retrieve", "results", "models"))


def request_id(custom_id: str) -> str:
    """Another one for each request, so that the right one can be told from any."""
    return f"req_011CSHoEeqs5C35K2UU{custom_id.replace('-', '0')}"


def question(custom_id: str) -> str:
    return f"what became of {custom_id}?"


def asking(total: int) -> list[dict[str, Any]]:
    """Requests each with a question of its own."""
    requests = make_requests(total)
    for entry in requests:
        entry["params"] = entry["params"] | {"messages": [{"role": "user", "content": question(entry["custom_id"])}]}
    return requests


def overloads_a_few_once(custom_id: str, params: dict[str, Any], attempt: int) -> dict[str, Any]:
    """r-3 and r-7 the first time; r-5 is asked wrongly, for ever."""
    if custom_id in ("r-3", "r-7") and attempt == 1:
        return errored("overloaded_error", "Overloaded", request_id=request_id(custom_id))
    if custom_id == "r-5":
        return errored("invalid_request_error", "max_tokens: 64 > 32", request_id=request_id(custom_id))
    return succeeded(params)


@pytest.fixture
def server() -> Iterator[OtherServer]:
    with OtherServer(seconds=3600, judge=overloads_a_few_once, page_at_most=1_000) as running:
        yield running


@pytest.fixture
def desk(tmp_path: Path, server: OtherServer) -> Desk:
    return Desk(base=tmp_path, base_url=server.base_url).lay()


@pytest.fixture
def last_night(desk: Desk, server: OtherServer) -> Desk:
    """A run of ten, ended and collected, of which three did not succeed."""
    file = desk.write(asking(10))
    assert desk.command("submit", str(file), "--name", "nightly", "--yes") == 0
    server.finish()
    assert desk.command("collect", "nightly") == 4
    return desk


def asked_to_do(server: OtherServer) -> list[str]:
    """Every call so far that was more than a look, refused ones too."""
    return [seen.operation for seen in server.requests_log if seen.operation not in LOOKING]


def accepted(server: OtherServer) -> list[tuple[str, ...]]:
    """The custom_ids of every batch, in the order of their acceptance."""
    return [tuple(sorted(entry.custom_ids)) for entry in server.ledger]


def test_sending_again_all_overloaded_of_last_night_takes_four_keys(last_night: Desk, server: OtherServer) -> None:
    before = asked_to_do(server)
    with last_night.operator(keys=4) as operator:
        operator.sees(r"partial +nightly")
        operator.sees("live")
        operator.press("n").sees("m puts it aside")
        operator.press("e").sees("overloaded_error")
        operator.press("R").sees(r"nightly\.r1[\s\S]*y sends")
        assert asked_to_do(server) == before, "a plan sends nothing"
        operator.press("y").sees(r"running +nightly\.r1")
    assert asked_to_do(server) == [*before, "create"]
    assert accepted(server)[1:] == [("r-3", "r-7")]


def test_what_needs_me_is_there_without_a_key_and_without_a_network(last_night: Desk, server: OtherServer) -> None:
    server.stop()
    seen = len(server.requests_log)
    with last_night.operator(keys=0) as operator:
        operator.sees(r"1 needs triage 3 bad[\s\S]*! partial +nightly")
        operator.sees("offline since")
        assert "1 alert" in operator.app.lines()[1]
    assert len(server.requests_log) == seen, "the server was not there"


def test_one_failed_request_is_read_and_its_id_copied_in_five_keys(last_night: Desk, server: OtherServer) -> None:
    before = asked_to_do(server)
    with last_night.operator(keys=5) as operator:
        operator.sees(r"partial +nightly")
        operator.press("e").sees("overloaded_error")
        operator.press("enter").sees(r"members 2")
        operator.press("enter").sees("Overloaded")
        custom_id = operator.sees(r"\br-[37]\b")
        operator.sees(question(custom_id).replace("?", r"\?"))
        operator.press("y").sees("sent to the terminal: req_")
        assert operator.copied() == request_id(custom_id)
    assert asked_to_do(server) == before


def test_a_change_of_mind_cancels_nothing_and_a_second_one_exactly_once(desk: Desk, server: OtherServer) -> None:
    assert desk.command("submit", str(desk.write(make_requests(10))), "--name", "nightly", "--yes") == 0
    before = asked_to_do(server)
    with desk.operator(keys=4) as operator:
        operator.sees(r"running +nightly")
        operator.sees("live")
        operator.press("C").sees("cancel nightly")
        operator.press("escape").app.wait_gone("cannot be undone")
        operator.sees("help")
        assert asked_to_do(server) == before
        operator.press("C").sees("cannot be undone")
        operator.press("y").sees(r"(stopping|canceled) +nightly")
        operator.types("yy").app.settle(0.5)  # of an impatient hand
    assert asked_to_do(server) == [*before, "cancel"]
    assert server.requests_log[-1].host == server.base_url.removeprefix("http://")
    (canceled,) = (seen.path for seen in server.requests_log if seen.operation == "cancel")
    assert canceled.endswith(f"/{server.ledger[0].batch_id}/cancel")


def test_a_file_above_the_threshold_takes_its_path_its_count_and_y(tmp_path: Path, server: OtherServer) -> None:
    desk = Desk(base=tmp_path, base_url=server.base_url).lay("[confirm]\ntype_over_requests = 10\n")
    file = desk.write(make_requests(12))
    with desk.operator(keys=3) as operator:
        operator.sees("No batches yet")
        operator.press("S").sees("file")
        operator.types(str(file)).press("enter").sees("sends 12 requests|type 12")
        operator.app.settle(0.5)
        operator.types("y").app.settle(0.5)  # too early: the count is not there
        assert asked_to_do(server) == [], "the count was not typed"
        operator.types("12").press("y").sees(r"running +nightly")
        assert operator.keys == ["S", "enter", "y"]
    assert asked_to_do(server) == ["create"]
    assert accepted(server) == [tuple(sorted(f"r-{number}" for number in range(12)))]


def test_a_lost_submission_is_settled_by_two_keys(desk: Desk, server: OtherServer) -> None:
    desk.command("ls")
    server.lose_next_create()
    desk.command("submit", str(desk.write(make_requests(10))), "--name", "nightly", "--yes")
    twin = server.add_batch(make_requests(10, prefix="other"))
    before = asked_to_do(server)
    with desk.operator(keys=2) as operator:
        operator.sees(r"unsure +nightly")
        operator.sees(r"runs 3")
        operator.press("A").sees("1-2 adopt|1 adopt")
        operator.press("1").sees("adopted|belongs")
    assert asked_to_do(server) == before == ["create"], "it is settled here, not there"
    assert set(server.attempts().values()) == {1}
    journal = (desk.workspace / "journal.jsonl").read_text()
    assert journal.count('"submission_adopted"') == 1 and twin in journal


def test_a_batch_is_found_by_part_of_its_id_among_a_thousand(desk: Desk, server: OtherServer) -> None:
    for number in range(1_000):
        server.add_batch(make_requests(1, prefix=f"b{number}"), age_seconds=60.0 * number)
    ids = [entry.batch_id for entry in server.ledger]
    wanted = ids[617]
    part = wanted[12:19]
    assert sum(part in each for each in ids) == 1
    with desk.operator(keys=2) as operator:
        operator.sees(r"runs 1,000")
        operator.press("b").sees(r"batches 1,000")
        operator.press("/").sees("enter keeps")
        operator.types(part).sees(r"batches 1 of 1,000")
        shown = operator.app.lines()[4].split()[2]
        assert (wanted[: shown.index("…")], wanted[shown.index("…") - len(shown) + 1 :]) == tuple(shown.split("…"))
    assert asked_to_do(server) == []


def test_wide_characters_wrap_no_row_and_every_state_is_a_word_on_every_page(tmp_path: Path) -> None:
    """Prompts, answers, names of files and folders, messages and ids from elsewhere, all of them wide; no colours."""
    with OtherServer(seconds=3600, judge=says_it_widely) as server:
        ground = Ground(base=tmp_path, base_url=server.base_url, folder=f"評価{WIDE}")
        lay_one_of_each(ground, server, asking_widely(20), others=wide_strangers(), said=f"{WIDE} 過負荷です")
        with ground.dashboard(env={"NO_COLOR": "1", "TERM": "xterm", "COLORTERM": ""}) as app:
            app.wait_for("live")
            seen = []
            for page in every_page(app, names_of(server)):
                seen.append(page)
                assert wrapped_rows(app) == [], f"{page}\n{app.text()}"
                if page in ("HomeScreen", "BatchesScreen", "DetailScreen"):
                    assert not wordless_rows(app), f"{page}\n{app.text()}"
            assert screens_there_are() <= set(seen)
            assert coloured(bytes(app.raw)) == []


WIDE = "漢字かな交じり文🎉ｆｕｌｌ👩🏽‍💻한국어"
STATES = frozenset(("held", "running", "unsure", "elsewhere", "partial", "ok", "errored", "canceled", "lost"))
LOOKS = frozenset((0, 1, 2, 4, 7, 8, 22, 24, 27, 28))
FRAMED = {"╭": "╮", "╰": "╯", "│": "│┃┆", "├": "┤"}


def says_it_widely(custom_id: str, params: dict[str, Any], attempt: int) -> dict[str, Any]:
    """Every third is refused in wide words, another third answered in them."""
    match int(custom_id.rpartition("-")[2]) % 3:
        case 0:
            return errored("overloaded_error", f"混雑 {WIDE * 9}", request_id=f"req_{WIDE}")
        case 1:
            return succeeded(params, text=WIDE * 60)
    return succeeded(params, text=WIDE, stop_reason=f"止{WIDE}")


def asking_widely(total: int) -> list[dict[str, Any]]:
    requests = make_requests(total)
    for entry in requests:
        content = f"質問 🚀 {WIDE * 30}"
        entry["params"] = entry["params"] | {"system": WIDE, "messages": [{"role": "user", "content": content}]}
    return requests


def wide_strangers() -> list[dict[str, Any]]:
    return [entry | {"custom_id": f"{WIDE}-{number}"} for number, entry in enumerate(make_requests(5))]


def wrapped_rows(app: PtyApp) -> list[str]:
    """Rows that are not as wide as the terminal, as another program counts cells, or that end within their frame."""
    broken = []
    for row in app.cells():
        text = "".join(cell.text for cell in row)
        cells = wcswidth(text)
        is_framed = row[0].text in FRAMED
        if cells != 80 or (is_framed and row[-1].text not in FRAMED[row[0].text]):
            broken.append(f"{cells}: {text}")
    return broken


def wordless_rows(app: PtyApp) -> list[str]:
    """Rows of a list that say their state by no word."""
    end = next(number for number, line in enumerate(app.lines()) if line.startswith("╰"))
    rows = [line for line in app.lines()[4:end] if line.strip("│ ")]
    assert rows, "an empty list says nothing"
    return [line for line in rows if not STATES & set(line.split())]


def coloured(sent: bytes) -> list[bytes]:
    """Orders for a colour, of any kind; bold, underlined, reversed and hidden are none."""
    orders = re.findall(rb"\x1b\[([\d;]*)m", sent)
    return [order for order in orders if {int(each or 0) for each in order.split(b";")} - LOOKS]
