"""Every rule of the preflight: what is wrong with a line gets its code, its number and words."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from batchtui.domain.failures import BadInput
from batchtui.domain.requests import PROBLEMS_LISTED, Severity
from batchtui.engine.jobs import CheckRules
from batchtui.workspace.requests.inputs import nearest

from .files import codes, params, prepare_files, request, requests, write

BAD_LINES: list[tuple[Any, str]] = [
    (b'{"custom_id": "a", "params": {', "json_invalid"),
    (b'{"custom_id": "a" "params": {}}', "json_invalid"),
    (b'{"custom_id": "a", "params": {"model": NaN}}', "json_invalid"),
    (b'{"custom_id": "a", "params": {"model": "\\ud800"}}', "json_invalid"),
    (b'{"custom_id": "a", "params": ' + b"[" * 100_000, "json_invalid"),
    (b"{} {}", "json_invalid"),
    (b'{"custom_id": "a", "params": {"x": "\xff"}}', "encoding_invalid"),
    (json.dumps(request("a", "caf\xe9"), ensure_ascii=False).encode("latin-1"), "encoding_invalid"),
    (b'{"custom_id": "a", ' + json.dumps(request("b")).encode()[1:], "custom_id_invalid"),
    (json.dumps(request("a")).encode()[:-1] + b', "custom_id": "b"}', "custom_id_invalid"),
    (json.dumps(request("a")).encode()[:-1] + b', "custom_id": "a"}', "custom_id_invalid"),
    (json.dumps(request("a")).encode()[:-1] + b', "custom_id": "b", "more": {}}', "custom_id_invalid"),
    ([1, 2], "not_an_object"),
    ("text", "not_an_object"),
    ({"params": params()}, "custom_id_missing"),
    ({"custom_id": None, "params": params()}, "custom_id_missing"),
    ({"custom_id": "", "params": params()}, "custom_id_missing"),
    ({"custom_id": 7, "params": params()}, "custom_id_invalid"),
    ({"custom_id": "a b", "params": params()}, "custom_id_invalid"),
    ({"custom_id": "a\n", "params": params()}, "custom_id_invalid"),
    ({"custom_id": "\xe9", "params": params()}, "custom_id_invalid"),
    ({"custom_id": "a" * 65, "params": params()}, "custom_id_invalid"),
    ({"custom_id": "a"}, "params_missing"),
    ({"custom_id": "a", "params": None}, "params_invalid"),
    ({"custom_id": "a", "params": []}, "params_invalid"),
    (request("a", model=None), "params_invalid"),
    (request("a", model=""), "params_invalid"),
    (request("a", model=5), "params_invalid"),
    (request("a", messages=None), "params_invalid"),
    (request("a", messages=[]), "params_invalid"),
    (request("a", messages="Hello"), "params_invalid"),
    (request("a", messages=["Hello"]), "params_invalid"),
    (request("a", messages=[{"role": "user"}]), "params_invalid"),
    (request("a", messages=[{"content": "Hello"}]), "params_invalid"),
    (request("a", messages=[{"role": "robot", "content": "Hello"}]), "params_invalid"),
    (request("a", messages=[{"role": "user", "content": None}]), "params_invalid"),
    (request("a", messages=[{"role": "user", "content": [{"text": "no type"}]}]), "params_invalid"),
    (request("a", messages=[{"role": "user", "content": ["Hello"]}]), "params_invalid"),
    (request("a", messages=[{"role": "user", "content": "Hi"}, {"role": "assistant", "content": 5}]), "params_invalid"),
    (request("a", messages=[{"role": "user", "content": "Hi"}, {"role": "user", "content": [{}]}]), "params_invalid"),
    (request("a", system=5), "params_invalid"),
    (request("a", max_tokens=None), "max_tokens_invalid"),
    (request("a", max_tokens=0), "max_tokens_invalid"),
    (request("a", max_tokens=-1), "max_tokens_invalid"),
    (request("a", max_tokens=True), "max_tokens_invalid"),
    (request("a", max_tokens=1.5), "max_tokens_invalid"),
    (request("a", max_tokens="100"), "max_tokens_invalid"),
    (request("a", max_tokens=10**30), "max_tokens_invalid"),
    (request("a", stream=True), "params_unsupported"),
    (request("a", speed="fast"), "params_unsupported"),
    (request("a", fallbacks=[]), "params_unsupported"),
    (request("a", store=False), "params_unsupported"),
    (request("a", previous_thread_event_id="x"), "params_unsupported"),
    (request("a", temperature=1), "params_unsupported"),
    (request("a", top_p=0.5), "params_unsupported"),
    (request("a", top_k=5), "params_unsupported"),
]


@pytest.mark.parametrize(("line", "code"), BAD_LINES)
def test_a_bad_line_gets_its_code_and_number(tmp_path: Path, line: Any, code: str) -> None:
    source = write(tmp_path / "in.jsonl", [request("first"), line, request("last")])
    prepared = prepare_files(source)
    assert not prepared.report.ok
    assert codes(prepared) == [(2, code)]
    problem = prepared.report.problems[0]
    assert problem.file == str(source)
    assert problem.message and len(problem.message) < 300
    assert prepared.report.requests == 3
    assert prepared.chunks == ()


GOOD_REQUESTS: list[dict[str, Any]] = [
    request("a", stream=False),
    request("a", stream=None),
    request("a", system="Be brief."),
    request("a", system=[{"type": "text", "text": "Be brief."}]),
    request("a", messages=[{"role": "user", "content": [{"type": "text", "text": "Hi"}]}]),
    request("a", messages=[{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Well,"}]),
    request("a", messages=[{"role": "system", "content": "Hi"}, {"role": "user", "content": "Hi"}]),
    request("a", tools=[{"name": "x", "input_schema": {"type": "object"}}], metadata={"user_id": "u"}, unheard_of=1),
    request("a", inference_geo="us"),
    request("a", inference_geo=5),
    request("-_" * 32),
    {"params": params(), "custom_id": "a", "more": "keys"},
    {"custom_id": "a", "params": params(), "more": {"custom_id": "b"}},
    request("a", system=""),
    request("a", messages=[{"role": "user", "content": [{"type": "text", "text": "Hi"}]}], system="Be brief."),
]


@pytest.mark.parametrize("line", GOOD_REQUESTS)
def test_a_request_the_service_may_take_has_no_problem(tmp_path: Path, line: dict[str, Any]) -> None:
    prepared = prepare_files(write(tmp_path / "in.jsonl", [line]))
    assert prepared.report.ok
    assert prepared.report.problems == ()


def test_kinds_of_content_may_change_from_line_to_line(tmp_path: Path) -> None:
    lines = [{**line, "custom_id": f"r{number}"} for number, line in enumerate(GOOD_REQUESTS * 3)]
    bad = request("bad", messages=[{"role": "user", "content": [{"type": "text", "text": "Hi"}]}], system=5)
    prepared = prepare_files(write(tmp_path / "in.jsonl", [*lines, bad, *lines[:1]]))
    assert {code for _, code in codes(prepared)} == {"params_invalid", "custom_id_duplicate", "body_duplicate"}
    assert (len(lines) + 1, "params_invalid") in codes(prepared)


def test_all_that_is_wrong_with_a_line_is_said_at_once(tmp_path: Path) -> None:
    line = {"custom_id": "a b", "params": {"model": "m", "stream": True}}
    found = codes(prepare_files(write(tmp_path / "in.jsonl", [line])))
    assert sorted(code for _, code in found) == [
        "custom_id_invalid",
        "max_tokens_invalid",
        "params_invalid",
        "params_unsupported",
    ]


def test_a_json_error_names_its_column(tmp_path: Path) -> None:
    prepared = prepare_files(write(tmp_path / "in.jsonl", [b'{"custom_id": "a" "params": {}}']))
    assert "column 19" in prepared.report.problems[0].message


def test_a_wrong_value_is_named_with_its_path(tmp_path: Path) -> None:
    messages = [{"role": "user", "content": "Hi"}, {"role": "robot", "content": "Hi"}]
    prepared = prepare_files(write(tmp_path / "in.jsonl", [request("a", messages=messages)]))
    assert "params.messages[1].role" in prepared.report.problems[0].message
    assert '"robot"' in prepared.report.problems[0].message


def test_sampling_parameters_pass_with_an_older_version_unless_out_of_range(tmp_path: Path) -> None:
    lines = [request("a", temperature=1, top_p=0.5, top_k=5), request("b", temperature=1.5), request("c", top_k=-1)]
    prepared = prepare_files(write(tmp_path / "in.jsonl", lines), rules=CheckRules(allow_sampling=True))
    assert codes(prepared) == [(2, "params_invalid"), (3, "params_invalid")]


def test_an_allowed_code_is_a_warning_and_the_request_is_sent(tmp_path: Path) -> None:
    source = write(tmp_path / "in.jsonl", [request("a", temperature=1), request("b")])
    prepared = prepare_files(source, rules=CheckRules(allow=("params_unsupported",)))
    assert prepared.report.ok
    assert [problem.severity for problem in prepared.report.problems] == [Severity.WARNING]
    assert prepared.report.requests == prepared.chunks[0].requests == 2


def test_an_allowed_line_that_would_spoil_the_body_is_left_out(tmp_path: Path) -> None:
    source = write(tmp_path / "in.jsonl", [b"no json", request("a")])
    prepared = prepare_files(source, rules=CheckRules(allow=("json_invalid",)))
    assert prepared.report.ok
    assert prepared.report.requests == prepared.chunks[0].requests == 1
    assert prepared.report.problems[0].message.endswith("left out")


def test_a_hundred_problems_are_listed_and_all_are_counted(tmp_path: Path) -> None:
    prepared = prepare_files(write(tmp_path / "in.jsonl", [b"{"] * 250))
    assert len(prepared.report.problems) == PROBLEMS_LISTED
    assert prepared.report.problem_counts == {"json_invalid": 250}


def test_warnings_never_hide_an_error(tmp_path: Path) -> None:
    lines = [request(f"r-{number}", "the same") for number in range(300)]
    prepared = prepare_files(write(tmp_path / "in.jsonl", [*lines, b"{"]))
    assert (301, "json_invalid") in codes(prepared)
    assert prepared.report.problem_counts == {"body_duplicate": 299, "json_invalid": 1}


def test_unknown_and_retiring_models_are_warned_of_once_with_their_number(tmp_path: Path) -> None:
    lines = [
        request("a", model="claude-new"),
        request("b", model="claude-new"),
        request("c", model="claude-old-20250101"),
    ]
    rules = CheckRules(
        known_models=("claude-old",), retiring_models={"claude-old": "2026-11-30"}, today=date(2026, 11, 21)
    )
    prepared = prepare_files(write(tmp_path / "in.jsonl", lines), rules=rules)
    assert prepared.report.ok
    assert codes(prepared) == [(1, "model_unknown"), (3, "model_retiring")]
    assert prepared.report.problem_counts == {"model_unknown": 2, "model_retiring": 1}
    assert "2026-11-30" in prepared.report.problems[1].message


def test_a_chunk_near_the_limit_is_warned_of(tmp_path: Path) -> None:
    lines = [
        b'{"custom_id":"r%d","params":{"model":"m","max_tokens":1,"messages":[{"role":"user","content":"%d"}]}}'
        % (n, n)
        for n in range(90_001)
    ]
    source = write(tmp_path / "in.jsonl", lines)
    prepared = prepare_files(source, chunk_requests=100_000, chunk_bytes=240_000_000)
    assert prepared.report.problem_counts == {"chunk_near_limit": 1}
    assert prepared.report.ok


@pytest.mark.parametrize("content", [b"", b"\n", b"\r\n  \n", b"\xef\xbb\xbf"])
def test_a_file_without_requests_is_an_error(tmp_path: Path, content: bytes) -> None:
    source = tmp_path / "empty.jsonl"
    source.write_bytes(content)
    prepared = prepare_files(source)
    assert codes(prepared) == [(0, "file_empty")]
    assert not prepared.report.ok


def test_a_folder_a_missing_file_and_a_pipe_are_refused_with_their_path(tmp_path: Path) -> None:
    import os

    os.mkfifo(tmp_path / "pipe")
    for name, words in (("", "folder"), ("nowhere.jsonl", "no such file"), ("pipe", "no regular file")):
        path = tmp_path / name
        with pytest.raises(BadInput, match=words) as caught:
            prepare_files(path, write(tmp_path / "good.jsonl", requests(1)), staging=tmp_path / "s")
        assert str(path) in str(caught.value)


def test_what_is_needed_for_a_price_is_tallied_by_model_and_length(tmp_path: Path) -> None:
    lines = [request("a"), request("b", "x" * 400_000), request("c", inference_geo="us"), request("d", model="other")]
    prepared = prepare_files(write(tmp_path / "in.jsonl", lines))
    tallies = {(tally.model, tally.is_long): tally for tally in prepared.report.tallies}
    assert {key: tally.requests for key, tally in tallies.items()} == {
        ("claude-sonnet-5", False): 2,
        ("claude-sonnet-5", True): 1,
        ("other", False): 1,
    }
    assert tallies["claude-sonnet-5", False].us_only_requests == 1
    assert tallies["claude-sonnet-5", False].max_tokens == 200
    assert prepared.report.models == {"claude-sonnet-5": 3, "other": 1}


def test_a_path_with_a_slip_of_the_pen_names_what_may_have_been_meant(tmp_path: Path) -> None:
    (tmp_path / "requests.jsonl").write_text("{}")
    assert nearest(str(tmp_path / "requets.jsonl")) == f"did you mean {tmp_path / 'requests.jsonl'}?"
    assert nearest(str(tmp_path / "something else")) == ""
    assert nearest(str(tmp_path / "nowhere" / "requests.jsonl")) == f"there is no folder {tmp_path / 'nowhere'}"


@pytest.mark.parametrize("text", [b"[", b"[{}]", b'{"requests": [{"custom_id": "a"}]}'])
def test_what_is_no_json_lines_is_told_that_those_are_wanted(tmp_path: Path, text: bytes) -> None:
    prepared = prepare_files(write(tmp_path / "in.json", [text]))
    assert "one request a line" in prepared.report.problems[0].message


def test_a_custom_id_within_a_request_is_no_second_one(tmp_path: Path) -> None:
    prepared = prepare_files(write(tmp_path / "in.jsonl", [request("a", metadata={"custom_id": "inside"})]))
    assert prepared.report.ok


def test_a_link_that_leads_nowhere_is_not_its_own_suggestion(tmp_path: Path) -> None:
    link = tmp_path / "dangling.jsonl"
    link.symlink_to(tmp_path / "gone")
    assert nearest(str(link)) == ""
