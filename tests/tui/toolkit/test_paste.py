"""A paste is one paste, whatever is in it and however it arrives."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.events import Paste

from batchtui.tui.wire.parser import SafeParser

START, END = "\x1b[200~", "\x1b[201~"


def events(*parts: str) -> list[tuple[str, str]]:
    parser = SafeParser()
    found = [event for part in parts for event in parser.feed(part)]
    return [("paste", event.text) if isinstance(event, Paste) else ("key", event.key) for event in found if event]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "text", ["y", "\x1b[31my", "a\x1by", "\x1b", "\x1b\x1b[y", "\x1b[20", "\x1b[Ay\ry", "\x1b[200~y"]
)
def test_nothing_pasted_becomes_a_key(text: str) -> None:
    pasted = text.replace("\x1b", "")
    assert events(f"{START}{text}{END}") == [("paste", pasted)]
    assert events(*f"{START}{text}{END}") == [("paste", pasted)], "a character at a time"


@given(st.text(alphabet="y\r\x1b[201~ab"), st.integers(min_value=1, max_value=9))
def test_nothing_pasted_becomes_a_key_however_it_is_cut(text: str, size: int) -> None:
    text = text.replace(END, "")
    whole = f"{START}{text}{END}"
    if END in f"{text}{END}"[: -len(END)]:
        return
    found = events(*(whole[start : start + size] for start in range(0, len(whole), size)))
    assert found == [("paste", text.replace("\x1b", ""))]


def test_keys_before_and_after_are_keys() -> None:
    assert events("a\x1b[A", f"{START}x{END}", "\x1b[B") == [
        ("key", "a"),
        ("key", "up"),
        ("paste", "x"),
        ("key", "down"),
    ]
