"""Settle a submission without an answer, or take in a batch from elsewhere. Nothing here sends."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import ClassVar

from textual.binding import Binding, BindingType

from batchtui.domain.state import KnownBatch
from batchtui.domain.words import chunk_name
from batchtui.engine import verbs_batches, verbs_runs
from batchtui.present.cells import Cell
from batchtui.present.facts import key_cell
from batchtui.present.selection import Selection
from batchtui.present.settle import (
    MOST_CHOICES,
    Unsettled,
    newest_of,
    stranger_lines,
    unsettled_lines,
    unsettled_of,
    unsettled_title,
)
from batchtui.tui.screens.asking import AskingScreen, prompt
from batchtui.tui.screens.sheet import Sheet
from batchtui.tui.typed_path import typed_path
from batchtui.tui.widgets.typing_line import Typing


class SettleSheet(Sheet):
    """One submission at a time: a figure adopts a candidate, `x` gives it up."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *(
            Binding(str(n), f"adopt({n})", "adopt", id=f"settle.adopt{n}", show=False)
            for n in range(1, MOST_CHOICES + 1)
        ),
        Binding("x", "give_up", "give up", id="settle.give_up", show=False),
        Binding("tab", "next", "next", id="settle.next", show=False),
    ]
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

    def lines(self) -> Sequence[Cell]:
        return tuple(unsettled_lines(self.dashboard.scene, self.one))

    def keys(self) -> Iterator[Cell]:
        count = len(self.one.candidates)
        if count:
            yield key_cell("1" if count == 1 else f"1-{count}", "adopt")
        if not self.one.is_settled:
            yield key_cell("x", "give up")
        if len(self._found) > 1:
            yield key_cell("tab", "next")
        yield key_cell("esc enter", "no")
        yield key_cell("Y", "copy command")

    def command(self) -> str:
        return "batchtui reconcile"

    def action_yes(self) -> None:
        """There is no plain yes here."""

    def action_adopt(self, number: int) -> None:
        """The candidate of that number is what the submission became."""
        if number > len(self.one.candidates):
            return
        submission, batch_id = self.one.submission, self.one.candidates[number - 1].batch.id
        words = "adopted; unproved until its custom_ids prove it"
        self.dashboard.do(lambda engine: verbs_runs.adopt_for(engine, submission.id, batch_id), said=words)
        self.dismiss()

    def action_give_up(self) -> None:
        """Its chunk is not sent again by itself."""
        if self.one.is_settled:
            return
        submission = self.one.submission
        words = f"{submission.run} chunk {chunk_name(submission.chunk)} is given up; R can plan to send it again"
        self.dashboard.do(lambda engine: verbs_runs.abandon(engine, submission.id), said=words)
        self.dismiss()

    def action_next(self) -> None:
        """Another submission of the same run."""
        self._place += 1
        self.show()


class StrangerSheet(Sheet):
    """A batch from elsewhere: adopt it, with its request file or without, or hide it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "adopt", "adopt", id="stranger.adopt", show=False),
        Binding("f", "adopt_with_file", "adopt with file", id="stranger.adopt_with_file", show=False),
        Binding("x", "hide", "hide", id="stranger.hide", show=False),
    ]
    ROLE = "text"

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

    def lines(self) -> Sequence[Cell]:
        return tuple(stranger_lines(self.dashboard.scene, self.known))

    def keys(self) -> Iterator[Cell]:
        yield key_cell("a", "adopt")
        yield key_cell("f", "adopt with its file")
        yield key_cell("x", "show again" if self.known.is_hidden else "hide")
        yield key_cell("esc enter", "no")
        yield key_cell("Y", "copy command")

    def command(self) -> str:
        return f"batchtui adopt {self._batch_id}"

    def action_yes(self) -> None:
        """There is no plain yes here."""

    def action_adopt(self) -> None:
        """Without its file: collect, errors and export work, a retry does not."""
        self._adopt(None)

    def action_adopt_with_file(self) -> None:
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

    def action_hide(self) -> None:
        """Out of the lists, or back."""
        batch_id, hidden = self._batch_id, not self.known.is_hidden
        words = f"{batch_id} is {'hidden' if hidden else 'shown again'}"
        dashboard = self.dashboard

        def done(_answer: object) -> None:
            back = f"{batch_id} is {'shown again' if hidden else 'hidden'}"
            dashboard.can_take_back(back, lambda engine: verbs_batches.hide(engine, batch_id, hidden=not hidden))

        dashboard.do(lambda engine: verbs_batches.hide(engine, batch_id, hidden=hidden), done, said=words)
        self.dismiss()
