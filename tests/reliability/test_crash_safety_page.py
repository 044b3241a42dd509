"""docs/crash-safety.md names a test for each of its steps, and each of those tests exists."""

import ast
import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "crash-safety.md").read_text()
STEP = re.compile(r"^\| \d+ \|.*\| ([a-z, ]+) \|$", re.MULTILINE)
REMARK = re.compile(r"\(([a-z]+(?:, [a-z]+)*)\)")
"""Words between the tables, such as (swept)."""
WORD = re.compile(r"^\| ([a-z]+) \| .*tests[./]", re.MULTILINE)
NAMED = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")


@cache
def names_in(path: str) -> frozenset[str]:
    tree = ast.parse((ROOT / path).read_text())
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, functions))


def test_every_test_that_is_named_exists() -> None:
    named = NAMED.findall(PAGE)
    assert len(named) > 15
    for path, name in named:
        assert (ROOT / path).is_file(), path
        assert not name or name in names_in(path), f"{path}::{name}"


def test_every_step_names_what_proves_it() -> None:
    steps = [line for line in PAGE.splitlines() if re.match(r"\| \d+ \|", line)]
    proofs = STEP.findall(PAGE)
    assert len(steps) == len(proofs) > 15
    words = set(WORD.findall(PAGE))
    used = {word for proof in proofs for word in proof.split(", ")}
    said = {word for remark in REMARK.findall(PAGE) for word in remark.split(", ")}
    assert used | (said & words) == words, "each word is explained, and none is left over"
