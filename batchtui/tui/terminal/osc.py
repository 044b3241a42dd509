"""Sequences for what lies outside the screen: the clipboard and the title. Text in, text out."""

from base64 import b64encode
from collections.abc import Mapping
from typing import Final

from batchtui.present.clean import clean

SAVE_TITLE: Final = "\x1b[22;2t"
RESTORE_TITLE: Final = "\x1b[23;2t"
MOST_COPIED_BYTES: Final = 74_994
"""What xterm and others take of base64 is 100,000; more is cut off or ignored in silence, so more is refused."""


def copy_sequence(text: str, environ: Mapping[str, str]) -> str | None:
    """OSC 52, also in the form tmux passes on; None when the text is too long for a terminal to take."""
    data = text.encode("utf-8", "surrogatepass")
    if len(data) > MOST_COPIED_BYTES:
        return None
    sequence = f"\x1b]52;c;{b64encode(data).decode('ascii')}\a"
    # tmux takes the plain form with set-clipboard on, and the wrapped one with allow-passthrough on: send both.
    return sequence + for_tmux(sequence) if environ.get("TMUX") else sequence


def title_sequence(text: str) -> str:
    """Set the window's title."""
    return f"\x1b]2;{clean(text)}\a"


def for_tmux(sequence: str) -> str:
    """Wrapped so that tmux hands it to the terminal it runs in."""
    return "\x1bPtmux;" + sequence.replace("\x1b", "\x1b\x1b") + "\x1b\\"
