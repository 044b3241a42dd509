"""What went ahead of a run, line by line, and what follows it."""

from collections.abc import Iterator

from msgspec import Struct

from batchtui.domain.cost import CostRange
from batchtui.domain.pilot_report import PilotReport
from batchtui.domain.state import AppState
from batchtui.domain.words import several
from batchtui.present.cells import Cell, cell
from batchtui.present.clean import clean
from batchtui.present.estimate_words import report_facts
from batchtui.present.formats import exact
from batchtui.present.plan.money import cost_cell
from batchtui.present.scene import Scene
from batchtui.present.sheet_lines import amount_line, said, word_line


class Rest(Struct, frozen=True, kw_only=True):
    """What of a run waits."""

    chunks: int
    requests: int
    cost: CostRange


def rest_of(state: AppState, name: str) -> Rest:
    """What would be sent if the run went on."""
    run = state.runs[name]
    waiting = [chunk for chunk in run.live_chunks if chunk.may_still_be_sent]
    requests = sum(chunk.requests for chunk in waiting)
    return Rest(chunks=len(waiting), requests=requests, cost=run.cost.share(requests, run.requests))


def pilot_lines(scene: Scene, name: str, report: PilotReport | None, command: str) -> Iterator[Cell]:
    """The figures of what went ahead, why it waits, and what would be sent."""
    run, rest = scene.state.runs[name], rest_of(scene.state, name)
    if run.pilot_why:
        yield word_line("waits", cell(clean(run.pilot_why), "alert"))
    if report is None:
        yield word_line("went ahead", cell("nothing of it came back", "alert"))
    else:
        for label, words in report_facts(report):
            yield word_line(label, cell(words))
    yield ()
    word = "more chunk" if rest.chunks == 1 else "more chunks"
    yield amount_line("sends", exact(rest.chunks), said(word, f", {several(rest.requests, 'request')}"))
    yield word_line("cost", cost_cell(rest.cost, scene.now.date()))
    yield ()
    yield word_line("command", cell(command))
