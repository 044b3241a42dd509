"""`python -m tests.tui.make_pictures docs/pictures`: the README's pictures, taken of the real dashboard on the demo."""

import asyncio
import sys
from pathlib import Path

from batchtui.tui.look import Look
from batchtui.tui.start import look_for
from batchtui.tui.theme import load_theme
from tests.tui.gallery import COLLECTING_SECONDS, UNICODE_TERMINAL, Page, demo_session, show

SIZE = (120, 36)
TROUBLED = "@nightly-eval-1120"

PAGES = [
    Page("home", ()),
    Page("run", ("@product-copy", "enter", "t")),
    Page("errors", (TROUBLED, "e")),
    Page("plan", (TROUBLED, "e", "R")),
]


def main() -> int:
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    with demo_session() as session:
        look = Look(load_theme("dark", session.root / "themes"), look_for(session, UNICODE_TERMINAL).glyphs)
        asyncio.run(show(session, look, SIZE, PAGES, target, COLLECTING_SECONDS))
    for page in PAGES:
        (target / f"{page.name}-{SIZE[0]}x{SIZE[1]}.png").replace(target / f"{page.name}.png")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
