"""A run as a picture: one row a chunk on a shared time axis, a line for now and one for the 24-hour limit."""

from collections.abc import Sequence
from datetime import datetime

from batchtui.domain.submission import ChunkState
from batchtui.present.axis import LIMIT_SLOT, Axis, make_axis
from batchtui.present.bar import share_out
from batchtui.present.canvas import Canvas
from batchtui.present.cells import Cell, Column, Role, Row, Span, cell, cell_width, plain
from batchtui.present.formats import lasted
from batchtui.present.glyphs import Glyphs
from batchtui.present.preview.preview_facts import when as when_words
from batchtui.present.run.detail import chunk_note, chunk_row
from batchtui.present.run.standing import chunk_word
from batchtui.present.scene import Scene
from batchtui.present.views import BatchView, ChunkView

COLUMNS = (
    Column(key="chunk", head="# ", width=3, align="right", is_lit=True),
    Column(key="status", head="STATUS", width=8, is_lit=True, cut="end"),
    Column(key="line", head="", width=40, least=20, most=1000),
)


class Timeline:
    """The picture of one run at one moment."""

    def __init__(self, scene: Scene, chunks: Sequence[ChunkView]) -> None:
        self._scene = scene
        self.chunks = tuple(chunks)
        self._axes: dict[int, Axis | None] = {}

    def axis(self, width: int) -> Axis | None:
        """The axis for a width; None while nothing was sent."""
        if width not in self._axes:
            self._axes[width] = self._make_axis(width)
        return self._axes[width]

    def _make_axis(self, width: int) -> Axis | None:
        starts = [began for chunk in self.chunks if (began := self._began(chunk)) is not None]
        if not starts:
            return None
        batches = [chunk.batch for chunk in self.chunks if chunk.batch is not None]
        is_open = [batch for batch in batches if batch.ended_at is None]
        lasts = [batch.ended_at for batch in batches if batch.ended_at is not None]
        lasts += [chunk.eta.at for chunk in self.chunks if chunk.eta is not None]
        is_out = len(batches) < len(starts) or bool(is_open)
        return make_axis(
            start=min(starts),
            last=max(lasts, default=self._scene.server_now),
            now=self._scene.server_now,
            is_out=is_out,
            width=width,
            limit_at=min((batch.expires_at for batch in is_open if batch.expires_at), default=None),
            words=1 + max((cell_width(_ended_words(batch)) for batch in batches), default=0),
        )

    def _began(self, chunk: ChunkView) -> datetime | None:
        if chunk.batch is not None:
            return chunk.batch.created_at
        submission = self._scene.state.submissions.get(chunk.submission or "")
        is_doubtful = submission is not None and chunk.state is ChunkState.UNKNOWN
        return submission.intended_at + self._scene.skew if submission is not None and is_doubtful else None

    def note(self) -> str:
        """For the border: whose clock it is, and the first expiry."""
        zone = "UTC" if self._scene.zone is None else "local time"
        expiries = [chunk.batch.expires_at for chunk in self.chunks if chunk.batch and chunk.batch.ended_at is None]
        first = min((when for when in expiries if when is not None), default=None)
        words = "first expiry" if len(expiries) > 1 else "expiry"
        return zone if first is None else f"{zone}; {words} {when_words(self._scene, first)}"

    # The axis in words

    def head(self, width: int) -> Cell:
        """The line above the rows: round times, now, the limit."""
        axis, canvas = self.axis(width), Canvas(width)
        if axis is None:
            return canvas.cell()
        glyphs = self._scene.glyphs
        if axis.limit_at is not None:
            self._put_limit(axis, canvas, glyphs)
            self._put_now(axis, canvas)
        for tick in axis.ticks():
            words = self._clock(tick)
            x = axis.x(tick)
            if canvas.is_free(x - 1 if x else 0, x + len(words) + 1):
                canvas.put(x, cell(words, "dim"))
        return canvas.cell()

    def _put_now(self, axis: Axis, canvas: Canvas) -> None:
        """From its line on, or up to it where the limit follows too soon."""
        words = f"now {self._clock(axis.now)}"
        x = min(axis.now_x, canvas.width - len(words))
        if not canvas.is_free(x, x + len(words) + 1):
            x = max(0, axis.now_x - len(words))
        canvas.put(x, cell(words, "head", bold=True))

    def _put_limit(self, axis: Axis, canvas: Canvas, glyphs: Glyphs) -> None:
        if axis.is_broken:
            canvas.put(canvas.width - LIMIT_SLOT + 1, cell(glyphs.axis_break, "dim"))
            canvas.put(canvas.width - LIMIT_SLOT + 4, cell("24 h limit", "warn"))
        elif axis.limit_x is not None:
            words = "24 h limit"
            x = min(axis.limit_x, canvas.width - len(words))
            if canvas.is_free(x, x + len(words)):
                canvas.put(x, cell(words, "warn"))

    def _clock(self, when: datetime) -> str:
        return self._scene.minute(when).removesuffix("Z")

    # Rows

    def rows(self) -> list[Row]:
        """A row a chunk, with the ids of the table's."""
        return [self._row(chunk) for chunk in self.chunks]

    def _row(self, chunk: ChunkView) -> Row:
        row = chunk_row(self._scene, chunk)
        cells = {"chunk": row.cells["chunk"], "status": row.cells["status"], "line": _Line(self, chunk)}
        return Row(id=row.id, cells=cells, sign=row.sign)

    def line(self, chunk: ChunkView, width: int, glyphs: Glyphs) -> Cell:
        """One chunk from its creation to its end, or to when it may end."""
        axis, canvas = self.axis(width), Canvas(width)
        if axis is None:
            canvas.put(0, cell(chunk_note(self._scene, chunk), "dim"))
            return canvas.cell()
        if axis.limit_at is not None:
            canvas.put(axis.now_x, cell(glyphs.now, "head", bold=False))
            if axis.limit_x is not None:
                canvas.put(axis.limit_x, cell(glyphs.limit, "warn"))
        if chunk.batch is None:
            self._words(axis, canvas, chunk, glyphs)
        elif chunk.batch.ended_at is not None:
            _ended(axis, canvas, chunk.batch, chunk.batch.ended_at, glyphs)
        else:
            self._out(axis, canvas, chunk, chunk.batch, glyphs)
        return canvas.cell()

    def _words(self, axis: Axis, canvas: Canvas, chunk: ChunkView, glyphs: Glyphs) -> None:
        """What has no batch has no line: words, where the line would begin."""
        began = self._began(chunk)
        if began is not None:
            at = canvas.put(axis.x(began), cell(f"{glyphs.unsure} ", "alert", bold=True))
            canvas.put(at, cell(self._unsure_words(began, axis.now_x - at)))
            return
        canvas.put(
            min(axis.now_x + 2, max(0, canvas.width - 24)),
            cell(f"{plain(chunk_word(chunk))}: {chunk_note(self._scene, chunk)}", "dim"),
        )

    def _unsure_words(self, began: datetime, room: int) -> str:
        """As much as ends before the line for now."""
        sent = f"sent {self._clock(began)}, no answer"
        whole = f"{sent}; not sent again until settled"
        return next((words for words in (whole, sent, "no answer") if len(words) < room), "")

    def _out(self, axis: Axis, canvas: Canvas, chunk: ChunkView, batch: BatchView, glyphs: Glyphs) -> None:
        role: Role = "warn" if chunk.status == "canceling" else "run"
        canvas.stroke(axis.x(batch.created_at), axis.now_x, glyphs.processing, role)
        if chunk.eta is None:
            return
        if chunk.eta.is_late or chunk.eta.at <= axis.now:
            canvas.put(axis.now_x + 2, cell("late", "warn"))
            return
        end = axis.x(chunk.eta.at)
        canvas.stroke(axis.now_x + 1, end, glyphs.estimated, "dim")
        _put_beside(axis, canvas, end + 1, cell(f"~{self._clock(chunk.eta.at)}", "dim"))


