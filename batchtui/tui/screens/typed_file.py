"""A path that is typed with what it could become beside it: the folder is read in a thread, tab completes."""

import asyncio
from collections.abc import Callable

from batchtui.present.cells import Cell, cell
from batchtui.present.glyphs import Glyphs
from batchtui.present.path_completion import NO_NAME, Entry, candidate_lines, candidates, complete, split_path
from batchtui.tui.screens.asking import AskingScreen
from batchtui.tui.screens.folder_listing import list_folder
from batchtui.tui.widgets.typing_line import Typing


class TypedFile:
    """What a page keeps of it; `typed` is what stands in the line."""

    def __init__(self, page: AskingScreen, typed: str = "", *, none: str = NO_NAME) -> None:
        self._page = page
        self._none = none
        """Said where no name begins like what was typed."""
        self._entries: tuple[Entry, ...] = ()
        self.typed = typed
        self.folder = ""
        """The folder that was typed last."""

    def ask(
        self,
        accepted: Callable[[str], object],
        canceled: Callable[[], object],
        changed: Callable[[str], object] | None = None,
    ) -> None:
        """Ask, with what was typed before to begin with."""
        typing = Typing(prompt=cell("file", "dim"), initial=self.typed)
        self._page.ask(typing, accepted, changed=changed or self.changed, canceled=canceled, completed=self._completed)
        self._list(is_anew=True)

    def changed(self, typed: str) -> None:
        """Another key."""
        self.typed = typed
        self._list()

    def lines(self, width: int, glyphs: Glyphs) -> list[Cell]:
        """What the path could become."""
        _, start = split_path(self.typed)
        now = self._page.dashboard.now.timestamp()
        return candidate_lines(self._entries, start, now, width, glyphs, none=self._none)

    @property
    def likely(self) -> str | None:
        """The request file that the typed path could become first, as it would be typed."""
        folder, start = split_path(self.typed)
        found = candidates(self._entries, start)
        return folder + found[0].name if found and found[0].may_hold_requests else None

    def _list(self, *, is_anew: bool = False) -> None:
        folder, _ = split_path(self.typed)
        if folder != self.folder or is_anew:
            self.folder = folder
            self._page.run_worker(self._read(folder), exclusive=True, group="folder")
        self._page.repaint()

    async def _read(self, folder: str) -> None:
        self._entries = await asyncio.to_thread(list_folder, folder)
        self._page.repaint()

    def _completed(self, text: str) -> str:
        return complete(text, self._entries)
