"""Themes as Textual wants them: turned into CSS variables."""

from textual.theme import BUILTIN_THEMES
from textual.theme import Theme as TextualTheme

from batchtui.present.themes import Theme
from batchtui.tui.theme_files import default_theme_name as default_theme_name
from batchtui.tui.theme_files import load_theme as load_theme
from batchtui.tui.theme_files import theme_files as theme_files


def textual_theme(theme: Theme) -> TextualTheme:
    """The same colours as CSS variables ($background, $primary, $warning …), for what Textual itself draws."""
    colors = theme.colors
    # Textual's style sheets name variables that only its own ANSI themes define.
    borrowed = BUILTIN_THEMES["ansi-dark" if theme.is_dark else "ansi-light"].variables if theme.is_ansi else {}
    ours = {"text-muted": colors["dim"], "border": colors["rule"], "border-blurred": colors["rule"]}
    return TextualTheme(
        name=f"batchtui-{theme.name}",
        primary=colors["head"],
        secondary=colors["run"],
        accent=colors["head"],
        warning=colors["warn"],
        error=colors["err"],
        success=colors["ok"],
        foreground=colors["text"],
        background=colors["background"],
        surface=colors["background"],
        panel=colors["selection"],
        boost=colors["background"],
        dark=theme.is_dark,
        ansi=theme.is_ansi,
        text_alpha=1.0,
        variables=borrowed | ours,
    )
