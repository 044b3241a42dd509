"""What may be typed behind `:`, shown as it is typed; `tab` completes to what the candidates have in common."""

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from batchtui.present.cells import Cell
from batchtui.present.command_candidates import Candidate, commands_like, id_lines, ids_like, shared
from batchtui.present.path_completion import Entry, candidate_lines, candidates, split_path
from batchtui.present.path_completion import complete as complete_path
from batchtui.tui.screens.asking import AskingScreen
from batchtui.tui.screens.candidates import MOST_ROWS
from batchtui.tui.screens.folder_listing import list_folder

if TYPE_CHECKING:
    from batchtui.tui.everywhere import Everywhere

TAKE_FILES = ("submit", "check", "plan")
"""Commands that are about files rather than runs."""


class CommandCandidates:
    """For one line of one page."""

    def __init__(self, dashboard: "Everywhere", page: AskingScreen, names: Sequence[str]) -> None:
        self._dashboard = dashboard
        self._page = page
        self._names = names
        """Everything that can be typed first, also what is no use on this page."""
        self._folder: str | None = None
        self._entries: tuple[Entry, ...] = ()
        self._typed = ""

    def changed(self, text: str) -> None:
        """Show what the text may become."""
        self._typed = text
        head, blank, last = text.rpartition(" ")
        if not blank:
            found = self._commands(last)
            self._show("commands", [each.line for each in found], len(found))
        elif head.split()[:1] and head.split()[0] in TAKE_FILES:
            self._show_files(last)
        elif not last.startswith("-"):
            scene, ids = self._dashboard.scene, self._ids(head, last)
            self._show("runs and batches", id_lines(ids[:MOST_ROWS], scene), len(ids))

    def completed(self, text: str) -> str:
        """The text with its last word completed as far as that is clear."""
        head, blank, last = text.rpartition(" ")
        if not blank:
            return shared([each.text for each in self._commands(last)] or self._names, last)
        if head.split()[:1] and head.split()[0] in TAKE_FILES:
            folder, _ = split_path(last)
            return f"{head} {complete_path(last, list_folder(folder))}"
        return f"{head} {shared(self._ids(head, last), last)}"

    def _commands(self, start: str) -> list[Candidate]:
        return list(commands_like(start, self._page.PLACE, self._dashboard.key_label))

    def _ids(self, head: str, start: str) -> list[str]:
        return ids_like(start, (head.split() or [""])[0], self._dashboard.scene.state)

    def _show(self, title: str, lines: Sequence[Cell], count: int) -> None:
        self._page.show_candidates(title, lines[:MOST_ROWS], count)

    def _show_files(self, typed: str) -> None:
        folder, start = split_path(typed)
        if folder != self._folder:
            self._folder = folder
            self._page.run_worker(self._read(folder), exclusive=True, group="folder")
            return
        now, glyphs = self._dashboard.now.timestamp(), self._dashboard.scene.glyphs
        lines = candidate_lines(self._entries, start, now, self._page.size.width - 8, glyphs)
        self._show("files", lines, len(candidates(self._entries, start)))

    async def _read(self, folder: str) -> None:
        self._entries = await asyncio.to_thread(list_folder, folder)
        if self._page.is_asking:
            self.changed(self._typed)
