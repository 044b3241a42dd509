"""The table of what waits here: a row a chunk, in the order they go, and what each waits for."""

from collections.abc import Sequence
from datetime import datetime

from batchtui.domain.forecasting.departures import Departure
from batchtui.domain.limits import chunk_of
from batchtui.domain.words import chunk_name
from batchtui.present.cells import Cell, Column, Role, Row, Span, cell
from batchtui.present.clean import clean
from batchtui.present.formats import count_cell, money, size
from batchtui.present.scene import Scene

WAITING = (
    Column(key="place", head="#", width=3, align="right", is_lit=True),
    Column(key="run", head="RUN", width=20, least=10, most=28, is_lit=True, cut="middle", cut_tail=4),
    Column(key="chunk", head="CHUNK", width=7, align="right"),
    Column(key="requests", head="REQS", width=6, align="right"),
    Column(key="size", head="SIZE", width=8, align="right", goes=1),
    Column(key="cost", head="COST", width=9, align="right", goes=4),
    Column(key="priority", head=" PRIORITY", width=10, goes=0),
    Column(key="goes", head="GOES", width=7, goes=3),
    Column(key="done", head="DONE", width=7, goes=2),
    Column(key="waits", head=" WAITS FOR", width=24, least=12, most=61, cut="end"),
)


def reason(scene: Scene, entry: Departure) -> Cell:
    """What it waits for; a chunk without an answer by its number."""
    turn = entry.turn
    doubt = next((sub for sub in scene.state.unknown_submissions() if sub.requests == turn.requests), None)
    if turn.is_own_reason and doubt is not None and turn.waits.endswith(f": {chunk_of(doubt)}"):
        other = "" if doubt.run == turn.run else f" of {doubt.run}"
        return cell(clean(f"chunk {chunk_name(doubt.chunk)}{other}, unsure"), "alert", bold=False)
    return cell(waits_for(scene, entry), "warn" if turn.is_own_reason else "dim")


def part(scene: Scene, entry: Departure) -> str:
    """Which chunk of how many."""
    total = len(scene.state.runs[entry.turn.run].live_chunks)
    return f"{chunk_name(entry.turn.chunk)}/{total}"


def waiting_rows(scene: Scene, waiting: Sequence[Departure]) -> list[Row]:
    """A row a chunk, in the order they go."""
    return [_row(scene, number, entry) for number, entry in enumerate(waiting, 1)]


def _row(scene: Scene, number: int, entry: Departure) -> Row:
    turn = entry.turn
    run = scene.state.runs[turn.run]
    chunk = run.chunks[turn.chunk]
    cost = float(run.cost.share(chunk.requests, run.requests).high_usd)
    is_known = not run.cost.unknown_models
    return Row(
        id=f"{turn.run}#{turn.chunk}",
        cells={
            "place": cell(str(number), "dim"),
            "run": cell(clean(turn.run)),
            "chunk": cell(part(scene, entry), "dim"),
            "requests": count_cell(turn.requests, scene.glyphs),
            "size": cell(size(chunk.bytes), "dim"),
            "cost": cell(money(cost, is_estimate=True)) if is_known else cell(scene.glyphs.unknown, "dim"),
            "priority": (Span(" "), *_priority(run.priority)),
            "goes": _time(scene, entry.goes),
            "done": _time(scene, entry.done, "dim"),
            "waits": (Span(" "), *reason(scene, entry)),
        },
    )


def _time(scene: Scene, when: datetime | None, role: Role = "text") -> Cell:
    if when is None:
        return cell(scene.glyphs.unknown, "dim")
    return cell(f"~{scene.minute(when)}", role)


def waits_for(scene: Scene, entry: Departure) -> str:
    """The rest of "waits for"."""
    waits = clean(scene.views.waits.of(entry.turn)).removeprefix("after ")
    who, _, awaited = waits.partition(": waits for ")
    return f"{awaited} ({who})" if awaited else waits or "its turn, which is now"


def _priority(priority: int) -> Cell:
    if not priority:
        return cell("normal", "dim")
    return cell("high" if priority > 0 else "low", "text" if priority > 0 else "dim")
