"""What was typed before the question was there is no answer to it."""

import io
import os
import pty

import pytest

from batchtui.cli import confirm
from batchtui.cli.options import Options
from batchtui.domain.failures import NotConfirmed


async def test_a_yes_typed_ahead_of_the_question_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    keyboard, terminal = pty.openpty()

    class Answering(io.StringIO):
        """Somebody who reads the question and says No."""

        def write(self, text: str) -> int:
            os.write(keyboard, b"n\n")
            return super().write(text)

    try:
        os.write(keyboard, b"y\n")
        with os.fdopen(terminal) as stdin:
            monkeypatch.setattr("sys.stdin", stdin)
            monkeypatch.setattr("sys.stderr", Answering())
            monkeypatch.setattr(confirm, "is_answerable", lambda: True)
            with pytest.raises(NotConfirmed, match="answered No"):
                confirm.must_agree(Options(), "send 2 requests?")
    finally:
        os.close(keyboard)
