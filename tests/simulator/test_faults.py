"""Faults as a client meets them."""

import json
import socket
import time
from email.utils import parsedate_to_datetime

import httpx2
import pytest

from tests.simulator.conftest import BATCHES, Simulation, request_row, rows

STATUSES = (400, 401, 402, 403, 404, 405, 408, 409, 413, 415, 422, 429, 499, 500, 503, 529)


@pytest.mark.parametrize("status", STATUSES)
def test_a_status_comes_in_the_envelope_and_nothing_is_accepted(sim: Simulation, status: int) -> None:
    sim.arm(f"create:{status}@1")
    answer = sim.create(rows(1))
    assert answer.status_code == status
    assert answer.json()["error"]["type"].endswith(("_error", "_too_large"))
    assert sim.accepted() == []
    assert sim.create(rows(1)).status_code == 200


@pytest.mark.parametrize("fault", ["list:502", "list:503:html"])
def test_a_gateway_answers_in_html(sim: Simulation, fault: str) -> None:
    sim.arm(fault)
    answer = sim.http.get(BATCHES)
    assert answer.status_code >= 502
    assert answer.headers["content-type"].startswith("text/html")


def test_retry_after_has_four_forms(sim: Simulation) -> None:
    sim.arm("list:429:30@1", "list:429:date=30@2", "list:429:ms=750@3", "list:429:none@4")
    seconds, date, milliseconds, none = (sim.http.get(BATCHES).headers for _ in range(4))
    assert seconds["retry-after"] == "30"
    wait = parsedate_to_datetime(date["retry-after"]) - parsedate_to_datetime(date["date"])
    assert 29 <= wait.total_seconds() <= 31
    assert milliseconds["retry-after-ms"] == "750"
    assert "retry-after" not in none


def test_a_spend_cap_says_so_in_its_details(sim: Simulation) -> None:
    sim.arm("create:429:spend")
    answer = sim.create(rows(1))
    assert answer.json()["error"]["details"] == {"error_code": "enforced_spend_limit_reached"}
    assert "retry-after" not in answer.headers


def test_a_redirect_leads_to_where_it_would_be_accepted(sim: Simulation) -> None:
    sim.arm("create:redirect")
    assert sim.create(rows(1)).status_code == 307
    assert sim.accepted() == []
    followed = sim.http.post(BATCHES, json={"requests": rows(1)}, follow_redirects=True)
    assert followed.status_code == 200
    assert len(sim.accepted()) == 1


def test_a_redirect_can_lead_elsewhere(sim: Simulation) -> None:
    sim.arm("list:redirect:http://127.0.0.1:9")
    assert sim.http.get(BATCHES).headers["location"] == f"http://127.0.0.1:9{BATCHES}?redirected=1"


@pytest.mark.parametrize(("what", "accepted"), [("garbage", 0), ("garbage-after", 1)])
@pytest.mark.parametrize("kind", ["html", "empty", "truncated"])
def test_garbage_is_a_success_that_says_nothing(sim: Simulation, what: str, kind: str, accepted: int) -> None:
    sim.arm(f"create:{what}:{kind}")
    answer = sim.create(rows(1))
    assert answer.status_code == 200
    assert b"processing_status" not in answer.content
    assert len(sim.accepted()) == accepted


@pytest.mark.parametrize(
    ("fault", "accepted"),
    [
        ("create:lost", 1),
        ("create:lost:reset", 1),
        ("create:drop", 0),
        ("create:drop:reset", 0),
        ("create:drop-early", 0),
    ],
)
def test_a_closed_connection_may_or_may_not_have_accepted(sim: Simulation, fault: str, accepted: int) -> None:
    sim.arm(fault)
    with pytest.raises(httpx2.TransportError):
        sim.create([request_row("big", "x" * 500_000)])
    assert len(sim.accepted()) == accepted
    assert sim.http.get(BATCHES).status_code == 200


def test_an_early_413_does_not_read_the_body(sim: Simulation) -> None:
    sim.arm("create:early413")
    host, port = sim.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        head = f"POST {BATCHES} HTTP/1.1\r\nhost: {host}\r\nx-api-key: k\r\ncontent-length: 100000000\r\n\r\n"
        connection.sendall(head.encode())
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    assert answer.startswith(b"HTTP/1.1 413")
    assert sim.accepted() == []


