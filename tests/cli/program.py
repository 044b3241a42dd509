"""The program as a test drives it: in this process, with what it printed and how it ended."""

import io
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from batchtui.cli.main import run
from tests.cli.schemas import validate


@dataclass(frozen=True, kw_only=True)
class Ending:
    """What one command came to."""

    code: int
    stdout: str
    stderr: str

    @property
    def object(self) -> dict[str, Any]:
        """The one object on stdout, checked against its schema."""
        (line,) = self.stdout.splitlines()
        return validate(json.loads(line))

    @property
    def objects(self) -> list[dict[str, Any]]:
        """JSON Lines on stdout, each checked against its schema."""
        return [validate(json.loads(line)) for line in self.stdout.splitlines()]


class Program:
    """Runs commands with the options every test wants in front."""

    def __init__(self, workspace: Path) -> None:
        self.workspace = workspace

    def __call__(self, *arguments: str, stdin: bytes = b"") -> Ending:
        """Run a command for people."""
        with _streams(stdin) as (out, err):
            code = run(arguments)
        return Ending(code=code, stdout=out.getvalue().decode(), stderr=err.getvalue().decode())

    def json(self, *arguments: str, stdin: bytes = b"") -> Ending:
        """Run a command for programs."""
        return self(*arguments, "--json", stdin=stdin)

    def settings(self, text: str) -> None:
        """Write the workspace's settings."""
        self.workspace.mkdir(mode=0o700, exist_ok=True)
        (self.workspace / "batchtui.toml").write_text(text)

    @property
    def staged(self) -> list[Path]:
        """Plans that lie in staging; the locks beside them are swept with their process."""
        folder = self.workspace / "staging"
        return [path for path in folder.iterdir() if path.is_dir()] if folder.exists() else []


@contextmanager
def _streams(stdin: bytes) -> Iterator[tuple[io.BytesIO, io.BytesIO]]:
    """Standard streams that are no terminal, for the length of one command."""
    out, err = io.BytesIO(), io.BytesIO()
    earlier = sys.stdin, sys.stdout, sys.stderr
    sys.stdin = io.TextIOWrapper(io.BytesIO(stdin))
    sys.stdout = io.TextIOWrapper(out, encoding="utf-8", write_through=True)
    sys.stderr = io.TextIOWrapper(err, encoding="utf-8", write_through=True)
    try:
        yield out, err
    finally:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
            stream.detach()
        sys.stdin, sys.stdout, sys.stderr = earlier
