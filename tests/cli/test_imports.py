"""A command imports what it needs: never Textual, and the SDK only where the network is needed."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.program import Program

ROOT = Path(__file__).parents[2]
HEAVY = ("textual", "anthropic", "httpx2", "starlette", "uvicorn", "rich")

SCRIPT = """
import json, os, sys
from batchtui.__main__ import main
sys.argv = ["batchtui", *sys.argv[1:]]
sys.stdout = open(os.devnull, "w")
try:
    code = main()
except SystemExit as end:
    code = end.code
loaded = sorted({name.partition(".")[0] for name in sys.modules})
print(json.dumps({"code": code, "loaded": loaded, "cli": "batchtui.cli" in sys.modules}), file=sys.__stderr__)
"""


def loaded_by(*arguments: str) -> dict[str, object]:
    """Run a command in a process of its own and tell what it imported."""
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    return dict(json.loads(done.stderr.splitlines()[-1]))


@pytest.mark.parametrize(
    "arguments",
    [
        ["ls", "--offline"],
        ["show", "demo-run", "--offline"],
        ["errors", "demo-run", "--offline"],
        ["check", "requests.jsonl"],
        ["plan", "requests.jsonl"],
        ["submit", "requests.jsonl", "--dry-run"],
        ["info"],
        ["help", "--keys"],
        ["--help"],
    ],
    ids=" ".join,
)
def test_a_command_without_network_loads_neither_textual_nor_the_sdk(
    program: Program, requests_file: Path, arguments: list[str]
) -> None:
    assert program("submit", str(requests_file), "--name", "demo-run", "--detach", "--yes").code == 0
    told = loaded_by(*arguments)
    assert told["code"] == 0
    assert not set(HEAVY) & set(told["loaded"])  # type: ignore[call-overload]


def test_the_version_is_answered_before_anything_is_imported(environment: Path) -> None:
    told = loaded_by("--version")
    assert told["code"] == 0
    assert told["cli"] is False
    assert "click" not in told["loaded"]  # type: ignore[operator]
