"""An imagined queue as a picture: a row a batch, retries included, on an axis of hours since the start.

A moment is marked on it, and every batch says in a word what it is doing then.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from batchtui.domain.forecasting.forecast import Forecast, Trip, TripStage, stage_at
from batchtui.present.axis import Axis, make_axis
from batchtui.present.canvas import Canvas
from batchtui.present.cells import Cell, Column, Role, Row, Span, cell, cell_width
from batchtui.present.formats import count, duration
from batchtui.present.glyphs import Glyphs

COLUMNS = (
    Column(key="number", head="#", width=4, align="right", is_lit=True),
    Column(key="stage", head="AT THIS", width=8, is_lit=True),
    Column(key="requests", head="REQS", width=6, align="right"),
    Column(key="line", head="", width=40, least=16, most=1000),
)
RETRY_WORDS, ROOMY = 8, 44
"""Cells kept free for "retry 1" behind the last batches, where there is room."""

_START = datetime(2000, 1, 1, tzinfo=UTC)
_ROLES: dict[TripStage, Role] = {TripStage.WAITING: "dim", TripStage.RUNNING: "run", TripStage.ENDED: "dim"}


def moments(made: Forecast) -> list[float]:
    """When anything changes, in seconds from the start."""
    return sorted({trip.goes for trip in made.trips} | {trip.ends for trip in made.trips})


def telling_moment(made: Forecast) -> float:
    """One that shows most: in the middle of the first batches, or of those that come after them."""
    first = min((trip.ends for trip in made.trips), default=0.0)
    return max((first / 2, first * 1.5), key=lambda moment: len({stage_at(trip, moment) for trip in made.trips}))


class QueuePicture:
    """The picture of one forecast at one moment."""

    def __init__(self, made: Forecast, moment: float) -> None:
        self.made = made
        self.moment = moment
        self._axes: dict[int, Axis] = {}

    def axis(self, width: int) -> Axis:
        if width not in self._axes:
            last = max((trip.ends for trip in self.made.trips), default=0.0)
            room = width - RETRY_WORDS if width >= ROOMY else width
            self._axes[width] = make_axis(start=_START, last=_at(last), now=_at(self.moment), is_out=False, width=room)
        return self._axes[width]

    def note(self) -> Cell:
        """What all of them are doing at the moment."""
        stages = [stage_at(trip, self.moment) for trip in self.made.trips]
        amounts = [(stage, stages.count(stage)) for stage in reversed(TripStage)]
        words = [f"{amount:,} {stage}" for stage, amount in amounts if amount]
        return (Span(f"at ~{duration(self.moment)}", "head"), Span(f": {', '.join(words)}", "dim"))

    def head(self, width: int) -> Cell:
        """Hours since the start, and the moment."""
        axis, canvas = self.axis(width), Canvas(width)
        words = duration(self.moment)
        canvas.put(max(0, min(axis.now_x, width - len(words))), cell(words, "head", bold=True))
        for tick in axis.ticks():
            text, x = duration((tick - _START).total_seconds()), axis.x(tick)
            if canvas.is_free(x - 1 if x else 0, min(width, x + len(text) + 1)):
                canvas.put(x, cell(text, "dim"))
        return canvas.cell()

    def rows(self) -> list[Row]:
        """A row a batch, in the order of sending."""
        return [self._row(trip) for trip in self.made.trips]

    def _row(self, trip: Trip) -> Row:
        stage = stage_at(trip, self.moment)
        return Row(
            id=str(trip.number),
            cells={
                "number": cell(f"{trip.number}", "dim"),
                "stage": cell(str(stage), _ROLES[stage]),
                "requests": cell(count(trip.requests), "dim" if stage is TripStage.ENDED else "text"),
                "line": _Line(self, trip),
            },
        )

    def line(self, trip: Trip, width: int, glyphs: Glyphs) -> Cell:
        """One batch: waits, is out, has ended; what is still to come is dotted."""
        axis, canvas = self.axis(width), Canvas(width)
        goes, now = axis.x(_at(trip.goes)), axis.now_x
        ends = max(goes + 1, axis.x(_at(trip.ends)))
        canvas.stroke(0, goes, glyphs.unsent, "rule" if glyphs.name == "unicode" else "dim")
        match stage_at(trip, self.moment):
            case TripStage.WAITING:
                canvas.stroke(goes, ends, glyphs.estimated, "dim")
            case TripStage.RUNNING:
                canvas.stroke(goes, ends, glyphs.estimated, "dim")
                canvas.stroke(goes, min(ends, max(goes + 1, now)), glyphs.processing, "run")
            case TripStage.ENDED:
                canvas.stroke(goes, ends, glyphs.succeeded, "dim")
        canvas.put(now, cell(glyphs.now, "head", bold=False))
        self._put_words(canvas, trip, ends, now)
        return canvas.cell()

    def _put_words(self, canvas: Canvas, trip: Trip, ends: int, now: int) -> None:
        """How long it takes, behind its line; past the moment's line where that is in the way."""
        words = cell(f"~{duration(trip.ends - trip.goes)}", "dim")
        if trip.attempt > 1:
            words = (*words, Span(f" retry {trip.attempt - 1}", "warn"))
        length = cell_width(words)
        for x in (ends + 1, now + 2):
            if x > ends and canvas.is_free(x, x + length):
                canvas.put(x, words)
                return


class _Line:
    """The column that is as wide as there is room."""

    def __init__(self, picture: QueuePicture, trip: Trip) -> None:
        self._picture, self._trip = picture, trip

    def fill(self, width: int, glyphs: Glyphs) -> Cell:
        return self._picture.line(self._trip, width, glyphs)


def first_running(made: Forecast, moment: float) -> str | None:
    """The row to have in view: the first that is out, or the last of all."""
    running: Sequence[Trip] = [trip for trip in made.trips if stage_at(trip, moment) is not TripStage.ENDED]
    chosen = running[0] if running else (made.trips[-1] if made.trips else None)
    return str(chosen.number) if chosen is not None else None


def _at(seconds: float) -> datetime:
    return _START + timedelta(seconds=seconds)
