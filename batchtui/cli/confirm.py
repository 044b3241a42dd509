"""Asking a person: Enter, Esc and the end of input mean No, and what was typed ahead does not count."""

import contextlib
import sys

import msgspec

from batchtui.cli import diagnostics
from batchtui.cli.options import Options
from batchtui.cli.session import interruptible
from batchtui.domain.failures import NotConfirmed
from batchtui.engine.engine import Engine


class Typed(msgspec.Struct, frozen=True, kw_only=True):
    """What has to be typed besides a yes, and why."""

    text: str
    what: str
    """`the number of requests`, `the last four of its id`."""
    why: str = ""


def is_answerable() -> bool:
    """Whether somebody can be asked: input and talk both on a terminal."""
    return sys.stdin is not None and sys.stdin.isatty() and diagnostics.is_terminal()


def let_others_lead(options: Options, engine: Engine) -> None:
    """Before a person is asked, who may be away for hours: another process polls and sends meanwhile."""
    if is_answerable() and not options.yes:
        engine.step_aside()


def must_agree(options: Options, question: str, *, typed: Typed | None = None) -> None:
    """Return when the operator agrees, by `--yes` or by answering.

    Raises:
        NotConfirmed: the answer was No, or nobody can be asked.
    """
    if options.yes:
        return
    if not is_answerable():
        raise NotConfirmed("nobody agreed to this plan", next="add --yes, or run it in a terminal")
    _forget_what_was_typed()
    if typed is not None and not _types(typed):
        raise NotConfirmed("that is not what was asked for", next="nothing was done")
    if _answer(f"{question} [y/N] ").lower() not in ("y", "yes"):
        raise NotConfirmed("answered No", next="nothing was done")


def _types(typed: Typed) -> bool:
    because = f" ({typed.why})" if typed.why else ""
    return _answer(f"type {typed.text}, {typed.what}{because}: ").replace(",", "") == typed.text


def _answer(question: str) -> str:
    with interruptible():
        sys.stderr.write(question)
        sys.stderr.flush()
        return sys.stdin.readline().strip()


def _forget_what_was_typed() -> None:
    """Keys pressed before the whole plan was shown are no answer to it."""
    import termios

    with contextlib.suppress(termios.error, OSError):
        termios.tcflush(sys.stdin.fileno(), termios.TCIFLUSH)
