"""How spans look: the styles of a theme. It knows Rich alone, so that a page can be painted before Textual is there."""

from rich.color import Color
from rich.segment import Segment
from rich.style import Style

from batchtui.present.cells import Cell, Role, Span, cell_width, fit_cell
from batchtui.present.glyphs import Glyphs
from batchtui.present.themes import Theme


class Palette:
    """Styles spans with one theme and one set of glyphs; made anew when either changes."""

    def __init__(self, theme: Theme, glyphs: Glyphs) -> None:
        self.theme = theme
        self.glyphs = glyphs
        self._colors = {role: _rich_color(value) for role, value in theme.colors.items()}
        self._styles: dict[tuple[Role, bool | None, Role | None], Style] = {}

    def style(self, role: Role = "text", *, bold: bool | None = None, on: Role | None = None) -> Style:
        """The Rich style of a role, with an explicit background so that nothing shows through."""
        key = (role, bold, on)
        found = self._styles.get(key)
        if found is None:
            found = self._styles[key] = self._make_style(role, bold, on)
        return found

    def segments(self, spans: Cell, width: int) -> list[Segment]:
        """The spans in exactly width cells."""
        if cell_width(spans) != width:
            spans = fit_cell(spans, width, mark=self.glyphs.cut)
        return [self._segment(span) for span in spans if span.text]

    def _segment(self, span: Span) -> Segment:
        return Segment(span.text, self.style(span.role, bold=span.bold, on=span.on))

    def _make_style(self, role: Role, bold: bool | None, on: Role | None) -> Style:
        attributes = self.theme.attributes
        of_role = attributes.get(role, ())
        if on is None:
            return self._styled(role, self._colors["background"], of_role, bold)
        of_ground = attributes.get(on, ())
        if "reverse" in of_ground or self.theme.is_mono:
            # Reversed cells drop their colours, or the row turns into a rainbow.
            return self._styled("text", self._colors["background"], ("reverse",), bold)
        return self._styled(role, self._colors[on], (*of_role, *(of_ground if on == "selection" else ())), bold)

    def _styled(self, role: Role, ground: Color | None, attributes: tuple[str, ...], bold: bool | None) -> Style:
        is_bold = "bold" in attributes if bold is None else bold
        return Style(
            color=self._colors[role],
            bgcolor=ground,
            bold=is_bold or None,
            dim="dim" in attributes or None,
            italic="italic" in attributes or None,
            underline="underline" in attributes or None,
            reverse="reverse" in attributes or None,
        )


def _rich_color(value: str) -> Color | None:
    if value == "ansi_default":
        return None
    return Color.parse(value.removeprefix("ansi_"))
