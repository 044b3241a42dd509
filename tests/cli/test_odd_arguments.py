"""Every command about names, numbers and files that nobody has: one clear sentence, the right exit code, no defect."""

import json
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from batchtui.cli.command_table import COMMANDS
from batchtui.cli.main import batchtui
from batchtui.cli.parameters import Real, Whole
from batchtui.domain.failures import ExitCode
from tests.cli.conftest import write_requests
from tests.cli.program import Program
from tests.cli.schemas import validate
from tests.cli.test_errors_and_retry import judge
from tests.otherserver import OtherServer
from tests.otherserver.client import make_requests

ABOUT_SOMETHING = (
    "show",
    "errors",
    "errors --members",
    "collect",
    "cancel --dry-run",
    "prune --dry-run",
    "delete --dry-run",
    "hide --dry-run",
    "adopt --dry-run",
    "hold --dry-run",
    "split --dry-run",
    "retry --dry-run",
    "export -o out.jsonl --yes",
    "cost",
    "watch --timeout 0",
)
"""Commands that take an id."""


@pytest.fixture
def server(environment: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[OtherServer]:
    """A service where some fail."""
    with OtherServer(seconds=3600, judge=judge) as running:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", running.base_url)
        yield running


@pytest.fixture
def ended(online: Program, server: OtherServer, requests_file: Path) -> str:
    """A run of three chunks that was collected; the id of a batch from elsewhere."""
    online("submit", str(requests_file), "--name", "evals", "--chunk-requests", "4", "--yes")
    elsewhere = server.add_batch(make_requests(3))
    server.finish()
    assert online("collect", "evals").code == ExitCode.NOT_ALL_SUCCEEDED
    online("collect", elsewhere)
    return elsewhere


@pytest.mark.parametrize("command", ABOUT_SOMETHING)
def test_whatever_an_id_is_the_answer_is_no_defect_and_its_object_valid(
    online: Program, server: OtherServer, ended: str, command: str
) -> None:
    verb, *options = command.split()
    own = server.ledger[0].batch_id
    for id_ in (
        "",
        "zzz",
        "evals#9",
        "evals#",
        "evals/",
        "evals/nope",
        "../evals",
        own[:-2],
        f"{own}/r-0",
        f"{ended}/r-0",
    ):
        ending = online(verb, "--json", *options, "--", id_)
        assert "defect" not in ending.stderr, (id_, ending.stderr)
        assert ending.code in set(ExitCode), id_
        assert ending.code in (ExitCode.DONE, ExitCode.NOT_ALL_SUCCEEDED) or ending.stderr.count("\n") == 1, (
            ending.stderr
        )
        for line in ending.stdout.splitlines():
            validate(json.loads(line))


@pytest.mark.parametrize("command", ABOUT_SOMETHING)
def test_an_id_that_nothing_has_is_an_error_that_names_it(online: Program, ended: str, command: str) -> None:
    verb, *options = command.split()
    ending = online.json(verb, "no-such-run", *options)
    assert ending.code == ExitCode.ERROR == ending.object["exit"]
    assert ending.object["error"]["what"] == "no run or batch 'no-such-run'"
    assert ending.object["error"]["next"]


@pytest.mark.parametrize("id_", ["evals#2", "evals/r-0"])
@pytest.mark.parametrize("command", ["hold", "cost", "retry --lost --dry-run", "submit --continue"])
def test_what_is_about_a_run_is_not_done_for_a_part_of_one(online: Program, ended: str, command: str, id_: str) -> None:
    ending = online(*command.split(), id_)
    assert ending.code == ExitCode.ERROR
    assert f"{id_} is only a part of evals" in ending.stderr
    assert online.json("show", "evals").object["held_reason"] is None


def test_errors_of_one_request_are_found_by_its_batch_too(online: Program, server: OtherServer, ended: str) -> None:
    own = server.ledger[0].batch_id
    for id_ in ("evals/r-0", f"{own}/r-0"):
        (group,) = online.json("errors", id_).object["groups"]
        assert (group["class"], group["requests"]) == ("overloaded_error", 1)
    there = online.json("errors", f"{ended}/r-2").object
    assert (there["run"], there["batch_id"], there["requests"]) == (None, ended, 1)


def test_a_request_that_is_not_there_did_not_go_well(online: Program, ended: str, environment: Path) -> None:
    assert online("errors", "evals/nope").code == ExitCode.ERROR
    ending = online("export", "evals", "-o", "out.jsonl", "--custom-id", "nope")
    assert ending.code == ExitCode.ERROR and "evals has no request nope" in ending.stderr
    assert not (environment / "out.jsonl").exists()
    one = online("export", "evals", "-o", "out.jsonl", "--custom-id", "r-5")
    assert "1 result, " in one.stdout and "of 10 there are 5 succeeded" not in one.stderr
    assert "; of 10 there are " in one.stdout


def test_a_dry_run_says_what_would_be(online: Program, ended: str) -> None:
    assert "would be held" in online("hold", "evals", "--dry-run").stdout
    assert "would be hidden" in online("hide", ended, "--dry-run").stdout
    (alert,) = {row["alert"] for row in online.json("alerts").object["alerts"]}
    assert online("alerts", alert, "--acknowledge", "--dry-run").stdout == "1 alert would be put aside\n"
    assert not online.json("alerts").object["alerts"][0]["acknowledged"]


def test_a_batch_of_a_run_is_not_hidden_not_even_dry(online: Program, server: OtherServer, ended: str) -> None:
    own = server.ledger[0].batch_id
    for options in ((), ("--dry-run",)):
        ending = online("hide", own, *options)
        assert ending.code == ExitCode.ERROR and f"{own} belongs to evals" in ending.stderr


@pytest.mark.parametrize("options", ["--acknowledge", "--acknowledge --dry-run", "--undo", "--mute 3"])
def test_an_alert_that_nobody_has_is_refused(online: Program, ended: str, options: str) -> None:
    ending = online("alerts", "nothing:like-it", *options.split())
    assert ending.code == ExitCode.ERROR and "no alert 'nothing:like-it'" in ending.stderr


def test_an_alert_can_be_raised_again_when_what_it_was_about_is_gone(online: Program, ended: str) -> None:
    (alert,) = {row["alert"] for row in online.json("alerts").object["alerts"]}
    assert online("alerts", alert, "--acknowledge").code == ExitCode.DONE
    assert online("alerts", alert, "--undo").stdout == "1 alert raised again\n"
    assert online("alerts", alert, "--acknowledge", "--undo").code == ExitCode.USAGE


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (["--workspace", "", "ls"], "--workspace names no folder"),
        (["ls", "--workspace", ""], "--workspace names no folder"),
        (["submit", "", "--dry-run"], "a FILE is named by an empty text"),
        (["check", ""], "a FILE is named by an empty text"),
        (["retry", "evals", "--edit", "", "--dry-run"], "a FILE is named by an empty text"),
        (["export", "evals", "-o", ""], "a FILE is named by an empty text"),
        (["submit", "x.jsonl", "--name", "-x", "--dry-run"], "first a letter or a figure"),
        (["group", "expired", "x", "--split", "--merge"], "--merge and --split exclude each other"),
        (["check", "x.jsonl", "--allow", "custom_id_dup"], "'custom_id_dup' is none; the nearest are custom_id_dup"),
        (["check", "-dash.jsonl"], "the file of that name is ./-dash.jsonl"),
        (["group", "", "x", "--split"], "named by an empty text"),
        (["hold", "evals", "--reason", " "], "--reason is empty"),
        (["retry", "evals", "--set", "custom_id=x"], "keys are those of params"),
        (["retry", "evals", "--set", "params.max_tokens=9"], "keys are those of params"),
        (["plan", "--requests", "1000000000", "--input-tokens", "1", "--output-tokens", "1", "--model", "any",
          "--chunk-requests", "1"], "1,000,000,000 batches"),
        (["plan", "--requests", "5", "--model", "claude-haiku-4-5"], "--input-tokens and --output-tokens missing"),
        (["simulate", "--port", "99999"], "--port: must be 0 to 65535"),
        (["simulate", "--port", "-5"], "--port: must be 0 to 65535"),
        (["simulate", "--speed", "abc"], "must be a number above 0"),
        (["simulate", "extra"], "unrecognized arguments: extra"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)  # fmt: skip
def test_what_was_left_empty_or_goes_too_far_is_wrong_usage(
    online: Program, environment: Path, arguments: list[str], what: str
) -> None:
    for name in ("x.jsonl", "-dash.jsonl"):
        write_requests(environment / name, 1)
    ending = online(*arguments)
    assert ending.code == ExitCode.USAGE, ending.stderr
    assert what in ending.stderr and ending.stderr.count("\n") == 1, ending.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        "hold evals --reason X",
        "group X overloaded --mute --days 1",
        "retry evals --set system=X",
        "retry evals --class X",
        "export evals -o out.csv --columns X",
        "show X",
        "plan --requests 1 --input-tokens 1 --output-tokens 1 --model X",
    ],
)
def test_what_is_no_text_is_refused_where_it_names_no_file(online: Program, ended: str, arguments: str) -> None:
    ending = online.json(*(word.replace("X", "\udcff") for word in arguments.split()))
    assert ending.code == ExitCode.USAGE, ending.stderr
    assert "is not UTF-8" in ending.object["error"]["what"]


