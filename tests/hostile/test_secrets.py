"""A whole session with a marked key and marked prompts: where they are afterwards, and where they must not be."""

import gzip
import json
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hostile.ground import Ground
from tests.hostile.streams import piped
from tests.otherserver import OtherServer
from tests.otherserver.judge import errored, succeeded
from tests.tui.driver import ROOT, PtyApp

pytestmark = pytest.mark.pty

KEY = "sk-ant-api03-MARKEDKEYMARKEDKEYMARKEDKEY-a91F"
SECRET = "MARKEDKEY"
PROMPT = "MARKEDPROMPT"
SHOWS = ("show", "export", "errors", "dashboard")
"""What is there to show requests and results; the dashboard shows a sample of each group."""


@pytest.fixture(scope="module")
def server() -> Iterator[OtherServer]:
    def judge(custom_id: str, params: dict[str, object], attempt: int) -> dict[str, object]:
        is_bad = custom_id.endswith(("1", "2"))
        return errored("overloaded_error", "Overloaded") if is_bad else succeeded(params, text=f"{PROMPT} answered")

    with OtherServer(seconds=0.05, key=KEY, judge=judge) as running:
        yield running


@pytest.fixture(scope="module")
def told(server: OtherServer, tmp_path_factory: pytest.TempPathFactory) -> tuple[Ground, dict[str, bytes]]:
    """A session under the most generous umask, and everything it printed, by what printed it."""
    ground = Ground(base=tmp_path_factory.mktemp("secrets"), base_url=server.base_url, key=KEY)
    ground.lay()
    params = {"model": "claude-haiku-4-5", "max_tokens": 9, "messages": [{"role": "user", "content": PROMPT}]}
    requests = [{"custom_id": f"r-{number}", "params": params} for number in range(10)]
    ground.requests_file.write_text("".join(json.dumps(request) + "\n" for request in requests))
    earlier = os.umask(0)
    os.environ["ANTHROPIC_LOG"] = "debug"
    try:
        printed = dict(session(ground, server))
        printed["dashboard"] = dashboard(ground)
        printed["crash"] = crash(ground)
    finally:
        os.umask(earlier)
        del os.environ["ANTHROPIC_LOG"]
    return ground, printed


def session(ground: Ground, server: OtherServer) -> Iterator[tuple[str, bytes]]:
    """Commands of every kind, refusals of the service among them."""
    file = str(ground.requests_file)
    batch_id = server.add_batch([])
    lines = (
        "doctor", "info", f"check\t{file}", f"plan\t{file}", f"submit\t{file}\t--name\trun\t--yes",
        "watch\t--timeout\t9", "ls", "errors\trun", "errors\trun\t--members", "show\trun",
        "show\trun/r-1", "show\trun/r-3",
        f"export\trun\t-o\t{ground.base}/out.jsonl", f"export\trun\t-o\t{ground.base}/out.csv\t--format\tcsv",
        "retry\trun\t--dry-run", "retry\trun\t--yes", "watch\t--timeout\t9", "reconcile", f"show\t{batch_id}",
    )  # fmt: skip
    for line in lines:
        for form in ((), ("--json",)) if not line.startswith(("submit", "export")) else ((),):
            yield " ".join((line, *form)), printed_by(ground, *line.split("\t"), *form)
    for status in (401, 403, 400, 500):
        message = f"x-api-key {KEY} is not good"
        server.answer_next("*", status, times=3, message=message, headers={"request-id": KEY, "x-api-key": KEY})
        for name in ("doctor", "ls", "watch --timeout 1"):
            yield f"{name} {status}", printed_by(ground, *name.split())
        server.disarm()


def printed_by(ground: Ground, *words: str) -> bytes:
    with piped() as heard:
        ground.command(*words)
    return heard.out + heard.err


def dashboard(ground: Ground) -> bytes:
    """Through a request, its pager and the settings."""
    with ground.dashboard(env={"ANTHROPIC_LOG": "debug", "PAGER": "true"}) as app:
        app.wait_for("live")
        for key, words in (("i", "settings"), ("escape", "in flight"), ("a", "activity"), ("escape", "in flight")):
            app.send(key)
            app.wait_for(words)
        app.send("e")
        app.settle()
        app.send("q")
        app.wait_exit()
        return bytes(app.raw)


def crash(ground: Ground) -> bytes:
    """A page that fails."""
    command = (sys.executable, "-m", "tests.hostile.broken_program")
    env = ground.environ() | {"MARKED_PROMPT": PROMPT, "PYTHONPATH": str(ROOT)}
    with PtyApp(command, env=env, cwd=ground.requests_file.parent) as app:
        app.wait_for("live")
        app.send("i")
        assert app.wait_exit() == 1
        app.settle(quiet=0.1)
        return bytes(app.raw)


def files(ground: Ground) -> Iterator[tuple[Path, bytes]]:
    """Everything that was made, unpacked."""
    for path in ground.base.rglob("*"):
        if path.is_file() and path != ground.requests_file:
            data = path.read_bytes()
            yield path, gzip.decompress(data) if path.suffix == ".gz" else data


def test_the_key_is_nowhere(told: tuple[Ground, dict[str, bytes]]) -> None:
    ground, printed = told
    assert [path for path, data in files(ground) if SECRET.encode() in data] == []
    assert [name for name, data in printed.items() if SECRET.encode() in data] == []
    assert b"a91F" in printed["dashboard"], "its last four characters are shown"


def test_prompts_are_where_they_belong(told: tuple[Ground, dict[str, bytes]]) -> None:
    ground, printed = told
    holding = {str(path.relative_to(ground.base)) for path, data in files(ground) if PROMPT.encode() in data}
    belong = re.compile(r".*/runs/run(\.r1)?/(chunks/\d{4}\.json\.gz|results/msgbatch_[\w-]+\.jsonl)|out\.(jsonl|csv)")
    assert [name for name in holding if not belong.fullmatch(name)] == []
    assert any(name.endswith(".gz") for name in holding) and "out.jsonl" in holding
    assert [name for name, data in printed.items() if PROMPT.encode() in data and not name.startswith(SHOWS)] == []
    assert list((ground.base / "tmp").iterdir()) == []


def test_a_crash_says_where_and_nothing_else(told: tuple[Ground, dict[str, bytes]]) -> None:
    ground, printed = told
    (report,) = ground.workspace.glob("crash-*.txt")
    text = report.read_text()
    assert "RuntimeError" in text and "in fail" in text and "while handling" not in text
    assert report.stat().st_mode & 0o777 == 0o600
    last = printed["crash"].rpartition(b"\x1b[?1049l")[2].decode()
    assert "RuntimeError" in last and report.name in last.replace("\r\n", "")
    assert "Traceback" not in last and "while handling" not in last


def test_everything_made_is_private_whatever_the_umask(told: tuple[Ground, dict[str, bytes]]) -> None:
    ground, _ = told
    given = {ground.requests_file, ground.workspace / "batchtui.toml", ground.home, ground.base / "tmp"}
    given |= {ground.requests_file.parent}
    made = [path for path in ground.base.rglob("*") if path not in given]
    assert len(made) > 20
    assert [path for path in made if path.stat().st_mode & 0o777 != (0o700 if path.is_dir() else 0o600)] == []
