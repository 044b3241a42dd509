"""Pictures of a screen, to look at: SVG by Textual, made sturdy, then PNG where rsvg-convert is there."""

import re
import shutil
import subprocess
from html import escape, unescape
from pathlib import Path
from typing import Any

from textual.app import App

from batchtui.present.width import text_width

_TEXT = re.compile(
    r'<text class="(terminal-[^"]*)" x="([\d.]+)" y="([\d.]+)" textLength="([\d.]+)"[^>]*>([^<]*)</text>'
)


def save_picture(app: App[Any], path: Path, title: str = "") -> Path:
    """Write path.svg and, if it can be made, path.png; returns the best of them.

    Each character gets its place: SVG viewers ignore textLength and fold blanks, which tears lines apart.
    """
    svg = _TEXT.sub(_placed, app.export_screenshot(title=title))
    path.with_suffix(".svg").write_text(svg, encoding="utf-8")
    converter = shutil.which("rsvg-convert")
    if converter is None:
        return path.with_suffix(".svg")
    png = path.with_suffix(".png")
    subprocess.run([converter, str(path.with_suffix(".svg")), "-o", str(png)], check=True)
    return png


def _placed(found: re.Match[str]) -> str:
    kind, x, y, length, text = found.groups()
    text = unescape(text).replace("\xa0", " ")
    cell, at, placed = float(length) / max(1, text_width(text)), float(x), []
    for char in text:
        if char != " ":
            placed.append(f'<text class="{kind}" x="{at:.1f}" y="{y}">{escape(char)}</text>')
        at += cell * text_width(char)
    return "".join(placed)
