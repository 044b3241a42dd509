"""The second server itself: that it speaks the protocol, keeps its ledger and fails on demand."""

import http.client
import json
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import anthropic
import httpx2
import pytest

from .client import KEY, Client, make_requests
from .judge import JsonObject, errored, is_unlucky, succeeded
from .server import OtherServer

LONG = 3600.0
MONTH = 30 * 24 * 3600.0


@pytest.fixture
def server() -> Iterator[OtherServer]:
    """A server whose batches last until `finish`."""
    with OtherServer(seconds=LONG) as running:
        yield running


@pytest.fixture
def client(server: OtherServer) -> Client:
    return Client(base_url=server.base_url)


def wait_until(fact: Callable[[], bool]) -> None:
    """Wait for something a server in another thread is about to do."""
    deadline = time.monotonic() + 10
    while not fact():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_batch_ends_by_the_clock_with_every_custom_id_once_and_out_of_order() -> None:
    with OtherServer(seconds=0.2) as server:
        client = Client(base_url=server.base_url)
        batch = client.create(make_requests(40))
        wait_until(lambda: client.call("GET", f"/{batch['id']}").document["processing_status"] == "ended")
        first = client.call("GET", f"/{batch['id']}/results")
        second = client.call("GET", f"/{batch['id']}/results")
    in_order = [request["custom_id"] for request in make_requests(40)]
    assert list(first.rows) != in_order
    assert sorted(first.rows) == sorted(in_order)
    assert list(first.rows) != list(second.rows)
    assert first.header("transfer-encoding") == "chunked"


def test_counts_move_while_the_batch_runs_and_always_add_up() -> None:
    with OtherServer(seconds=0.6) as server:
        client = Client(base_url=server.base_url)
        batch_id = client.create(make_requests(200))["id"]
        seen: list[JsonObject] = []
        while not seen or seen[-1]["processing_status"] != "ended":
            seen.append(client.call("GET", f"/{batch_id}").document)
    kinds = ("processing", "succeeded", "errored", "canceled", "expired")
    assert {sum(one["request_counts"][kind] for kind in kinds) for one in seen} == {200}
    moving = {one["request_counts"]["processing"] for one in seen if one["processing_status"] == "in_progress"}
    assert len(moving) > 3
    assert seen[-1]["request_counts"]["processing"] == 0


def test_a_batch_has_another_look_and_a_results_url_to_stay_away_from(server: OtherServer, client: Client) -> None:
    made = [client.create(make_requests(2)) for _ in range(2)]
    server.finish()
    ended = [client.call("GET", f"/{batch['id']}").document for batch in made]
    for before, after in zip(made, ended, strict=True):
        assert re.fullmatch(r"msgbatch_[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}", before["id"])
        assert before["results_url"] is None
        assert before["ended_at"] is None
        assert after["results_url"].startswith("http://127.0.0.2:9/")
        assert datetime.fromisoformat(after["ended_at"]) >= datetime.fromisoformat(after["created_at"])
        assert after["archived_at"] is None
    assert [document["created_at"].endswith("Z") for document in ended] == [False, True]


def test_pages_hold_three_and_lead_through_everything_in_both_directions(server: OtherServer, client: Client) -> None:
    newest_first = [client.create(make_requests(1))["id"] for _ in range(8)][::-1]
    forward, path = [], "?limit=1000"
    while True:
        page = client.call("GET", path).document
        assert len(page["data"]) <= 3
        forward += [batch["id"] for batch in page["data"]]
        path = f"?limit=1000&after_id={page['last_id']}"
        if not page["has_more"]:
            break
    assert forward == newest_first
    newer = client.call("GET", f"?limit=1000&before_id={newest_first[5]}").document
    assert [batch["id"] for batch in newer["data"]] == newest_first[2:5]
    assert newer["has_more"] is True
    newest = client.call("GET", f"?before_id={newest_first[2]}").document
    assert [batch["id"] for batch in newest["data"]] == newest_first[:2]
    assert newest["has_more"] is False
    assert client.call("GET", "?limit=1001").status == 400


def test_the_default_judge_overloads_some_once_and_refuses_what_is_invalid(server: OtherServer, client: Client) -> None:
    requests = make_requests(60)
    greedy = {"custom_id": "greedy", "params": {**requests[0]["params"], "max_tokens": 64_001}}
    silent = {"custom_id": "silent", "params": {**requests[0]["params"], "messages": [{"role": "user", "content": ""}]}}
    first = client.create([*requests, greedy, silent])["id"]
    unlucky = [request for request in requests if is_unlucky(request["custom_id"])]
    second = client.create(unlucky)["id"]
    server.finish()
    rows = client.call("GET", f"/{first}/results").rows
    types = {custom_id: row["error"]["error"]["type"] for custom_id, row in rows.items() if row["type"] == "errored"}
    assert types == {
        **{request["custom_id"]: "overloaded_error" for request in unlucky},
        "greedy": "invalid_request_error",
        "silent": "invalid_request_error",
    }
    assert 2 < len(unlucky) < 20
    assert rows["greedy"]["error"]["request_id"] is None
    assert {row["type"] for row in client.call("GET", f"/{second}/results").rows.values()} == {"succeeded"}
    assert server.attempts()[unlucky[0]["custom_id"]] == 2
    assert set(server.ledger[1].attempts) == {2}


