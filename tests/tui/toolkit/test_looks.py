"""Themes found, chosen and turned into styles."""

from pathlib import Path

import pytest

from batchtui import data
from batchtui.data import data_dir
from batchtui.present.cells import Span, cell
from batchtui.present.glyphs import UNICODE
from batchtui.present.themes import ROLES
from batchtui.present.width import text_width
from batchtui.tui.look import Look
from batchtui.tui.theme import default_theme_name, load_theme, textual_theme, theme_files

SHIPPED = ("ansi16", "dark", "high-contrast", "light", "mono")


def test_a_users_own_theme_wins_over_one_that_ships(tmp_path: Path) -> None:
    own = (data_dir("themes") / "dark.toml").read_text(encoding="utf-8").replace("#e8c468", "#ffffff")
    (tmp_path / "dark.toml").write_text(own, encoding="utf-8")
    (tmp_path / "dusk.toml").write_text(own.replace('"dark"', '"dusk"'), encoding="utf-8")
    assert load_theme("dark", tmp_path).colors["warn"] == "#ffffff"
    assert load_theme("dusk", tmp_path).name == "dusk"
    assert set(theme_files(tmp_path)) == {*SHIPPED, "dusk"}
    assert load_theme("dark", tmp_path / "none").colors["warn"] == "#e8c468"


def test_an_unknown_theme_names_those_there_are() -> None:
    with pytest.raises(LookupError, match="no theme drak"):
        load_theme("drak")


@pytest.mark.parametrize(
    ("environ", "name"),
    [
        ({"NO_COLOR": "1", "TERM": "xterm-256color", "COLORTERM": "truecolor"}, "mono"),
        ({"NO_COLOR": "", "TERM": "xterm-256color"}, "dark"),
        ({"TERM": "xterm", "COLORTERM": "truecolor"}, "dark"),
        ({"TERM": "xterm"}, "ansi16"),
        ({"TERM": "linux"}, "ansi16"),
    ],
)
def test_the_terminal_chooses_a_theme_it_can_show(environ: dict[str, str], name: str) -> None:
    assert default_theme_name(environ) == name


@pytest.mark.parametrize("name", SHIPPED)
def test_textual_takes_every_theme(name: str) -> None:
    variables = textual_theme(load_theme(name)).to_color_system().generate()
    assert variables["background"] and variables["foreground"]


def test_mono_sends_no_colour_whatever_the_role() -> None:
    look = Look(load_theme("mono"), UNICODE)
    for role in ROLES:
        for on in (None, "selection", "head"):
            style = look.style(role, on=on)
            assert style.color is None and style.bgcolor is None
    assert look.style("text", on="selection").reverse and look.style("background", on="head").reverse
    assert look.style("alert").bold and look.style("alert").underline


def test_reversed_cells_drop_their_colours() -> None:
    look = Look(load_theme("ansi16"), UNICODE)
    assert look.style("run", on="selection").color == look.style("text", on="selection").color
    assert look.style("err").bold and not look.style("err", bold=False).bold


def test_the_cursor_in_a_coloured_theme_is_a_ground_and_bold() -> None:
    look = Look(load_theme("dark"), UNICODE)
    style = look.style("run", on="selection")
    assert style.bold and style.color == look.style("run").color and style.bgcolor != look.style("run").bgcolor


def test_strips_are_exactly_as_wide_as_asked() -> None:
    look = Look(load_theme("dark"), UNICODE)
    for spans in (cell("漢字 and more"), (Span("a"), Span(""), Span("b" * 40)), ()):
        strip = look.strip(spans, 12)
        assert strip.cell_length == 12 == text_width(strip.text)


def test_data_is_found_in_a_wheel_and_in_a_checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "batchtui"
    (tmp_path / "themes").mkdir()
    package.mkdir()
    monkeypatch.setattr(data, "_PACKAGE", package)
    assert data_dir("themes") == tmp_path / "themes"
    (package / "_data" / "themes").mkdir(parents=True)
    assert data_dir("themes") == package / "_data" / "themes"
    with pytest.raises(FileNotFoundError, match="without its examples"):
        data_dir("examples")
