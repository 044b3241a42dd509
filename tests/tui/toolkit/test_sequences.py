"""What a terminal says unasked is no key; what a person types is, however it arrives."""

from collections.abc import Iterable
from itertools import pairwise
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.message import Message

from batchtui.tui.wire.parser import STALLED_SECONDS, SafeParser
from batchtui.tui.wire.sequences import LATE_SECONDS, SOON_SECONDS

START, END = "\x1b[200~", "\x1b[201~"


class Typed:
    """A parser whose clock is turned by hand, and so is Textual's beneath it."""

    def __init__(self) -> None:
        self.now = 100.0
        self.parser = SafeParser(clock=lambda: self.now)

    def keys(self, *parts: str, seconds: float = 0.0) -> list[str]:
        """Keys of what comes in these parts with so much time between them, and of what was due after that."""
        found: list[str] = []
        for part in parts:
            found += self.named(self.parser.feed(part))
            self.now += seconds
            found += self.named(self.parser.tick())
        return found

    def later(self, seconds: float) -> list[str]:
        self.now += seconds
        return self.named(self.parser.tick())

    def named(self, events: Iterable[Message]) -> list[str]:
        with patch("textual._parser.get_time", lambda: self.now):
            return [getattr(event, "key", type(event).__name__) for event in events]


ANSWERS = (
    "\x1b[?62;22c",
    "\x1b[>41;354;0c",
    "\x1b[4;2$y",
    "\x1b[?997;1n",
    "\x1b[0n",
    "\x1b[?0u",
    "\x1b[8;24;80t",
    "\x1b[99;99z",
    "\x1b[=5~",
    "\x1b]11;rgb:1e1e/1e1e/1e1e\x1b\\",
    "\x1b]10;rgb:ffff/ffff/ffff\a",
    "\x1b]52;c;cXFxcQ==\a",
    "\x1b]lyour title\x1b\\",
    "\x1bP>|XTerm(390)\x1b\\",
    "\x1bP1+r524742=38\x1b\\",
    "\x1bP!|00000000\x1b\\",
    "\x1b_Gi=31;OK\x1b\\",
)


@pytest.mark.parametrize("answer", ANSWERS)
def test_an_answer_that_nobody_waits_for_is_no_key(answer: str) -> None:
    assert Typed().keys(f"a{answer}b") == ["a", "b"]
    assert Typed().keys("a", *answer, "b", seconds=0.05) == ["a", "b"], "a character at a time"


def test_an_answer_of_any_length_is_no_key() -> None:
    assert Typed().keys("\x1b]52;c;" + "y" * 100_000 + "\x1b\\b") == ["b"]


@pytest.mark.parametrize("cut", ["\x1b[?2026;", "\x1b]11;rgb:y", "\x1bP>|y", "\x1b[1;5"])
def test_an_answer_that_is_cut_off_is_forgotten_soon(cut: str) -> None:
    typed = Typed()
    assert typed.keys(cut) == []
    assert typed.later(LATE_SECONDS) == []
    assert typed.keys("y") == ["y"]


KEYS = {
    "\x1b[A": "up",
    "\x1bOB": "down",
    "\x1b[5~": "pageup",
    "\x1b[1;5C": "ctrl+right",
    "\x1b[[A": "f1",
    "\x1b[24;2~": "shift+f12",
    "\x1b[3$": "shift+delete",
    "\x1b[Z": "shift+tab",
    "\x1b[106;;106u": "j",
    "\x1b[27u": "escape",
    "\x1b[I": "AppFocus",
    "\x1b[3;1R": "CursorPosition",
    "\x1b[?2026;2$y": "TerminalSupportsSynchronizedOutput",
    "\x1b[<65;10;10M": "MouseScrollDown",
}


@pytest.mark.parametrize(("sent", "key"), KEYS.items())
def test_a_key_is_one_however_slowly_it_comes(sent: str, key: str) -> None:
    assert Typed().keys(f"a{sent}b") == ["a", key, "b"]
    assert Typed().keys("a", *sent, "b", seconds=0.09) == ["a", key, "b"]
    assert Typed().keys(sent[:2], *sent[2:], seconds=0.9) == [key], "where the link stalls within it"


def test_escape_is_a_key_when_nothing_follows_soon() -> None:
    typed = Typed()
    assert typed.keys("\x1b") == [] and typed.later(SOON_SECONDS) == ["escape"]
    assert typed.keys("\x1b\x1b[A") == ["escape", "up"]
    assert typed.keys("\x1b\x1b") + typed.later(SOON_SECONDS) == ["escape", "escape"]


@pytest.mark.parametrize("keys", ["j", "y", "P", "P4", "Pjj", "O", "]", "]jj", "_x", "[", "ü"])
def test_an_escape_that_arrives_with_the_next_key_is_still_an_escape(keys: str) -> None:
    typed = Typed()
    first, *others = typed.keys(f"\x1b{keys}") + typed.later(LATE_SECONDS)
    assert first == "escape" and others == typed.keys(keys)


def test_a_paste_goes_through_whole() -> None:
    typed = Typed()
    (paste,) = typed.parser.feed(f"{START}a\x1b[?62;22cb{END}")
    assert paste.text == "a[?62;22cb"  # type: ignore[attr-defined]


@pytest.mark.parametrize("key", ["\x1b", "\x03"])
def test_a_paste_without_an_end_can_be_left(key: str) -> None:
    typed = Typed()
    assert typed.keys(f"{START}half of it", key) == [], "what is pasted may come in pieces"
    typed.now += STALLED_SECONDS
    assert typed.keys(key) == ["Paste"]
    assert typed.keys("j") == ["j"]


@given(st.lists(st.sampled_from(("j", "\x1b[B", "\x1b[200~y\x1b[201~", *ANSWERS)), max_size=8), st.data())
def test_cuts_change_nothing(sent: list[str], data: st.DataObject) -> None:
    whole = "".join(sent)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=6)))
    parts = [whole[a:b] for a, b in pairwise([0, *cuts, len(whole)]) if a < b]
    wanted = [{"j": "j", "\x1b[B": "down", "\x1b[200~y\x1b[201~": "Paste"}.get(each) for each in sent]
    assert Typed().keys(*parts) == [each for each in wanted if each]
