"""Whatever is typed as a path is a path, or is said to be none; it never ends the program."""

import os
from pathlib import Path

import pytest

from batchtui.domain.failures import BadInput
from batchtui.present.export_choice import ExportChoice, ExportWish
from batchtui.tui.screens.export import export
from batchtui.tui.typed_path import is_taken, typed_path
from batchtui.workspace.jobs import ChildJobs
from tests.tui.filed import Filed


def test_a_home_that_nobody_has_is_taken_as_it_stands() -> None:
    assert typed_path(" ~nobody-has-this-name/file ") == Path("~nobody-has-this-name/file")
    assert typed_path("~/file") == Path.home() / "file"


@pytest.mark.parametrize("text", ["x" * 5000, "a\0b"], ids=["long", "NUL"])
def test_what_is_no_possible_name_is_not_taken(text: str) -> None:
    assert not is_taken(Path(text))


@pytest.mark.parametrize("length", [250, 500])
async def test_a_name_too_long_to_be_written_is_said_and_is_no_defect(
    nightly: Filed, tmp_path: Path, length: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """250 characters are a possible name, only that of the partial file beside it is none."""
    monkeypatch.setattr(nightly.engine, "jobs", ChildJobs())
    with pytest.raises(BadInput, match="file name too long"):
        wish = ExportWish(name="nightly-eval-1120")
        await export(nightly.engine, wish, ExportChoice(), tmp_path / ("y" * length), lambda _progress: None)
    assert os.listdir(tmp_path) == []
