"""Themes: what ships is legible, and a mistake in one's own is told with its line."""

from itertools import product

import pytest

from batchtui.data import data_dir
from batchtui.present.cells import Role
from batchtui.present.themes import ROLES, Theme, ThemeError, parse_theme

SHIPPED = ("ansi16", "dark", "high-contrast", "light", "mono")


def shipped(name: str) -> Theme:
    path = data_dir("themes") / f"{name}.toml"
    return parse_theme(path.read_text(encoding="utf-8"), path.name)


def contrast(first: str, second: str) -> float:
    """WCAG's contrast ratio of two #rrggbb colours."""
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(color: str) -> float:
    channels = [int(color[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_five_themes_ship_and_say_their_own_name() -> None:
    assert tuple(sorted(path.stem for path in data_dir("themes").glob("*.toml"))) == SHIPPED
    assert all(shipped(name).name == name for name in SHIPPED)


@pytest.mark.parametrize(("name", "least"), [("dark", 4.5), ("light", 4.5), ("high-contrast", 7.0)])
def test_every_role_that_is_read_has_contrast_on_every_ground(name: str, least: float) -> None:
    colors = shipped(name).colors
    read = [role for role in ROLES if role not in ("rule", "background", "selection")]
    grounds: tuple[Role, ...] = ("background", "selection")
    for role, ground in product(read, grounds):
        assert contrast(colors[role], colors[ground]) >= least, (role, ground)
    assert contrast(colors["rule"], colors["background"]) > 1.5  # decoration, but there


def test_mono_sends_no_colour_and_every_state_has_a_weight() -> None:
    theme = shipped("mono")
    assert theme.is_mono and theme.is_ansi
    assert theme.attributes["alert"] == ("bold", "underline")
    assert theme.attributes["selection"] == ("reverse",)
    assert "dim" not in [word for role, words in theme.attributes.items() if role != "rule" for word in words]


def test_ansi16_uses_only_the_terminals_own_colours() -> None:
    theme = shipped("ansi16")
    assert all(color.startswith("ansi_") for color in theme.colors.values()) and not theme.is_mono


def test_contrast_is_the_wcag_formula() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


GOOD = (data_dir("themes") / "dark.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "line_holds", "message"),
    [
        (GOOD.replace("canceled   =", "cancelled  ="), "cancelled", "did you mean canceled?"),
        (GOOD.replace('"#e8c468"', '"amber"'), "amber", "warn is not a colour"),
        ('ok = "#00ff00"\n' + GOOD, "ok =", "ok is a colour: it belongs beneath [colors]"),
        (GOOD.replace('"#e8c468"', '"#e8c46"'), "#e8c46", "warn is not a colour"),
        (GOOD.replace('warn       = "#e8c468"\n', ""), "[colors]", "[colors] lacks warn"),
        (GOOD.replace('alert     = "bold"', 'alert     = "blink"'), "blink", "blink is none of bold"),
        (GOOD.replace("dark = true", 'dark = "yes"'), 'dark = "yes"', "dark is true or false"),
        (GOOD.replace('name = "dark"', ""), "", "a theme needs a name"),
        (GOOD.replace("[attributes]", "[atributes]"), "[atributes]", "did you mean attributes?"),
        (GOOD.replace("[colors]", "[colors"), "[colors", "own.toml"),
    ],
)
def test_a_mistake_is_told_with_its_line(text: str, line_holds: str, message: str) -> None:
    with pytest.raises(ThemeError) as caught:
        parse_theme(text, "own.toml")
    assert message in str(caught.value)
    assert line_holds in text.splitlines()[caught.value.line - 1]
    assert str(caught.value).startswith(f"own.toml:{caught.value.line}: ")
