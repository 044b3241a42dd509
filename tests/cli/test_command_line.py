"""Options, near misses, and how a command line ends."""

import json
import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from batchtui import __version__
from batchtui.cli.command_table import COMMANDS
from batchtui.cli.main import batchtui
from batchtui.domain.failures import ExitCode
from tests.cli import schemas
from tests.cli.program import Program


def test_every_command_is_there_with_a_summary_and_the_shared_options() -> None:
    context = click.Context(batchtui)
    for name in COMMANDS:
        command = batchtui.get_command(context, name)
        assert command is not None
        assert command.name == name
        if name != "simulate":  # its options are its own
            assert {"workspace", "json", "yes", "dry_run", "offline", "read_only", "no_color"} <= {
                parameter.name for parameter in command.params
            }


def test_every_command_that_prints_data_has_a_schema() -> None:
    assert set(schemas.names()) == set(COMMANDS) - {"demo", "simulate"} | {"error"}


def test_shared_options_may_stand_before_or_after_the_command(program: Program, tmp_path: Path) -> None:
    other = tmp_path / "other"
    before = program("--workspace", str(other), "--json", "info").object
    after = program("info", "--json", "--workspace", str(other)).object
    assert before["workspace"] == after["workspace"] == str(other)


def test_an_option_after_the_command_wins(program: Program, tmp_path: Path) -> None:
    ending = program.json("--workspace", str(tmp_path / "a"), "info", "--workspace", str(tmp_path / "b"))
    assert ending.object["workspace"] == str(tmp_path / "b")


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (["chek"], "check"),
        (["submit", "--chunk-request", "5", "x"], "--chunk-requests"),
        (["submit", "x", "--chunk-requests", "100001"], "100,000"),
        (["submit"], "FILE"),
        (["submit", "x", "--wait", "--detach"], "exclude"),
        (["retry", "x", "--set", "max_tokens"], "KEY=VALUE"),
        (["reconcile", "--adopt", "sub_1"], "SUBMISSION=BATCH"),
        (["plan"], "FILE"),
        (["plan", "--requests", "5"], "--model"),
        (["export", "x"], "--output"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_a_usage_error_says_what_would_be_right(program: Program, arguments: list[str], hint: str) -> None:
    ending = program(*arguments)
    assert ending.code == ExitCode.USAGE
    assert hint in ending.stderr
    assert not ending.stdout


@pytest.mark.parametrize("arguments", ["watch", "collect x", "cancel x", "reconcile", "delete x", "submit x"])
def test_offline_where_the_network_is_needed_has_its_own_code(program: Program, arguments: str) -> None:
    ending = program.json(*arguments.split(), "--offline")
    assert ending.code == ExitCode.UNREACHABLE == ending.object["exit"]
    assert "--offline" in ending.stderr


def test_the_help_of_every_command_is_an_object_with_json(program: Program) -> None:
    for name in COMMANDS:
        assert "usage:" in program.json("help", name).object["text"].lower()


def test_with_json_a_failure_is_an_object_too(program: Program) -> None:
    ending = program.json("show", "nothing-there", "--offline")
    assert ending.code == ExitCode.ERROR
    assert ending.object["schema"] == "batchtui.error/1"
    assert ending.object["exit"] == ending.code
    assert "nothing-there" in ending.object["error"]["what"]
    assert "nothing-there" in ending.stderr


def test_the_version_is_told(program: Program) -> None:
    assert program("--json", "--version").stdout == f"batchtui {__version__}\n"


def test_help_is_there_for_all_and_for_one(program: Program) -> None:
    assert "submit" in program("help").stdout
    assert "--chunk-requests" in program("help", "submit").stdout
    assert program.json("help", "submit").object["command"] == "submit"
    assert program("help", "submti").code == ExitCode.USAGE


def test_the_simulator_has_options_of_its_own(program: Program) -> None:
    assert "trouble" in program("simulate", "--list-scenarios").stdout
    assert "--speed" in program("simulate", "--help").stdout
    assert program("--json", "simulate", "--fault", "nonsense").code == ExitCode.USAGE


def test_the_demo_wants_a_terminal(program: Program) -> None:
    assert program("demo").code == ExitCode.USAGE


def test_the_keys_come_from_the_table_of_actions(program: Program) -> None:
    keys = {action["id"]: action for action in program.json("help", "--keys").object["keys"]}
    assert keys["submit"]["keys"] == ["S"]
    assert keys["submit"]["effect"] == "sends"
    assert "retry" in program("help", "--keys").stdout


def test_the_keys_that_are_listed_are_those_of_the_settings_and_are_there_with_broken_ones_too(
    program: Program,
) -> None:
    program.settings('[keys]\nsubmit = "f5"\n')
    keys = {action["id"]: action["keys"] for action in program.json("help", "--keys").object["keys"]}
    assert keys["submit"] == ["f5"]
    lines = [line.split()[:2] for line in program("help", "--keys").stdout.splitlines()]
    assert ["f5", "submit"] in lines and ["S", "submit"] not in lines
    program.settings("[keys\n")
    ending = program("help", "--keys")
    assert ending.code == ExitCode.DONE
    assert "batchtui.toml:1" in ending.stderr and "submit" in ending.stdout


@pytest.mark.parametrize(
    ("words", "found"),
    [("batchtui su", "plain,submit"), ("batchtui retry --cl", "plain,--class"), ("batchtui ls --j", "json")],
)
def test_the_shell_can_complete_commands_and_options(words: str, found: str, monkeypatch: pytest.MonkeyPatch) -> None:
    environment = {"_BATCHTUI_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": str(words.count(" "))}
    command = [sys.executable, "-m", "batchtui"]
    done = subprocess.run(command, env=os.environ | environment, capture_output=True, text=True, check=True)
    assert found in done.stdout


def test_a_defect_is_told_in_one_line_with_its_place_and_without_its_text(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("x-api-key: secret")

    monkeypatch.setattr("batchtui.cli.session.find_workspace", broken)
    monkeypatch.delenv("BATCHTUI_TRACE", raising=False)
    ending = program.json("ls")
    assert ending.code == ExitCode.ERROR
    assert "ZeroDivisionError at cli/commands/ls.py" in ending.stderr
    assert "secret" not in ending.stderr + ending.stdout
    assert len(ending.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("text", "line", "near"),
    [
        ("[submit]\nchunk_request = 5\n", 2, "chunk_requests"),
        ("[submt]\n", 1, "submit"),
        ("[submit]\nchunk_requests = 0\n", 2, "1"),
        ("[submit\n", 1, ""),
    ],
)
def test_broken_settings_are_told_with_file_line_and_nearest_key(
    program: Program, text: str, line: int, near: str
) -> None:
    program.settings(text)
    ending = program.json("ls")
    assert ending.code == ExitCode.USAGE
    error = ending.object["error"]
    assert error["line"] == line
    assert error["file"] == str(program.workspace / "batchtui.toml")
    assert near in error["what"] + error["next"]
    assert (program.workspace / "batchtui.toml").read_text() == text


def test_what_comes_from_outside_cannot_drive_the_terminal(program: Program, tmp_path: Path) -> None:
    file = tmp_path / "bad\x1b[31m.jsonl"
    file.write_text(json.dumps({"custom_id": "a\u202eb\x07"}))
    for ending in (program("check", str(file)), program.json("check", str(file))):
        assert not {"\x1b", "\x07", "\u202e"} & set(ending.stdout + ending.stderr)
    assert program.json("check", str(file)).object["problems"][0]["file"] == str(file)
