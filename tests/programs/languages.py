"""The programs that `plan --code` writes, made ready to be run: with this Python, or with the machine's Node."""

import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import platformdirs
import pytest

from batchtui.domain.forecasting.job import Backoff, Job
from batchtui.workspace.programs import Language, Program, write_program

OLDEST_NODE = 20
PACKAGES = ("@anthropic-ai/sdk@1.12.0", "typescript@7.0.2", "@types/node@20.19.43")
COMPILE = ("--module", "nodenext", "--target", "es2022", "--strict", "--noUncheckedIndexedAccess")
MODEL = "claude-haiku-4-5"


def wait_until(holds: Callable[[], bool], *, seconds: float = 60) -> None:
    """Look often; a loaded machine gets all the time it needs."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def small_job(**changes: object) -> Job:
    """25 requests in three batches, two at a time, with hardly any waiting."""
    usual: dict[str, object] = {
        "requests": 25,
        "batch_requests": 10,
        "open_batches": 2,
        "max_attempts": 3,
        "delay_seconds": 0.2,
        "poll_seconds": 0.05,
        "backoff": Backoff.FIXED,
    }
    return Job(**{**usual, **changes})  # type: ignore[arg-type]  # what a job is made of


@dataclass(frozen=True)
class Ran:
    code: int
    said: str


@dataclass(frozen=True)
class Script:
    """A program beside a file of requests."""

    command: tuple[str, ...]
    file: Path
    base_url: str

    @property
    def folder(self) -> Path:
        return self.file.with_suffix(".batches")

    def start(self, *options: str) -> "subprocess.Popen[bytes]":
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("ANTHROPIC_")},
            "ANTHROPIC_API_KEY": "sk-ant-test-not-a-key",
            "ANTHROPIC_BASE_URL": self.base_url,
            "NO_PROXY": "127.0.0.1",
        }
        log = (self.file.parent / "said.txt").open("ab")
        with log:
            return subprocess.Popen(
                [*self.command, str(self.file), *options], env=environment, stdin=subprocess.DEVNULL, stderr=log
            )

    @property
    def said(self) -> str:
        return (self.file.parent / "said.txt").read_text()

    def run(self, *options: str) -> Ran:
        process = self.start(*options)
        try:
            return Ran(process.wait(100), self.said)
        finally:
            process.kill()
            process.wait()

    def rows(self, name: str) -> dict[str, dict[str, object]]:
        """A file of the folder by custom_id; an id that is there twice fails."""
        found = [json.loads(line) for line in (self.folder / name).read_text().splitlines()]
        assert len({row["custom_id"] for row in found}) == len(found)
        return {row["custom_id"]: row for row in found}


class Maker:
    """Writes programs and the files of requests they are for."""

    def __init__(self, place: Path, node_modules: Path | None) -> None:
        self._place = place
        self._node_modules = node_modules

    def __call__(
        self, language: Language, base_url: str, job: Job | None = None, *, batch_bytes: int = 10**8
    ) -> Script:
        job = job or small_job()
        text = write_program(Program(job=job, models=(MODEL,), max_tokens=64, batch_bytes=batch_bytes), language)
        rows = [{"custom_id": f"r-{number}", "prompt": f"Say {number}."} for number in range(job.requests)]
        file = self._place / "requests.jsonl"
        file.write_text("".join(json.dumps(row) + "\n" for row in rows))
        return self.script(language, text, file, base_url)

    def script(self, language: Language, text: str, file: Path, base_url: str) -> Script:
        """A program of this text, for a file that is there."""
        return Script(self._command(language, text), file, base_url)

    def _command(self, language: Language, text: str) -> tuple[str, ...]:
        match language:
            case Language.PYTHON:
                path = self._place / "batch_job.py"
                path.write_text(text)
                return sys.executable, str(path)
            case Language.JAVASCRIPT:
                path = self._place / "batch_job.mjs"
                path.write_text(text)
            case Language.TYPESCRIPT:
                path = self._place / "batch_job.mjs"
                path.write_text(self._compiled(text))
        self._link_modules()
        return "node", str(path)

    def _compiled(self, text: str) -> str:
        """What the compiler makes of it; the same text is compiled once."""
        assert self._node_modules is not None
        folder = self._node_modules.parent
        source = folder / f"{hashlib.sha256(text.encode()).hexdigest()[:16]}.mts"
        target = source.with_suffix(".mjs")
        if not target.exists():
            source.write_text(text)
            compiler = self._node_modules / ".bin" / "tsc"
            done = subprocess.run([compiler, *COMPILE, source], cwd=folder, capture_output=True, text=True)
            assert done.returncode == 0, done.stdout
        return target.read_text()

    def _link_modules(self) -> None:
        assert self._node_modules is not None
        link = self._place / "node_modules"
        if not link.exists():
            link.symlink_to(self._node_modules)


def install_packages(place: Path) -> Path:
    """The SDK and the compiler in a folder of the session; skips where there is no Node, or no registry answers.

    They come from npm once: a copy of these very versions is kept in the user's cache.
    """
    if shutil.which("node") is None or shutil.which("npm") is None:
        pytest.skip("no Node on this machine")
    version = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout
    if int(version.strip().removeprefix("v").split(".")[0]) < OLDEST_NODE:
        pytest.skip(f"Node {version.strip()} is older than {OLDEST_NODE}")
    modules = place / "node_modules"
    modules.symlink_to(_kept() or _installed(place / "npm"))
    return modules


def _kept() -> Path | None:
    """The copy in the cache, made now if there is none; None where there can be no cache."""
    versions = hashlib.sha256("\n".join((*PACKAGES, platform.machine(), sys.platform)).encode()).hexdigest()[:16]
    folder = platformdirs.user_cache_path("batchtui") / "tests" / f"npm-{versions}"
    if folder.exists():
        return folder / "node_modules"
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent) as making:
            _installed(Path(making) / "whole")
            with suppress(OSError):  # another session was quicker
                (Path(making) / "whole").rename(folder)
    except OSError:
        return None
    return folder / "node_modules" if folder.exists() else None


def _installed(place: Path) -> Path:
    place.mkdir()
    (place / "package.json").write_text("{}")
    command = ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--fetch-retries=1", *PACKAGES]
    try:
        done = subprocess.run(command, cwd=place, capture_output=True, text=True, timeout=240)
    except subprocess.TimeoutExpired:
        pytest.skip("the npm registry does not answer")
    if done.returncode:
        pytest.skip(f"npm could not install the SDK: {done.stderr.strip()[-200:]}")
    return place / "node_modules"