def test_a_judge_of_the_test_decides_with_params_and_attempt() -> None:
    def judge(custom_id: str, params: JsonObject, attempt: int) -> JsonObject:
        if custom_id == "r-0":
            return {"type": "expired"}
        if custom_id == "r-1":
            return errored("brand_new_error", f"attempt {attempt}", request_id="req_1")
        return succeeded(params, stop_reason="refusal")

    with OtherServer(seconds=0, judge=judge) as server:
        client = Client(base_url=server.base_url)
        batch = client.create(make_requests(3))
        assert batch["processing_status"] == "ended"
        counts = {"processing": 0, "succeeded": 1, "errored": 1, "canceled": 0, "expired": 1}
        assert counts.items() <= batch["request_counts"].items()
        rows = client.call("GET", f"/{batch['id']}/results").rows
        assert rows["r-1"]["error"]["error"]["message"] == "attempt 1"
        assert rows["r-2"]["message"]["stop_reason"] == "refusal"


def test_a_cancel_keeps_what_was_done_and_cancels_the_rest() -> None:
    with OtherServer(seconds=3.0, cancel_share=0.05) as server:
        client = Client(base_url=server.base_url)
        batch_id = client.create(make_requests(100))["id"]
        wait_until(lambda: client.call("GET", f"/{batch_id}").document["request_counts"]["processing"] < 80)
        assert client.call("DELETE", f"/{batch_id}").status == 400
        assert client.call("GET", f"/{batch_id}/results").status == 400
        assert client.call("POST", f"/{batch_id}/cancel").document["processing_status"] == "canceling"
        wait_until(lambda: client.call("GET", f"/{batch_id}").document["processing_status"] == "ended")
        counts = client.call("GET", f"/{batch_id}").document["request_counts"]
        rows = client.call("GET", f"/{batch_id}/results").rows
        assert client.call("POST", f"/{batch_id}/cancel").status == 400
        assert client.call("DELETE", f"/{batch_id}").document["type"] == "message_batch_deleted"
        assert client.call("GET", f"/{batch_id}").status == 404
        assert len(server.ledger) == 1
    kinds = [row["type"] for row in rows.values()]
    assert len(kinds) == 100
    assert 0 < kinds.count("canceled") < 100
    assert {kind: kinds.count(kind) for kind in ("succeeded", "errored", "canceled")}.items() <= counts.items()


def test_results_older_than_29_days_are_archived(server: OtherServer, client: Client) -> None:
    batch_id = server.add_batch(make_requests(2), age_seconds=MONTH)
    batch = client.call("GET", f"/{batch_id}").document
    assert batch["archived_at"] is not None
    assert batch["results_url"] is None
    assert client.call("GET", f"/{batch_id}/results").status == 404


@pytest.mark.parametrize(
    "document",
    [
        {"requests": []},
        {"requests": "many"},
        {"requests": [{"custom_id": "a b", "params": {}}]},
        {"requests": [{"custom_id": "a"}]},
        {"requests": [{"custom_id": "a", "params": {}}, {"custom_id": "a", "params": {}}]},
    ],
)
def test_a_broken_envelope_is_refused_and_not_in_the_ledger(
    server: OtherServer, client: Client, document: JsonObject
) -> None:
    given = client.call("POST", "", document)
    assert (given.status, given.document["error"]["type"]) == (400, "invalid_request_error")
    assert server.ledger == []


def test_a_wrong_key_gets_401_and_is_logged() -> None:
    with OtherServer(key="right") as server:
        assert Client(base_url=server.base_url, key="wrong").call("GET", "").status == 401
        assert Client(base_url=server.base_url, key="right").call("GET", "").status == 200
        assert [seen.authorization for seen in server.requests_log] == ["Bearer wrong", "Bearer right"]
        assert [seen.status for seen in server.requests_log] == [401, 200]


def test_answers_differ_in_headers_as_the_protocol_allows(server: OtherServer, client: Client) -> None:
    answers = [client.call("GET", "") for _ in range(10)]
    assert {answer.header("request-id") is None for answer in answers} == {True, False}
    assert {answer.header("connection") for answer in answers} == {None, "close"}
    assert {answer.header("anthropic-organization-id") for answer in answers} == {"org-of-the-other-server"}
    assert {answer.header("anthropic-workspace-id") for answer in answers} == {None}
    assert len({name for answer in answers for name in answer.headers if name.lower() == "content-length"}) > 2


