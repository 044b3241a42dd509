"""What the pages for people point to is there."""

import re
from pathlib import Path

import pytest

from batchtui.domain.actions.table import ACTIONS, key_label

ROOT = Path(__file__).parents[1]
PAGES = sorted(path.relative_to(ROOT).as_posix() for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")))

_LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)")
_NAMED = re.compile(r"`((?:batchtui|tests|domain|engine|present|workspace|api|tui|cli|simulator)/[\w/*-]+(?:\.py)?)`")
"""Modules and packages; a package is named without a suffix."""


@pytest.mark.parametrize("page", PAGES)
def test_a_page_points_to_what_is_there(page: str) -> None:
    here = ROOT / page
    text = here.read_text(encoding="utf-8")
    links = [target for target in _LINK.findall(text) if "://" not in target]
    assert [target for target in links if not (here.parent / target).exists()] == []
    assert [name for name in _NAMED.findall(text) if not found(name)] == []


def test_the_keys_of_the_readme_are_those_of_the_dashboard() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8").partition("## Keys")[2].partition("## The workspace")[0]
    cells = [cell for line in text.splitlines() if line.startswith("| `") for cell in line.split("|")[1:4:2]]
    told = {key for cell in cells for key in re.findall(r"`([^`]+)`", cell)}
    labels = {key_label(key) for action in ACTIONS for key in action.keys}
    assert len(told) > 40 and told <= labels


def found(name: str) -> list[Path]:
    """Files of that path; packages are named without the one around them."""
    return [*ROOT.glob(name), *ROOT.glob(f"batchtui/{name}")]


def test_the_index_of_the_documentation_names_every_page() -> None:
    index = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
    pages = [path.name for path in (ROOT / "docs").glob("*.md") if path.name != "README.md"]
    assert [name for name in pages if f"({name})" not in index] == []


ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")


def test_the_architecture_names_every_package() -> None:
    packages = [
        path.parent.relative_to(ROOT / "batchtui").as_posix() for path in ROOT.glob("batchtui/*/**/__init__.py")
    ]
    assert [name for name in packages if f"`{name}`" not in ARCHITECTURE and f" {name} " not in ARCHITECTURE] == []


def test_the_parts_of_the_engine_are_classes_of_it() -> None:
    table = ARCHITECTURE.partition("| Part | Owns |")[2].partition("\n\n")[0]
    named = [
        name for row in table.splitlines() for name in re.findall(r"`(\w+)`", row.split("|")[1] if "|" in row else "")
    ]
    source = "".join(path.read_text(encoding="utf-8") for path in ROOT.glob("batchtui/engine/*.py"))
    assert len(named) > 10
    assert [name for name in named if f"\nclass {name}" not in source] == []


def test_no_module_names_a_page_that_a_reader_does_not_have() -> None:
    wanting = re.compile(r"\b(?:SPEC|UX|LOOKS|STYLE|ARCHITECTURE)(?:\.md\b|, \*\w|, `\w)")
    modules = [path for folder in ("batchtui", "tests") for path in ROOT.glob(f"{folder}/**/*.py")]
    assert [path.name for path in modules if wanting.search(path.read_text(encoding="utf-8"))] == []
