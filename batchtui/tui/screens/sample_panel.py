"""A panel with one request in short, which is looked up once it has been in view for a moment."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from msgspec import Struct
from textual.timer import Timer

from batchtui.domain.failures import Failure
from batchtui.engine.ports import FoundRequest
from batchtui.present.cells import Cell
from batchtui.present.clean import clean
from batchtui.present.errors.sample import Sample, Sampled, sample_lines
from batchtui.present.lines import BuiltLines, ListLines
from batchtui.present.preview.preview_facts import when
from batchtui.present.request.summary import RequestSummary, summarise
from batchtui.tui.look import look_of
from batchtui.tui.screens.lookups import ended_times, find_request, or_failure
from batchtui.tui.widgets.text import TextPanel

if TYPE_CHECKING:
    from batchtui.tui.dashboard import Dashboard

READING: Final = "reading its request"
MOST_KEPT: Final = 500


class LookedUp(Struct, frozen=True, kw_only=True):
    """What was found of a request; why not, where there is a reason."""

    request: RequestSummary | None = None
    file: str = ""
    line: int = 0
    trouble: str = ""


class SamplePanel(TextPanel):
    """Shows one request at a time."""

    def __init__(self, *, id: str | None = None, rest_seconds: float = 0) -> None:
        super().__init__(id=id)
        self._one: Sampled | None = None
        self._found: dict[tuple[str, str], LookedUp] = {}
        self._rest_seconds = rest_seconds
        """Before a request is looked up: a cursor that runs through a list looks into none of it."""
        self._timer: Timer | None = None
        self._awaited: tuple[str, str] | None = None
        """The request whose look-up is waited for, or under way."""

    def show_request(self, one: Sampled | None, note: str = "") -> None:
        """Show another request, or the same one with newer facts."""
        is_other = one is None or self._one is None or _key(one) != _key(self._one)
        self._one = one
        self.set_title("sample", note=note)
        self._paint(top=0 if is_other else None)
        self._look_soon()

    def lines_of(self, sample: Sample, width: int) -> list[Cell]:
        """What is said of it."""
        return sample_lines(sample, width, self.page, look_of(self).glyphs)

    @property
    def dashboard(self) -> "Dashboard":
        return cast("Dashboard", self.app)

    def _paint(self, *, top: int | None = None) -> None:
        one = self._one
        if one is None:
            self.show_lines(ListLines(), top=0)
        else:
            self.show_lines(BuiltLines(lambda width: self.lines_of(self._sample(one), width)), top=top)

    def _sample(self, one: Sampled) -> Sample:
        found = self._found.get(_key(one))
        scene = self.dashboard.scene
        ended = ended_times(scene.state).get(one.batch_id or "")
        return Sample(
            one=one,
            request=found.request if found else None,
            file=found.file if found else "",
            line=found.line if found else 0,
            missing=(found.trouble or self._missing(one)) if found else READING,
            ended=when(scene, ended) if ended is not None else "",
        )

    def _missing(self, one: Sampled) -> str:
        if one.run in self.dashboard.scene.state.runs:
            return "not here any more: its body was pruned"
        return f"not here: started elsewhere; batchtui adopt {clean(one.run)} --input FILE takes it in"

    def _look_soon(self) -> None:
        """Begin to wait for another request; a repaint of the same one does not begin anew."""
        wanted = None if self._one is None or _key(self._one) in self._found else _key(self._one)
        if wanted == self._awaited:
            return
        self._awaited = wanted
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        if wanted is None or self._one is None:
            return
        if self._rest_seconds:
            self._timer = self.set_timer(self._rest_seconds, partial(self._look, self._one))
        else:
            self._look(self._one)

    def _look(self, one: Sampled) -> None:
        self.dashboard.do(
            lambda engine: or_failure(find_request(engine, one.run, one.custom_id)), partial(self._take, one)
        )

    def _take(self, one: Sampled, found: FoundRequest | Failure | None) -> None:
        if len(self._found) >= MOST_KEPT:
            self._found.clear()
        self._found[_key(one)] = _looked_up(found)
        if self._awaited == _key(one):
            self._awaited = None
        self._paint()


def _key(one: Sampled) -> tuple[str, str]:
    return one.run, one.custom_id


def _looked_up(found: FoundRequest | Failure | None) -> LookedUp:
    if isinstance(found, Failure):
        return LookedUp(trouble=clean(str(found)))
    if found is None:
        return LookedUp()
    return LookedUp(request=summarise(found.line), file=Path(found.file).name, line=found.line_number)
