"""Looks of cells as the terminal keeps them, and the shortest way from one to the next."""

from functools import lru_cache
from typing import Final, NamedTuple

from rich.color import Color, ColorSystem
from rich.style import Style

BOLD, DIM, ITALIC, UNDERLINE, BLINK, REVERSE, CONCEAL, STRIKE, DOUBLE, OVERLINE = (1 << bit for bit in range(10))
SEEN_ON_BLANKS: Final = UNDERLINE | REVERSE | STRIKE | DOUBLE | OVERLINE

_ON: Final = (
    (BOLD, "1"),
    (DIM, "2"),
    (ITALIC, "3"),
    (UNDERLINE, "4"),
    (BLINK, "5"),
    (REVERSE, "7"),
    (CONCEAL, "8"),
    (STRIKE, "9"),
    (DOUBLE, "21"),
    (OVERLINE, "53"),
)
_OFF: Final = (
    (BOLD | DIM, "22"),
    (ITALIC, "23"),
    (UNDERLINE | DOUBLE, "24"),
    (BLINK, "25"),
    (REVERSE, "27"),
    (CONCEAL, "28"),
    (STRIKE, "29"),
    (OVERLINE, "55"),
)


class Pen(NamedTuple):
    """Colours as SGR codes and attributes as bits; an empty foreground is one that does not show."""

    fg: str = "39"
    bg: str = "49"
    attributes: int = 0


PLAIN: Final = Pen()
RESET: Final = "\x1b[m"


@lru_cache(maxsize=4096)
def pen_of(style: Style | None, color_system: ColorSystem | None) -> Pen:
    """The pen a Rich style asks for, in the colours the terminal has."""
    if style is None:
        return PLAIN
    wanted = (
        (style.bold, BOLD),
        (style.dim, DIM),
        (style.italic, ITALIC),
        (style.underline, UNDERLINE),
        (style.blink or style.blink2, BLINK),
        (style.reverse, REVERSE),
        (style.conceal, CONCEAL),
        (style.strike, STRIKE),
        (style.underline2, DOUBLE),
        (style.overline, OVERLINE),
    )
    return Pen(
        _codes(style.color, color_system, is_foreground=True),
        _codes(style.bgcolor, color_system, is_foreground=False),
        sum(bit for is_wanted, bit in wanted if is_wanted),
    )


@lru_cache(maxsize=4096)
def pen_for_blank(pen: Pen) -> Pen:
    """What of a pen shows on a blank, so that blanks that look alike are alike."""
    return pen if pen.attributes & SEEN_ON_BLANKS else Pen("", pen.bg, 0)


@lru_cache(maxsize=16384)
def change(have: Pen | None, want: Pen) -> tuple[str, Pen]:
    """The shortest sequence after which want holds, and what then holds; None is a pen nobody knows."""
    if have is None:
        sequence, held = change(PLAIN, want)
        return (f"\x1b[0;{sequence[2:]}" if len(sequence) > len(RESET) else RESET), held
    if not want.fg:  # a blank: foreground and weight stay whatever they are
        want = Pen(have.fg, want.bg, have.attributes & ~SEEN_ON_BLANKS)
    if have == want:
        return "", have
    if want == PLAIN:
        return RESET, PLAIN
    by_difference = _difference(have, want)
    from_scratch = ["0", *_difference(PLAIN, want)]
    codes = min(";".join(by_difference), ";".join(from_scratch), key=len)
    return f"\x1b[{codes}m", want


def _difference(have: Pen, want: Pen) -> list[str]:
    codes: list[str] = []
    held = have.attributes
    for bits, code in _OFF:
        if held & bits & ~want.attributes:
            codes.append(code)
            held &= ~bits
    codes += [code for bit, code in _ON if want.attributes & ~held & bit]
    if want.fg != have.fg:
        codes.append(want.fg)
    if want.bg != have.bg:
        codes.append(want.bg)
    return codes


def _codes(color: Color | None, color_system: ColorSystem | None, *, is_foreground: bool) -> str:
    if color is None or color.is_default or color_system is None:
        return "39" if is_foreground else "49"
    return ";".join(color.downgrade(color_system).get_ansi_codes(is_foreground))
