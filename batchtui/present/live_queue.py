"""What is open at the service, what waits here for what, and when it would go: the queue as it is."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cached_property

from msgspec import Struct

from batchtui.domain.budget import committed_today, held_commitment
from batchtui.domain.departures import Departure, departures
from batchtui.domain.limits import Load, load
from batchtui.domain.state import KnownBatch
from batchtui.present.bar import share_out
from batchtui.present.canvas import Canvas
from batchtui.present.cells import NOTHING, Cell, Column, Role, Row, Span, blanks, cell, cell_width, fit_cell
from batchtui.present.clean import clean
from batchtui.present.formats import count, count_cell, exact, money, size
from batchtui.present.home import int_label
from batchtui.present.scene import Scene

LABEL, AMOUNT = 10, 17
WARN_SHARE = 0.8
WAITING = (
    Column(key="place", head="#", width=3, align="right", is_lit=True),
    Column(key="run", head="RUN", width=20, least=10, most=28, is_lit=True, cut="end"),
    Column(key="chunk", head="CHUNK", width=7, align="right"),
    Column(key="requests", head="REQS", width=6, align="right"),
    Column(key="size", head="SIZE", width=8, align="right", goes=1),
    Column(key="cost", head="COST", width=9, align="right", goes=4),
    Column(key="priority", head="PRIORITY", width=8, goes=0),
    Column(key="goes", head="GOES", width=7, goes=3),
    Column(key="done", head="DONE", width=7, goes=2),
    Column(key="waits", head="WAITS FOR", width=24, least=12, most=60, cut="end"),
)


class Share(Struct, frozen=True, kw_only=True):
    """A part of the open batches with a name."""

    words: str
    kind: str
    batches: int
    role: Role


class LiveQueue:
    """The queue of one scene."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene

    @cached_property
    def waiting(self) -> list[Departure]:
        """What waits here, in the order of sending."""
        scene = self._scene
        return list(departures(scene.state, scene.settings, scene.views.history, scene.now, scene.server_now))

    @cached_property
    def load(self) -> Load:
        return load(self._scene.state)

    @property
    def is_busy(self) -> bool:
        """Whether anything is open or waits."""
        return bool(self.waiting or self.load.own_batches or self.shares)

    @cached_property
    def shares(self) -> list[Share]:
        """Open batches by run, those being stopped apart, then those from elsewhere."""
        own: dict[tuple[str, bool], int] = {}
        elsewhere = 0
        for known in self._scene.state.batches.values():
            if known.is_open and known.run is None:
                elsewhere += 1
            elif known.is_open and known.run is not None:
                key = (known.run, _is_stopping(known))
                own[key] = own.get(key, 0) + 1
        shares = [
            Share(words=f"{run} stopping", kind="stopping", batches=number, role="warn")
            if stops
            else Share(words=run, kind="running", batches=number, role="run")
            for (run, stops), number in own.items()
        ]
        unsure = self.load.own_batches - sum(own.values())
        if unsure > 0:
            shares.append(Share(words="unsure", kind="unsure", batches=unsure, role="alert"))
        if elsewhere:
            shares.append(Share(words="elsewhere", kind="elsewhere", batches=elsewhere, role="text"))
        return shares

    # The panel of limits

    def lines(self, width: int, *, is_roomy: bool) -> Iterator[Cell]:
        """Batches, requests, money on one left edge; then what goes next and what is stuck."""
        gap = [NOTHING] if is_roomy else []
        yield from self._batches(width)
        yield from gap
        yield from self._requests(width)
        yield from gap
        yield from self._money(width)
        yield from gap
        yield from self._next(width)

    def _batches(self, width: int) -> Iterator[Cell]:
        limit, own = self._scene.settings.submit.max_open_batches, self.load.own_batches
        free = max(0, limit - own)
        room = width - LABEL - AMOUNT
        yield _strip("batches", self._slots(free, room), f"{own} of {limit}", width)
        yield _indented(self._legend(free, width - LABEL))

    def _legend(self, free: int, room: int) -> Cell:
        """Every run by its name, or where there is no room for that how many do what."""
        left: list[Cell] = [(Span(f"{free} "), Span("free", "dim"))]
        named = [*(_counted(share.batches, share.words, share.role) for share in self.shares), *left]
        if cell_width(_spaced(named, 10_000)) <= room:
            return _spaced(named, room)
        kinds = {share.kind: share.role for share in self.shares}
        return _spaced([*(_counted(self._of_kind(kind), kind, role) for kind, role in kinds.items()), *left], room)

    def _of_kind(self, kind: str) -> int:
        return sum(share.batches for share in self.shares if share.kind == kind)

    def _slots(self, free: int, room: int) -> Cell:
        glyphs = self._scene.glyphs
        looks = {"unsure": glyphs.unsure, "elsewhere": glyphs.processing}
        if glyphs.name == "ascii":  # where lines are all the same, a letter tells what colour tells elsewhere
            looks |= {"running": glyphs.processing, "stopping": glyphs.canceled, "elsewhere": glyphs.succeeded}
        parts: list[tuple[int, str, Role]] = [
            (share.batches, looks.get(share.kind, glyphs.succeeded), share.role) for share in self.shares
        ]
        parts.append((free, glyphs.unsent, "dim"))
        total = sum(amount for amount, _, _ in parts)
        each = min(3, room // max(1, total) - 1)
        if each < 1:
            cells = share_out((0, *(amount for amount, _, _ in parts)), room)[1:]
            return tuple(Span(glyph * cells_, role) for (_, glyph, role), cells_ in zip(parts, cells, strict=True))
        spans: list[Span] = []
        for amount, glyph, role in parts:
            spans += [Span(glyph * each, role), Span(" ")] * amount
        return tuple(spans)

    def _requests(self, width: int) -> Iterator[Cell]:
        limit, out = self._scene.settings.submit.max_queued_requests, self.load.requests
        here = sum(entry.turn.requests for entry in self.waiting)
        glyphs, room = self._scene.glyphs, width - LABEL - AMOUNT
        strip = _scaled(
            [(out, glyphs.succeeded, "run"), (here, glyphs.estimated, "head")], limit, room, glyphs.unsent, glyphs.limit
        )
        yield _strip("requests", strip, f"{count(out + here)} of {count(limit)}", width)
        facts: list[Cell] = [(Span(f"{count(out)} ", "text"), Span("with the API", "dim"))]
        if here:
            facts.append((Span(f"{count(here)} wait here", "head", False),))
        yield _indented(_spaced(facts, width - LABEL))

    def _money(self, width: int) -> Iterator[Cell]:
        scene, glyphs = self._scene, self._scene.glyphs
        spent, here = float(committed_today(scene.state, scene.now)), float(held_commitment(scene.state))
        limit = scene.settings.budget.daily_usd
        facts: list[Cell] = [(Span(money(spent, is_estimate=True)), Span(" spent or reserved today", "dim"))]
        if here:
            facts.append((Span(f"{money(here, is_estimate=True)} if all of it goes today", "head", False),))
        if limit is None:
            yield (
                *cell(f"{'money':<{LABEL}}", "dim"),
                *_spaced([*facts, cell("no daily budget", "dim")], width - LABEL),
            )
            return
        limit_usd = float(limit)
        parts: list[tuple[float, str, Role]] = [(spent, glyphs.succeeded, "dim"), (here, glyphs.estimated, "head")]
        strip = _scaled(parts, limit_usd, width - LABEL - AMOUNT, glyphs.unsent, glyphs.limit, at=WARN_SHARE)
        amount = f"{money(spent + here, is_estimate=True)} of ${limit_usd:,.0f}"
        is_over = spent + here > WARN_SHARE * limit_usd
        yield _strip("money", strip, amount, width, role="warn" if is_over else "text")
        yield _indented(_spaced([*facts, cell(f"{glyphs.limit} 80 %", "warn")], width - LABEL))

    def _next(self, width: int) -> Iterator[Cell]:
        going = next((entry for entry in self.waiting if not entry.turn.is_own_reason), None)
        if going is not None:
            name = Span(f"{going.turn.run} ", "text", True)
            words = "goes now" if not going.turn.waits else f"waits for {_waits_for(going)}"
            yield _labelled("next", (name, Span(self._part(going)), Span(f"   {clean(words)}", "dim")))
        stuck: dict[tuple[str, str], list[Departure]] = {}
        for entry in self.waiting:
            if entry.turn.is_own_reason:
                stuck.setdefault((entry.turn.run, entry.turn.waits), []).append(entry)
        for (run, _), entries in list(stuck.items())[:3]:
            parts = self._part(entries[0]) + (f" and {len(entries) - 1} more" if len(entries) > 1 else "")
            value = (
                Span(f"{run} ", "text", True),
                Span(parts),
                Span("   waits for ", "dim"),
                *self._reason(entries[0]),
            )
            yield _labelled("stuck", value)
        if not self.waiting:
            yield _labelled("next", cell("nothing waits here", "dim"))

    def _reason(self, entry: Departure) -> Cell:
        """What it waits for; a chunk without an answer by its number."""
        turn = entry.turn
        doubt = next((sub for sub in self._scene.state.unknown_submissions() if sub.requests == turn.requests), None)
        if turn.is_own_reason and doubt is not None and doubt.chunk in turn.waits:
            other = "" if doubt.run == turn.run else f" of {doubt.run}"
            return cell(clean(f"chunk {int_label(doubt.chunk)}{other}, unsure"), "alert", bold=False)
        return cell(_waits_for(entry), "warn" if turn.is_own_reason else "dim")

    def _part(self, entry: Departure) -> str:
        total = len(self._scene.state.runs[entry.turn.run].live_chunks)
        return f"{int_label(entry.turn.chunk)}/{total}"

    # The table of what waits

    def rows(self) -> list[Row]:
        """A row a chunk, in the order they go."""
        return [self._row(number, entry) for number, entry in enumerate(self.waiting, 1)]

    def _row(self, number: int, entry: Departure) -> Row:
        scene, turn = self._scene, entry.turn
        run = scene.state.runs[turn.run]
        chunk = run.chunks[turn.chunk]
        cost = float(run.cost.share(chunk.requests, run.requests).high_usd)
        is_known = not run.cost.unknown_models
        return Row(
            id=f"{turn.run}#{turn.chunk}",
            cells={
                "place": cell(str(number), "dim"),
                "run": cell(clean(turn.run)),
                "chunk": cell(self._part(entry), "dim"),
                "requests": count_cell(turn.requests, scene.glyphs),
                "size": cell(size(chunk.bytes), "dim"),
                "cost": cell(money(cost, is_estimate=True)) if is_known else cell(scene.glyphs.unknown, "dim"),
                "priority": _priority(run.priority),
                "goes": self._time(entry.goes),
                "done": self._time(entry.done, "dim"),
                "waits": self._reason(entry),
            },
        )

    def _time(self, when: datetime | None, role: Role = "text") -> Cell:
        if when is None:
            return cell(self._scene.glyphs.unknown, "dim")
        return cell(f"~{self._scene.minute(when)}", role)

    def selection(self) -> tuple[Cell, ...]:
        """For the footer: what waits, for how much, and what waits for a person."""
        if not self.waiting:
            return (cell("nothing waits here", "dim"),)
        here = sum(entry.turn.requests for entry in self.waiting)
        own = sum(entry.turn.is_own_reason for entry in self.waiting)
        facts: list[Cell] = [
            (Span(f"{count(here)} ", "text", True), Span(f"requests wait in {exact(len(self.waiting))} chunks", "dim")),
            (Span(money(float(held_commitment(self._scene.state)), is_estimate=True)),),
        ]
        if own:
            facts.append((Span(f"{own} ", "alert"), Span("wait for a reason of their own", "dim")))
        return tuple(facts)


def _counted(number: int, words: str, role: Role) -> Cell:
    return (Span(f"{number} ", role, False), Span(clean(words), "dim"))


def _waits_for(entry: Departure) -> str:
    """The rest of "waits for"."""
    waits = clean(entry.turn.waits).removeprefix("after ")
    return waits or "its turn, which is now"


def _is_stopping(known: KnownBatch) -> bool:
    return known.batch.is_canceling or known.wants_cancel


def _priority(priority: int) -> Cell:
    if not priority:
        return cell("normal", "dim")
    return cell("high" if priority > 0 else "low", "text" if priority > 0 else "dim")


def _scaled(
    parts: Sequence[tuple[float, str, Role]], limit: float, room: int, rest: str, mark: str, *, at: float = 1.0
) -> Cell:
    """Parts one after another on a scale up to the limit, or up to their sum with the limit marked on it."""
    whole = max(limit, sum(amount for amount, _, _ in parts), 1e-9)
    canvas = Canvas(max(0, room))
    canvas.stroke(0, room, rest, "dim")
    x = 0.0
    for amount, glyph, role in parts:
        start, x = x, x + amount / whole * room
        if amount:
            canvas.stroke(round(start), max(round(start) + 1, round(x)), glyph, role)
    where = round(limit * at / whole * room)
    if where < room:
        canvas.put(where, cell(mark, "warn"))
    return canvas.cell()


def _strip(label: str, strip: Cell, amount: str, width: int, role: Role = "text") -> Cell:
    room = width - LABEL - AMOUNT
    return (
        *cell(f"{label:<{LABEL}}", "dim"),
        *fit_cell(strip, max(0, room)),
        *fit_cell(cell(amount, role), AMOUNT, "right"),
    )


def _labelled(label: str, value: Cell) -> Cell:
    return (*cell(f"{label:<{LABEL}}", "dim"), *value)


def _indented(value: Cell) -> Cell:
    return (*blanks(LABEL), *value)


def _spaced(facts: Sequence[Cell], room: int) -> Cell:
    """As many as fit, parted by blanks."""
    spans: Cell = NOTHING
    for fact in facts:
        gap = blanks(3) if spans else NOTHING
        if cell_width((*spans, *gap, *fact)) > room:
            break
        spans = (*spans, *gap, *fact)
    return spans
