"""The two sets of glyphs, each one cell wide, and the choice between them."""

from typing import Literal

from msgspec import Struct

GlyphSetting = Literal["auto", "ascii", "unicode"]


class Glyphs(Struct, frozen=True, kw_only=True):
    """What stands for each state, mark and line."""

    name: Literal["unicode", "ascii"]
    succeeded: str
    errored: str
    untold: str
    """Results of a type that is not known: no success, and nothing else is known of them."""
    expired: str
    canceled: str
    processing: str
    unsure: str
    unsent: str
    estimated: str
    now: str
    limit: str
    axis_break: str
    lineage: str
    columns: str
    """Charts: from the lowest to the highest."""
    cursor: str
    mark: str
    alert: str
    stale: str
    unknown: str
    cut: str
    thumb: str
    horizontal: str
    vertical: str
    corners: str
    """Top left, top right, bottom left, bottom right; blank where panels have no sides."""


UNICODE = Glyphs(
    name="unicode",
    succeeded="━",
    errored="■",
    untold="□",
    expired="╌",
    canceled="×",
    processing="─",
    unsure="?",
    unsent="·",
    estimated="┄",
    now="│",
    limit="┊",
    axis_break="╱╱",
    lineage="›",
    columns="▁▂▃▄▅▆▇█",
    cursor="▌",
    mark="◆",
    alert="!",
    stale="○",
    unknown="–",
    cut="…",
    thumb="┃",
    horizontal="─",
    vertical="│",
    corners="╭╮╰╯",
)

ASCII = Glyphs(
    name="ascii",
    succeeded="=",
    errored="!",
    untold="%",
    expired="~",
    canceled="x",
    processing=":",
    unsure="?",
    unsent=".",
    estimated=".",
    now="|",
    limit="|",
    axis_break="//",
    lineage=">",
    columns="########",
    cursor=">",
    mark="*",
    alert="!",
    stale="o",
    unknown="-",
    cut="..",
    thumb="#",
    horizontal="-",
    vertical=" ",
    corners="----",
)


def choose(
    setting: GlyphSetting = "auto", *, encoding: str | None, term: str | None, is_wide: bool | None = None
) -> Glyphs:
    """The glyphs for a terminal; is_wide says that a probe saw ━ take two cells, None that nobody asked."""
    match setting:
        case "ascii":
            return ASCII
        case "unicode":
            return UNICODE
        case "auto":
            is_utf8 = (encoding or "").lower().replace("-", "").replace("_", "") == "utf8"
            return UNICODE if is_utf8 and term != "linux" and not is_wide else ASCII