def test_a_lost_create_is_in_the_ledger_and_an_interrupted_one_is_not(server: OtherServer, client: Client) -> None:
    for reset in (False, True):
        server.lose_next_create(reset=reset)
        with pytest.raises(ConnectionResetError):  # also the base of RemoteDisconnected
            client.create(make_requests(3))
    server.drop_next("create", after_bytes=100)
    with pytest.raises(ConnectionError):
        client.create(make_requests(30_000))
    assert [len(entry.custom_ids) for entry in server.ledger] == [3, 3]
    assert [seen.status for seen in server.requests_log] == [None, None, None]
    assert len(client.call("GET", "").document["data"]) == 2


def test_armed_answers_come_in_order_and_accept_nothing(server: OtherServer, client: Client) -> None:
    server.answer_next("create", 429, headers={"retry-after": "7"})
    server.answer_next("create", 529)
    server.answer_next("create", 502, raw=b"<html>bad gateway</html>")
    body = {"requests": make_requests(1)}
    limited, overloaded, gateway = (client.call("POST", "", body) for _ in range(3))
    assert (limited.status, limited.header("retry-after")) == (429, "7")
    assert overloaded.document["error"]["type"] == "overloaded_error"
    assert gateway.body.startswith(b"<html>")
    assert server.ledger == []
    assert client.call("POST", "", body).status == 200


def test_results_can_be_cut_rudely_and_politely(server: OtherServer, client: Client) -> None:
    batch_id = client.create(make_requests(50))["id"]
    server.finish()
    server.cut_next("results")
    with pytest.raises(http.client.IncompleteRead):
        client.call("GET", f"/{batch_id}/results")
    server.cut_next("results", politely=True)
    assert len(client.call("GET", f"/{batch_id}/results").rows) == 25
    assert len(client.call("GET", f"/{batch_id}/results").rows) == 50
    server.cut_next("retrieve")
    with pytest.raises(http.client.IncompleteRead):
        client.call("GET", f"/{batch_id}")


def test_a_stopped_server_refuses_and_remembers(server: OtherServer, client: Client) -> None:
    batch_id = client.create(make_requests(1))["id"]
    server.stop()
    with pytest.raises(ConnectionRefusedError):
        client.call("GET", "")
    server.start()
    assert client.call("GET", f"/{batch_id}").status == 200


def test_a_body_over_the_limit_is_read_and_gets_413() -> None:
    with OtherServer(max_body_bytes=1_000_000) as server:
        given = Client(base_url=server.base_url).send("POST", "/v1/messages/batches", b" " * 5_000_000)
        assert (given.status, given.document["error"]["type"]) == (413, "request_too_large")


def test_as_a_process_it_prints_its_url_first_and_writes_the_ledger_file(tmp_path: Path) -> None:
    ledger = tmp_path / "ledger.jsonl"
    command = [sys.executable, "-m", "tests.otherserver", "--port", "0", "--ledger", str(ledger), "--lose-creates", "1"]
    root = Path(__file__).parents[2]
    process = subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        client = Client(base_url=process.stdout.readline().strip())
        with pytest.raises(ConnectionError):
            client.create(make_requests(2, prefix="lost"))
        batch_id = client.create(make_requests(2))["id"]
        entries = [json.loads(line) for line in ledger.read_text().splitlines()]
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=10) == 0
    assert [entry["custom_ids"] for entry in entries] == [["lost-0", "lost-1"], ["r-0", "r-1"]]
    assert entries[1]["batch_id"] == batch_id


def test_the_official_sdk_finds_all_it_expects(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "ANTHROPIC_BASE_URL", "HTTP_PROXY", "http_proxy"):
        monkeypatch.delenv(name, raising=False)
    with (
        OtherServer(seconds=LONG, results_base="", gzip_results=True) as server,
        anthropic.Anthropic(api_key=KEY, base_url=server.base_url, max_retries=0) as sdk,
    ):
        batches = sdk.messages.batches
        made = [batches.create(requests=make_requests(9)) for _ in range(4)]  # type: ignore[arg-type]  # plain dicts
        assert [batch.id for batch in batches.list(limit=1000)] == [batch.id for batch in reversed(made)]
        assert batches.cancel(made[0].id).processing_status == "canceling"
        server.finish()
        batch = batches.retrieve(made[1].id)
        assert batch.ended_at is not None
        rows = list(batches.results(made[1].id))
        assert {row.custom_id for row in rows} == {f"r-{index}" for index in range(9)}
        kinds = [row.result.type for row in rows]
        assert kinds.count("succeeded") == batch.request_counts.succeeded > 0
        assert raw_results(sdk, made[1].id).count(b'"custom_id"') == 9
        assert batches.delete(made[1].id).type == "message_batch_deleted"
        with pytest.raises(anthropic.NotFoundError):
            batches.retrieve(made[1].id)
        assert next(iter(sdk.models.list())).max_tokens == 64_000


def raw_results(sdk: anthropic.Anthropic, batch_id: str) -> bytes:
    """Download results by the path we build, as a program that does not follow `results_url` does."""
    path = f"/v1/messages/batches/{batch_id}/results"
    response = sdk.get(path, cast_to=httpx2.Response, options={"max_retries": 0, "follow_redirects": False})
    return response.content