def test_a_link_that_leads_to_itself_is_neither_read_nor_written(
    online: Program, ended: str, environment: Path
) -> None:
    (environment / "loop").symlink_to("loop")
    for arguments in (("check", "loop"), ("export", "evals", "-o", "loop"), ("export", "evals", "-o", "loop/x")):
        ending = online.json(*arguments)
        assert ending.code == ExitCode.ERROR and "defect" not in ending.stderr, ending.stderr
        assert ending.object["error"]["next"]


def test_a_run_is_named_after_its_file_however_that_is_written(online: Program, environment: Path) -> None:
    write_requests(environment / "NIGHT.JSONL", 1)
    assert online.json("submit", "NIGHT.JSONL", "--dry-run").object["run"].startswith("night-")


def test_a_run_that_was_canceled_while_it_was_held_waits_for_nobody(online: Program, requests_file: Path) -> None:
    online("submit", str(requests_file), "--name", "later", "--detach", "--yes")
    online("hold", "later")
    assert "held by the operator" in online("show", "later").stdout
    assert online("cancel", "later", "--yes").code == ExitCode.DONE
    assert "held by the operator" not in online("show", "later").stdout


def test_the_simulator_says_where_it_cannot_write(program: Program) -> None:
    ending = program("simulate", "--ledger", "/nowhere/ledger.jsonl")
    assert ending.code == ExitCode.ERROR and "cannot write the ledger /nowhere/ledger.jsonl" in ending.stderr


def numbers() -> Iterator[tuple[str, click.Option]]:
    """Every option of every command that takes a number."""
    context = click.Context(batchtui)
    for name in COMMANDS:
        command = batchtui.get_command(context, name)
        for parameter in command.params if command is not None else ():
            if isinstance(parameter, click.Option) and isinstance(parameter.type, click.IntRange | click.FloatRange):
                yield name, parameter


def test_every_number_has_limits_and_says_them_in_words(program: Program) -> None:
    assert len(list(numbers())) > 15
    for name, option in numbers():
        assert isinstance(option.type, Whole | Real), (name, option.opts)
        for wrong in ("-99999999999999999999", "nan", "abc", ""):
            ending = program(name, f"{option.opts[-1]}={wrong}", "x")
            assert ending.code == ExitCode.USAGE, (name, option.opts, wrong)
            assert f"'{option.opts[-1]}'" in ending.stderr and "<=" not in ending.stderr


def test_a_chunk_smaller_than_any_request_has_room_for_none(program: Program, requests_file: Path) -> None:
    problems = program.json("plan", str(requests_file), "--chunk-bytes", "5").object["check"]["problems"]
    assert "at most 0 can be sent" in problems[0]["message"]
