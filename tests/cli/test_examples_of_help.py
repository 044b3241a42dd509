"""Every example of the help is run against a service, as it stands there."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from batchtui.cli.command_table import COMMANDS, SECTIONS
from batchtui.cli.examples import EXAMPLES
from batchtui.domain.failures import ExitCode
from tests.cli.conftest import write_requests
from tests.cli.program import Program
from tests.cli.test_errors_and_retry import judge
from tests.otherserver import OtherServer
from tests.otherserver.client import make_requests

ENDS = {
    "demo": ExitCode.USAGE,
    "submit requests.jsonl": ExitCode.NOT_CONFIRMED,
    "submit more.jsonl --name careful --canary 5 --wait": ExitCode.NOT_CONFIRMED,
    "submit requests.jsonl --name evals --yes --wait": ExitCode.NOT_ALL_SUCCEEDED,
    "watch": ExitCode.NOT_ALL_SUCCEEDED,
    "watch evals --timeout 3600": ExitCode.NOT_ALL_SUCCEEDED,
    "collect evals": ExitCode.NOT_ALL_SUCCEEDED,
    "reconcile": ExitCode.UNKNOWN_OUTCOME,
    "reconcile --adopt SUBMISSION=BATCH": ExitCode.UNKNOWN_OUTCOME,
}
"""Where it is not 0: there is no terminal to ask, some of these requests fail, and two submissions got no answer."""

ASKS = "submit requests.jsonl"
"""What is not agreed to, since the next one sends the same file."""


@pytest.fixture
def server(environment: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[OtherServer]:
    """A service whose batches end at once, and where some requests fail; what has no answer stays without one."""
    is_unsettled = "reconcile" in request.node.name
    with OtherServer(seconds=3600 if is_unsettled else 0.05, judge=judge) as running:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", running.base_url)
        yield running


@pytest.fixture
def files(environment: Path) -> Path:
    """The files that the examples name."""
    write_requests(environment / "requests.jsonl", 10)
    write_requests(environment / "more.jsonl", 12)
    write_requests(environment / "theirs.jsonl", 3, prefix="t")
    return environment


def lay(verb: str, online: Program, server: OtherServer) -> str:
    """What the examples are about: runs that ended or wait, or that nobody answered for; gives a stranger's batch."""
    if verb in ("submit", "init", "check", "plan"):
        return ""
    if verb == "reconcile":
        for number, name in ((10, "requests"), (12, "more")):
            server.lose_next_create()
            online("submit", f"{name}.jsonl", "--name", name, "--yes")
            server.add_batch(make_requests(number, prefix="s"))
        return ""
    elsewhere = server.add_batch(make_requests(3, prefix="t"))
    online("submit", "requests.jsonl", "--name", "evals", "--yes", "--wait")
    online("submit", "more.jsonl", "--name", "waits", "--detach", "--yes")
    online("ls")
    online("collect", elsewhere)
    if verb == "retry":
        online("export", "evals", "-o", "failed.jsonl", "--format", "requests", "--only", "errors")
    return elsewhere


def filled(line: str, elsewhere: str, online: Program) -> str:
    """With what this workspace has in the place of words in capitals."""
    if "SUBMISSION" in line:
        entry = next(one for one in online.json("reconcile").object["submissions"] if one["state"] == "unknown")
        line = line.replace("SUBMISSION", entry["submission"]).replace("BATCH", entry["candidates"][0]["batch_id"])
    line = line.replace("BATCH", elsewhere)
    if "ALERT" in line:
        line = line.replace("ALERT", online.json("alerts").object["alerts"][0]["alert"])
    return line


def test_every_command_is_in_one_section_and_has_examples() -> None:
    assert sorted(name for names in SECTIONS.values() for name in names) == sorted(COMMANDS)
    assert set(EXAMPLES) == set(COMMANDS) - {"simulate"}


@pytest.mark.parametrize("verb", EXAMPLES)
def test_the_examples_of_a_command_run(verb: str, online: Program, server: OtherServer, files: Path) -> None:
    elsewhere = lay(verb, online, server)
    for line in EXAMPLES[verb]:
        end = ENDS.get(line, ExitCode.DONE)
        answer = () if line == ASKS else ("--yes",)
        ending = online(*shlex.split(filled(line, elsewhere, online)), *answer)
        assert ending.code == end, f"batchtui {line}: {ending.stderr}"


@pytest.mark.parametrize("verb", COMMANDS)
def test_help_fits_80_columns_and_tells_examples_and_what_is_its_own(verb: str, program: Program) -> None:
    text = program("help", verb).stdout
    assert max(map(len, text.splitlines())) <= 80
    if verb != "simulate":
        own, _, shared = text.partition("Options of every command:")
        assert "--read-only" in shared and "--read-only" not in own
        told = text.replace("\\\n      ", "")
        assert all(f"  batchtui {line}\n" in told for line in EXAMPLES[verb])


def test_the_list_of_commands_fits_80_columns_and_explains_its_words(program: Program) -> None:
    text = program("--help").stdout
    assert max(map(len, text.splitlines())) <= 80
    assert all(f"  {name} " in text for name in COMMANDS)
    for code in ExitCode:
        assert f"  {int(code)} " in text
    for word in ("run", "chunk", "settled", "elsewhere", "held", "unknown"):
        assert f"  {word} " in text


def readme_commands() -> Iterator[str]:
    """What the README's blocks of shell tell to type, but for installing, and for what opens a screen."""
    text = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL):
        for line in block.splitlines():
            words = shlex.split(line, comments=True)
            if words[:1] == ["batchtui"] and len(words) > 1:
                yield " ".join(words[1:])


def test_what_the_readme_tells_to_type_runs(online: Program, server: OtherServer, files: Path) -> None:
    lines = list(readme_commands())
    assert "check requests.jsonl" in lines
    for line in lines:
        ending = online(*shlex.split(line))
        assert ending.code in (ExitCode.DONE, ExitCode.NOT_ALL_SUCCEEDED), f"batchtui {line}: {ending.stderr}"


def test_the_readme_names_no_option_that_a_command_does_not_have(program: Program) -> None:
    text = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (`[^|]*`[^|]*)\|", text, re.MULTILINE)
    told = 0
    for row in rows:
        for span in re.findall(r"`([^`]*)`", row):
            verb, *_ = span.removeprefix("batchtui ").split() or [""]
            if verb not in COMMANDS:
                continue
            options = re.findall(r"--[a-z][a-z-]+", span)
            help_text = program("help", verb).stdout
            assert [option for option in options if option not in help_text] == [], span
            told += len(options)
    assert told > 20