class _Line:
    """The column that is as wide as there is room."""

    def __init__(self, timeline: Timeline, chunk: ChunkView) -> None:
        self._timeline, self._chunk = timeline, chunk

    def fill(self, width: int, glyphs: Glyphs) -> Cell:
        return self._timeline.line(self._chunk, width, glyphs)


def _ended(axis: Axis, canvas: Canvas, batch: BatchView, ended: datetime, glyphs: Glyphs) -> None:
    x, end = axis.x(batch.created_at), max(axis.x(batch.created_at) + 1, axis.x(ended))
    canvas.stroke(x, end, glyphs.succeeded, "dim")
    counts = batch.counts
    kinds: tuple[tuple[int, str, Role], ...] = (
        (counts.errored, glyphs.errored, "err"),
        (counts.untold, glyphs.untold, "warn"),
        (counts.expired, glyphs.expired, "expired"),
        (counts.canceled, glyphs.canceled, "canceled"),
    )
    cells = share_out((counts.succeeded, *(amount for amount, _, _ in kinds)), end - x)[1:]
    at = end
    for (_, glyph, role), amount in reversed(list(zip(kinds, cells, strict=True))):
        canvas.stroke(at - amount, at, glyph, role)
        at -= amount
    _put_beside(axis, canvas, end + 1, _ended_words(batch))


def _ended_words(batch: BatchView) -> Cell:
    """How long it took, and how many are bad; nothing of what is still out."""
    if batch.ended_at is None:
        return ()
    words: list[Span] = [Span(lasted((batch.ended_at - batch.created_at).total_seconds()), "dim")]
    counts = batch.counts
    if counts.bad:
        words.append(Span(f" {counts.bad:,} bad", "err" if counts.errored or counts.untold else "expired"))
    return tuple(words)


def _put_beside(axis: Axis, canvas: Canvas, x: int, words: Cell) -> None:
    """Behind the line's end, or past the line for now when they would touch or cross it."""
    width = cell_width(words)
    if axis.limit_at is not None and x - 1 <= axis.now_x <= x + width:
        x = axis.now_x + 2
    if canvas.is_free(x, min(canvas.width, x + width)):
        canvas.put(x, words)
