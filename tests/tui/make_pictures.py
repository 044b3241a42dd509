"""`python -m tests.tui.make_pictures docs/pictures`: the README's pictures, taken of the real dashboard on the demo."""

import asyncio
import sys
from pathlib import Path

from batchtui.present.glyphs import UNICODE
from batchtui.tui.look import Look
from batchtui.tui.theme import load_theme
from tests.tui.gallery import COLLECTING_SECONDS, show_demo
from tests.tui.gallery_pages import Page
from tests.tui.gallery_scenes import demo_session

SIZE = (120, 36)
TROUBLED = "@nightly-eval-1120"

PAGES = [
    Page("home", ()),
    Page("run", ("@product-copy", "enter", "t")),
    Page("errors", (TROUBLED, "e")),
    Page("plan", (TROUBLED, "e", "R")),
]


def main() -> int:
    target = Path(sys.argv[1]).absolute()
    target.mkdir(parents=True, exist_ok=True)
    with demo_session() as session:
        look = Look(load_theme("dark"), UNICODE)
        asyncio.run(show_demo(session, look, SIZE, PAGES, target, COLLECTING_SECONDS))
    for page in PAGES:
        (target / f"{page.name}-{SIZE[0]}x{SIZE[1]}.png").replace(target / f"{page.name}.png")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
