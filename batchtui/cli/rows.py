"""Runs and batches as rows of tables."""

from collections.abc import Iterable, Iterator
from typing import Final

from batchtui.cli import tables
from batchtui.domain.status import all_sent
from batchtui.present import formats
from batchtui.present.bar import Bar
from batchtui.present.cells import Cell, Column, Row, cell
from batchtui.present.viewing import Views
from batchtui.present.views import BatchView, ChunkView, RunView

BAR_WIDTH = 16

_STATUS: Final = Column(key="status", head="STATUS", width=1)
_BAR: Final = Column(key="bar", head="PROGRESS", width=BAR_WIDTH, goes=2)
_REQUESTS: Final = Column(key="requests", head="REQUESTS", width=1, align="right", goes=3)
_FIGURES: Final = (
    Column(key="ok", head="OK", width=1, align="right"),
    Column(key="bad", head="BAD", width=1, align="right"),
    Column(key="age", head="AGE", width=1, align="right", goes=4),
    Column(key="left", head="LEFT", width=1, align="right", goes=5),
)
_COST: Final = Column(key="cost", head="COST", width=1, align="right", goes=1)
_BATCH: Final = Column(key="batch", head="BATCH", width=1, least=12, cut="middle", cut_tail=4)

RUN_COLUMNS: Final = (
    _STATUS,
    Column(key="name", head="RUN", width=1, least=12, cut="middle", cut_tail=4),
    _BAR,
    _REQUESTS,
    *_FIGURES,
    Column(key="chunks", head="CHUNKS", width=1, align="right", goes=6),
    _COST,
)
BATCH_COLUMNS: Final = (
    _STATUS,
    _BATCH,
    Column(key="name", head="RUN", width=1, least=9, cut="middle", cut_tail=5),
    _BAR,
    _REQUESTS,
    *_FIGURES,
    _COST,
)
CHUNK_COLUMNS: Final = (
    Column(key="chunk", head="CHUNK", width=1),
    Column(key="state", head="STATE", width=1),
    _STATUS,
    _BAR,
    _BATCH,
    _REQUESTS,
    *_FIGURES,
    _COST,
    Column(key="note", head="NOTE", width=1, least=8, cut="end", goes=0),
)


def run_row(views: Views, view: RunView) -> Row:
    """A run."""
    cells: dict[str, Cell | Bar] = {
        "status": tables.status_cell(str(view.status)),
        "name": tables.text_cell(view.run),
        "bar": Bar(view.counts, has_ended=view.status.is_over),
        "requests": tables.count_cell(view.requests),
        "ok": _count(view.counts.succeeded, given=view.are_counts_given),
        "bad": _count(view.counts.bad, given=view.are_counts_given, is_bad=True),
        "age": cell(formats.duration(view.age_seconds)),
        "left": _left(views, view),
        "chunks": cell(f"{view.chunks_ended}/{view.chunks}"),
        "cost": cell(cost_words(view)),
    }
    return Row(id=view.run, cells=cells)


def cost_words(view: RunView) -> str:
    """Measured, or at most; a question mark where nothing bounds it."""
    if view.cost_high_usd is None:
        return "?"
    return formats.money(view.cost_high_usd, is_estimate=not view.is_cost_measured)


def batch_rows(views: Views, found: Iterable[BatchView]) -> Iterator[Row]:
    """Batches under their ids."""
    for view in found:
        owner = f"{view.run}#{view.chunk}" if view.run else "elsewhere"
        named = {"batch": tables.text_cell(view.batch_id), "name": tables.text_cell(owner)}
        yield Row(id=view.batch_id, cells={**_batch_cells(views, view), **named})


def elsewhere_rows(views: Views, found: Iterable[BatchView]) -> Iterator[Row]:
    """Batches from elsewhere among runs."""
    for view in found:
        named = {"name": tables.text_cell(view.batch_id), "chunks": cell("elsewhere", "dim")}
        yield Row(id=view.batch_id, cells={**_batch_cells(views, view), **named})


def collected_words(view: RunView) -> str:
    """Whether the results of a run are on this disk."""
    if view.are_results_pruned:
        until = f" until {view.results_until:%Y-%m-%d}" if view.results_until else ""
        return f"pruned here; `batchtui collect {view.run}` fetches what the service keeps{until}"
    return "yes, on disk" if view.is_collected else ""


def chunk_rows(views: Views, found: Iterable[ChunkView]) -> Iterator[Row]:
    """The chunks of a run."""
    for view in found:
        batch = view.batch
        cells = {
            **(_batch_cells(views, batch) if batch is not None else {}),
            "chunk": cell(view.chunk),
            "state": cell(str(view.state)),
            "status": tables.status_cell(str(view.status)),
            "batch": tables.text_cell(batch.batch_id if batch is not None else None),
            "requests": tables.count_cell(view.requests),
            "note": tables.text_cell(view.note, "dim") if view.note else (),
        }
        yield Row(id=view.chunk, cells=cells)


def _batch_cells(views: Views, view: BatchView) -> dict[str, Cell | Bar]:
    return {
        "status": tables.status_cell(str(view.status)),
        "bar": Bar(all_sent(view.counts), has_ended=view.status.is_over),
        "requests": tables.count_cell(view.counts.total),
        "ok": _count(view.counts.succeeded, given=view.are_counts_given),
        "bad": _count(view.counts.bad, given=view.are_counts_given, is_bad=True),
        "age": cell(formats.duration(view.age_seconds)),
        "left": _left(views, view),
        "cost": cell(formats.money(view.cost_usd)) if view.cost_usd is not None else (),
    }


def _count(number: int, *, given: bool, is_bad: bool = False) -> Cell:
    """A count; a dash where the service has not given it."""
    if not given:
        return cell("-", "dim")
    return tables.count_cell(number, "err" if is_bad else "text")


def _left(views: Views, view: RunView | BatchView) -> Cell:
    """Time to the first expiry while running, days of retention once ended."""
    if not view.status.is_over:
        until = view.expires_at
        return cell(formats.duration((until - views.server_now).total_seconds())) if until is not None else ()
    kept = view.results_until if isinstance(view, RunView) else view.kept_until
    if kept is None or kept <= views.server_now:
        return cell("-", "dim")
    return cell(formats.days((kept - views.server_now).total_seconds()), "dim")
