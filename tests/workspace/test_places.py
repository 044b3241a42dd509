"""Which workspace is meant, which ones are known, and how a new one is made."""

import os
from datetime import timedelta
from pathlib import Path

import pytest

from batchtui.domain.failures import UsageFailure
from batchtui.domain.settings import Settings
from batchtui.workspace.init import init
from batchtui.workspace.locate import VARIABLE, locate
from batchtui.workspace.registry import Registry
from batchtui.workspace.settings.reading import load_settings
from tests.workspace.records import AT


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
        monkeypatch.setenv(variable, str(tmp_path / "home"))


def where(named: str | None = None, *, environ: dict[str, str] | None = None, here: Path) -> tuple[Path, str]:
    location = locate(named, environ=environ or {}, here=here)
    return location.root, location.origin


def test_the_option_wins_over_the_environment_and_that_over_what_is_near(tmp_path: Path) -> None:
    (tmp_path / ".batchtui").mkdir()
    environ = {VARIABLE: str(tmp_path / "env")}
    assert where("opt", environ=environ, here=tmp_path) == (tmp_path / "opt", "--workspace")
    assert where(environ=environ, here=tmp_path) == (tmp_path / "env", VARIABLE)
    assert where(here=tmp_path) == (tmp_path / ".batchtui", "the nearest .batchtui")


def test_the_nearest_folder_above_is_found(tmp_path: Path) -> None:
    deep = tmp_path / "a" / "b"
    deep.mkdir(parents=True)
    (tmp_path / ".batchtui").mkdir()
    assert where(here=deep)[0] == tmp_path / ".batchtui"
    (tmp_path / "a" / ".batchtui").mkdir()
    assert where(here=deep)[0] == tmp_path / "a" / ".batchtui"


def test_without_any_it_is_one_per_user_and_nothing_is_made(tmp_path: Path) -> None:
    root, origin = where(here=tmp_path)
    assert origin == "one per user"
    assert root.is_relative_to(tmp_path / "home")
    assert list(tmp_path.iterdir()) == []


def test_a_project_that_is_named_means_its_workspace(tmp_path: Path) -> None:
    (tmp_path / "project" / ".batchtui").mkdir(parents=True)
    assert where("project", here=tmp_path)[0] == tmp_path / "project" / ".batchtui"
    (tmp_path / "project" / "journal.jsonl").touch()
    assert where("project", here=tmp_path)[0] == tmp_path / "project"


def test_home_and_dots_in_a_named_folder_are_resolved(tmp_path: Path) -> None:
    assert where("~/space", here=tmp_path)[0] == tmp_path / "home" / "space"
    assert where("../x", here=tmp_path)[0] == tmp_path.parent / "x"


def test_a_file_that_is_named_as_a_workspace_is_refused_in_words(tmp_path: Path) -> None:
    file = tmp_path / "in.jsonl"
    file.write_text("{}")
    with pytest.raises(UsageFailure, match="is a file, a workspace is a folder"):
        locate(str(file), environ={}, here=tmp_path)


def test_a_folder_of_another_user_is_only_used_when_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".batchtui").mkdir()
    monkeypatch.setattr(os, "geteuid", lambda: (tmp_path / ".batchtui").stat().st_uid + 1)
    with pytest.raises(UsageFailure, match="belongs to another user"):
        where(here=tmp_path)
    assert where(str(tmp_path / ".batchtui"), here=tmp_path)[0] == tmp_path / ".batchtui"


def test_init_makes_a_workspace_whose_settings_are_the_defaults(tmp_path: Path) -> None:
    made = init(tmp_path)
    assert made.is_new
    assert made.root == tmp_path / ".batchtui"
    assert (made.root / ".gitignore").read_text() == "*\n"
    assert load_settings(made.root) == Settings()


def test_init_never_overwrites(tmp_path: Path) -> None:
    init(tmp_path).settings.write_text("[ui]\nmouse = true\n")
    again = init(tmp_path)
    assert not again.is_new
    assert again.settings.read_text() == "[ui]\nmouse = true\n"


def test_workspaces_are_remembered_newest_first_and_once_each(tmp_path: Path) -> None:
    registry = Registry(tmp_path / "state" / "list")
    (tmp_path / "a").mkdir()
    registry.remember(tmp_path / "a", AT)
    registry.remember(tmp_path / "b", AT + timedelta(hours=1))
    registry.remember(tmp_path / "a", AT + timedelta(hours=2))
    found = registry.known()
    assert [(one.root, one.is_there) for one in found] == [(str(tmp_path / "a"), True), (str(tmp_path / "b"), False)]
    assert (tmp_path / "state" / "list").stat().st_mode & 0o777 == 0o700


def test_the_list_of_workspaces_is_the_users_own_and_looking_makes_none(tmp_path: Path) -> None:
    registry = Registry()
    assert registry.known() == ()
    assert not (tmp_path / "home").exists()
    registry.remember(tmp_path, AT)
    assert [one.root for one in Registry().known()] == [str(tmp_path)]
    assert list((tmp_path / "home").rglob("*.json"))


def test_a_list_that_cannot_be_written_or_read_stops_nobody(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    registry = Registry(tmp_path / "file" / "list")
    registry.remember(tmp_path, AT)
    assert registry.known() == ()
    damaged = Registry(tmp_path / "damaged")
    damaged.remember(tmp_path, AT)
    for path in (tmp_path / "damaged").iterdir():
        path.write_bytes(b"{")
    assert damaged.known() == ()
