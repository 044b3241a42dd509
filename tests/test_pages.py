"""What the pages for people point to is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = sorted(path.relative_to(ROOT).as_posix() for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")))

_LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)")
_NAMED = re.compile(r"`((?:batchtui|tests|docs|examples|domain|engine|present|workspace|api|tui|cli)/[\w/*.-]+\.py)")


@pytest.mark.parametrize("page", PAGES)
def test_a_page_points_to_what_is_there(page: str) -> None:
    here = ROOT / page
    text = here.read_text(encoding="utf-8")
    links = [target for target in _LINK.findall(text) if "://" not in target]
    assert [target for target in links if not (here.parent / target).exists()] == []
    assert [name for name in _NAMED.findall(text) if not found(name)] == []


def found(name: str) -> list[Path]:
    """Files of that path; packages are named without the one around them."""
    return [*ROOT.glob(name), *ROOT.glob(f"batchtui/{name}")]


def test_the_index_of_the_documentation_names_every_page() -> None:
    index = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
    pages = [path.name for path in (ROOT / "docs").glob("*.md") if path.name != "README.md"]
    assert [name for name in pages if f"({name})" not in index] == []
