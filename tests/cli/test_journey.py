"""The whole job by commands alone, as a script would: against the simulator and against a server by somebody else."""

import json
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from batchtui.data import data_dir
from batchtui.domain.failures import ExitCode
from batchtui.simulator.app import Options
from batchtui.simulator.server import running
from tests.cli.conftest import SETTINGS
from tests.cli.program import Program
from tests.otherserver import OtherServer

EXAMPLES = data_dir("examples") / "requests.jsonl"
IDS = [json.loads(line)["custom_id"] for line in EXAMPLES.read_text().splitlines()]


@dataclass(frozen=True, kw_only=True)
class Site:
    """A server of the protocol and its own account of what it accepted."""

    base_url: str
    attempts: Callable[[], Counter[str]]


@contextmanager
def _simulator() -> Iterator[Site]:
    with running(Options(speed=7200)) as url:

        def attempts() -> Counter[str]:
            with urllib.request.urlopen(f"{url}/_sim/ledger?ids=1") as answer:
                batches = json.load(answer)["batches"]
            return Counter(custom_id for batch in batches for custom_id in batch["custom_ids"])

        yield Site(base_url=url, attempts=attempts)


@contextmanager
def _other() -> Iterator[Site]:
    with OtherServer(seconds=0.5) as server:
        yield Site(base_url=server.base_url, attempts=server.attempts)


@pytest.fixture(params=[_simulator, _other], ids=["simulator", "other"])
def site(request: pytest.FixtureRequest, environment: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """One of two servers that share no code."""
    with request.param() as made:
        monkeypatch.setenv("ANTHROPIC_BASE_URL", made.base_url)
        yield made


def test_from_file_to_export_each_request_is_sent_once_per_attempt(
    program: Program, site: Site, environment: Path
) -> None:
    program.settings(SETTINGS)
    assert program("check", str(EXAMPLES)).code == ExitCode.DONE
    assert len(program.json("plan", str(EXAMPLES), "--chunk-requests", "100").object["chunks"]) == 6
    submit = ("submit", str(EXAMPLES), "--name", "example", "--chunk-requests", "100", "--yes")
    assert program(*submit, "--wait").code == ExitCode.NOT_ALL_SUCCEEDED
    assert program.json(*submit).object["already"] is True

    failed = {member["custom_id"]: member for member in program.json("errors", "example", "--members").objects}
    groups = program.json("errors", "example").object["groups"]
    assert sum(group["requests"] for group in groups) == len(failed)
    resend = {group["class"] for group in groups if group["retry"] == "resend"}
    expected = {custom_id for custom_id, member in failed.items() if member["class"] in resend}

    again = program.json("retry", "example", "--yes", "--wait")
    assert again.object["included"] == len(expected)
    retried = {member["custom_id"] for member in program.json("errors", "example.r1", "--members").objects}
    assert retried <= expected

    target = environment / "out.jsonl"
    assert program("export", "example", "-o", str(target), "--only", "succeeded").code == ExitCode.DONE
    exported = [json.loads(line)["custom_id"] for line in target.read_text().splitlines()]
    bad = {custom_id for custom_id, member in failed.items() if not member["class"].startswith("stop:")}
    assert exported == [custom_id for custom_id in IDS if custom_id not in (bad - (expected - retried))]

    assert site.attempts() == Counter(IDS) + Counter(expected)
    listed = {run["run"]: run for run in program.json("ls").object["runs"]}
    assert all(run["collected"] for run in listed.values())
    assert listed["example.r1"]["parent"] == "example"
