"""Settle a submission without an answer, or take in a batch from elsewhere. Nothing here sends."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import ClassVar

from textual.binding import BindingType

from batchtui.domain.actions.table import Place
from batchtui.domain.state import KnownBatch
from batchtui.domain.words import chunk_name
from batchtui.engine import verbs_batches, verbs_submissions
from batchtui.present.cells import Cell
from batchtui.present.selection import Selection
from batchtui.present.settle import (
    FACT_AT,
    Unsettled,
    newest_of,
    stranger_lines,
    unsettled_lines,
    unsettled_of,
    unsettled_title,
)
from batchtui.tui.keys import bindings_for
from batchtui.tui.screens.asking import AskingScreen, prompt
from batchtui.tui.screens.sheet import Sheet
from batchtui.tui.typed_path import typed_path
from batchtui.tui.widgets.typing_line import Typing


class SettleSheet(Sheet, inherit_bindings=False):
    """One submission at a time: a figure adopts a candidate, `x` gives it up."""

    PLACE = Place.SETTLE
    BINDINGS: ClassVar[list[BindingType]] = bindings_for(Place.SETTLE)
    ROLE = "alert"

    def __init__(self, selection: Selection) -> None:
        super().__init__()
        self._selection = selection
        self._found: list[Unsettled] = []
        self._place = 0

    def on_mount(self) -> None:
        self._found = unsettled_of(self.dashboard.scene.state, self._selection)

    def heed_news(self) -> None:
        """What settles it meanwhile, or a candidate more, behind those whose figures were read already.

        Showing it arms the sheet anew: a key pressed before it was drawn answers nothing.
        """
        found = [newest_of(self.dashboard.scene.state, entry) for entry in self._found]
        if found != self._found:
            self._found = found
            self.show()

    @property
    def one(self) -> Unsettled:
        return self._found[self._place % len(self._found)]

    def title_words(self) -> str:
        return unsettled_title(self.one, self._place % len(self._found) + 1, len(self._found))

    def note_words(self) -> str:
        return "never sends"

    def otherwise(self) -> str:
        return "back" if self.one.is_settled else "it stays unsure, and is not sent again"

    def lines(self) -> Sequence[Cell]:
        return tuple(unsettled_lines(self.dashboard.scene, self.one, self.text_width))

    def keys(self) -> Iterator[Cell]:
        count = len(self.one.candidates)
        if count:
            yield self.key("adopt_candidate", shown=count)
        if not self.one.is_settled:
            yield self.key("give_up")
        if len(self._found) > 1:
            yield self.key("next_unsettled")
        yield self.key("no")
        yield self.key("copy_command")
        yield self.key("help")

    def command(self) -> str:
        return "batchtui reconcile"

    def do_adopt_candidate(self, number: int) -> None:
        """The candidate of that number is what the submission became."""
        if number > len(self.one.candidates):
            return
        submission, batch_id = self.one.submission, self.one.candidates[number - 1].batch.id
        words = "adopted; unproved until its custom_ids prove it"
        self.dashboard.do(lambda engine: verbs_submissions.adopt_for(engine, submission.id, batch_id), said=words)
        self.dismiss()

    def do_give_up(self) -> None:
        """Its chunk is not sent again by itself."""
        if self.one.is_settled:
            return
        submission = self.one.submission
        words = f"{submission.run} chunk {chunk_name(submission.chunk)} is given up; R can plan to send it again"
        self.dashboard.do(lambda engine: verbs_submissions.abandon(engine, submission.id), said=words)
        self.dismiss()

    def do_next_unsettled(self) -> None:
        """Another submission of the same run."""
        self._place += 1
        self.show()


class StrangerSheet(Sheet, inherit_bindings=False):
    """A batch from elsewhere: adopt it, with its request file or without, or hide it."""

    PLACE = Place.ELSEWHERE
    BINDINGS: ClassVar[list[BindingType]] = bindings_for(Place.ELSEWHERE)
    ROLE = "text"
    TEXT_AT = FACT_AT

    def __init__(self, batch_id: str) -> None:
        super().__init__()
        self._batch_id = batch_id

    @property
    def known(self) -> KnownBatch:
        return self.dashboard.scene.state.batches[self._batch_id]

    def title_words(self) -> str:
        return "a batch from elsewhere"

    def note_words(self) -> str:
        return "never sends"

    def otherwise(self) -> str:
        return "it stays hidden" if self.known.is_hidden else "it stays in the list, as it is"

    def lines(self) -> Sequence[Cell]:
        return tuple(stranger_lines(self.dashboard.scene, self.known, self.dashboard.key_label))

    def keys(self) -> Iterator[Cell]:
        yield self.key("adopt")
        yield self.key("adopt_with_file")
        yield self.key("hide", "show again" if self.known.is_hidden else "")
        yield self.key("no")
        yield self.key("copy_command")
        yield self.key("help")

    def command(self) -> str:
        return f"batchtui adopt {self._batch_id}"

    def do_adopt(self) -> None:
        """Without its file: collect, errors and export work, a retry does not."""
        self._adopt(None)

    def do_adopt_with_file(self) -> None:
        """Ask for the file on the page beneath."""
        self.dismiss()
        page = self.dashboard.page
        if isinstance(page, AskingScreen):
            before, after = prompt("its request file", "enter adopts   esc: no")
            page.ask(Typing(prompt=before, after=after), lambda path: self._adopt(typed_path(path)))

    def _adopt(self, file: Path | None) -> None:
        batch_id, dashboard = self._batch_id, self.dashboard
        if self.is_current:
            self.dismiss()
        dashboard.do(
            lambda engine: verbs_batches.adopt(engine, batch_id, file, name=None),
            lambda run: dashboard.say(f"{batch_id} is now run {run}"),
        )

    def do_hide(self) -> None:
        """Out of the lists, or back."""
        batch_id, hidden = self._batch_id, not self.known.is_hidden
        words = f"{batch_id} is {'hidden' if hidden else 'shown again'}"
        dashboard = self.dashboard

        def done(_answer: object) -> None:
            back = f"{batch_id} is {'shown again' if hidden else 'hidden'}"
            dashboard.can_take_back(back, lambda engine: verbs_batches.hide(engine, batch_id, hidden=not hidden))

        dashboard.do(lambda engine: verbs_batches.hide(engine, batch_id, hidden=hidden), done, said=words)
        self.dismiss()