@pytest.mark.parametrize(("what", "accepted"), [("hang", 0), ("hang-after", 1)])
def test_a_hang_is_before_or_after_accepting(sim: Simulation, what: str, accepted: int) -> None:
    sim.arm(f"create:{what}:30@1")
    with pytest.raises(httpx2.ReadTimeout):
        sim.http.post(BATCHES, json={"requests": rows(1)}, timeout=0.3)
    assert len(sim.accepted()) == accepted


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
@pytest.mark.parametrize("size", [200, 10_000_000])
def test_a_cut_answer_never_ends_properly(sim: Simulation, encoding: str, size: int) -> None:
    path = f"{BATCHES}/{sim.ended(rows(30))}/results"
    sim.arm(f"results:cut:{size}@1")
    received = b""
    with (
        pytest.raises(httpx2.RemoteProtocolError),
        sim.http.stream("GET", path, headers={"accept-encoding": encoding}) as answer,
    ):
        for block in answer.iter_raw():
            received += block
    assert 0 < len(received) <= size
    assert sim.http.get(path).status_code == 200


def test_a_cut_create_has_been_accepted(sim: Simulation) -> None:
    sim.arm("create:cut:20")
    with pytest.raises(httpx2.TransportError):
        sim.create(rows(1))
    assert len(sim.accepted()) == 1


def test_a_slow_answer_takes_its_time(sim: Simulation) -> None:
    batch_id = sim.ended(rows(20))
    sim.arm("results:slow:20000")
    began = time.monotonic()
    content = sim.http.get(f"{BATCHES}/{batch_id}/results", headers={"accept-encoding": "identity"}).content
    assert len(content.splitlines()) == 20
    assert time.monotonic() - began > len(content) / 20_000 / 2


def raw_lines(sim: Simulation, fault: str) -> list[bytes]:
    """Result lines of ten requests under a fault."""
    batch_id = sim.ended(rows(10))
    sim.arm(fault)
    return sim.http.get(f"{BATCHES}/{batch_id}/results").content.split(b"\n")[:-1]


def test_results_may_end_politely_too_early(sim: Simulation) -> None:
    assert len(raw_lines(sim, "results:truncate:7")) == 7


def test_a_line_may_come_twice(sim: Simulation) -> None:
    lines = raw_lines(sim, "results:duplicate:3")
    assert len(lines) == 11
    assert lines[2] == lines[3]


def test_a_line_may_be_of_an_unknown_type(sim: Simulation) -> None:
    assert json.loads(raw_lines(sim, "results:unknown-type:2")[1])["result"] == {"type": "postponed"}


def test_a_line_may_be_no_json(sim: Simulation) -> None:
    with pytest.raises(json.JSONDecodeError):
        json.loads(raw_lines(sim, "results:malformed:4")[3])


def test_a_line_may_be_blank(sim: Simulation) -> None:
    lines = raw_lines(sim, "results:blank:5")
    assert lines[4] == b""
    assert len(lines) == 11


def test_counts_may_disagree_with_the_results(sim: Simulation) -> None:
    batch_id = sim.ended(rows(10))
    sim.arm("retrieve:miscount:2@1", "retrieve:misfile:3@2")
    high, moved = (sim.batch(batch_id)["request_counts"] for _ in range(2))
    assert (high["succeeded"], high["errored"]) == (12, 0)
    assert (moved["succeeded"], moved["errored"]) == (7, 3)


def test_the_clock_may_be_wrong(sim: Simulation) -> None:
    batch_id = sim.submit(rows(1))
    plain = sim.http.get(f"{BATCHES}/{batch_id}")
    sim.arm("retrieve:skew:7200")
    skewed = sim.http.get(f"{BATCHES}/{batch_id}")
    assert plain.json()["created_at"] < skewed.json()["created_at"]
    ahead = parsedate_to_datetime(skewed.headers["date"]) - parsedate_to_datetime(plain.headers["date"])
    assert 7200 <= ahead.total_seconds() < 7210


def test_the_account_may_be_another_or_unsaid(sim: Simulation) -> None:
    usual = sim.http.get(BATCHES).headers
    sim.arm("list:otheraccount@1", "list:noaccount@2")
    other, unsaid = (sim.http.get(BATCHES).headers for _ in range(2))
    for name in ("anthropic-organization-id", "anthropic-workspace-id"):
        assert other[name] != usual[name]
        assert name not in unsaid


def test_a_body_that_breaks_off_is_not_accepted(sim: Simulation) -> None:
    host, port = sim.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        head = f"POST {BATCHES} HTTP/1.1\r\nhost: {host}\r\nx-api-key: k\r\ncontent-length: 9000\r\n\r\n"
        connection.sendall(head.encode() + json.dumps({"requests": rows(3)}).encode())
    assert sim.http.get(BATCHES).json()["data"] == []
    assert sim.accepted() == []
