"""What is open at the service, what waits here for what, and when it would go: the queue as it is."""

from collections.abc import Iterator
from functools import cached_property

from msgspec import Struct

from batchtui.domain.budget import committed_today, held_commitment
from batchtui.domain.forecasting.departures import Departure, departures
from batchtui.domain.limits import Load, load
from batchtui.domain.money import limit_words
from batchtui.domain.state import KnownBatch
from batchtui.domain.words import several
from batchtui.present.bar import share_out
from batchtui.present.cells import NOTHING, Cell, Role, Span, cell, cell_width
from batchtui.present.clean import clean
from batchtui.present.formats import count, exact, money
from batchtui.present.planner.queue_strips import AMOUNT, LABEL, counted, indented, labelled, scaled, spaced, strip
from batchtui.present.planner.waiting_rows import part, reason, waits_for
from batchtui.present.scene import Scene

WARN_SHARE = 0.8


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
        yield strip("batches", self._slots(free, room), f"{own} of {limit}", width)
        yield indented(self._legend(free, width - LABEL))

    def _legend(self, free: int, room: int) -> Cell:
        """Every run by its name, or where there is no room for that how many do what."""
        left: list[Cell] = [(Span(f"{free} "), Span("free", "dim"))]
        named = [*(counted(share.batches, share.words, share.role) for share in self.shares), *left]
        if cell_width(spaced(named, 10_000)) <= room:
            return spaced(named, room)
        kinds = {share.kind: share.role for share in self.shares}
        return spaced([*(counted(self._of_kind(kind), kind, role) for kind, role in kinds.items()), *left], room)

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
        line = scaled(
            [(out, glyphs.succeeded, "run"), (here, glyphs.estimated, "head")], limit, room, glyphs.unsent, glyphs.limit
        )
        yield strip("requests", line, f"{count(out + here)} of {count(limit)}", width)
        facts: list[Cell] = [(Span(f"{count(out)} ", "text"), Span("with the API", "dim"))]
        if here:
            facts.append((Span(f"{count(here)} wait here", "head", False),))
        yield indented(spaced(facts, width - LABEL))

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
                *spaced([*facts, cell("no daily budget", "dim")], width - LABEL),
            )
            return
        limit_usd = float(limit)
        parts: list[tuple[float, str, Role]] = [(spent, glyphs.succeeded, "dim"), (here, glyphs.estimated, "head")]
        line = scaled(parts, limit_usd, width - LABEL - AMOUNT, glyphs.unsent, glyphs.limit, at=WARN_SHARE)
        amount = f"{money(spent + here, is_estimate=True)} of {limit_words(limit_usd)}"
        is_over = spent + here > WARN_SHARE * limit_usd
        yield strip("money", line, amount, width, role="warn" if is_over else "text")
        yield indented(spaced([*facts, cell(f"{glyphs.limit} 80 %", "warn")], width - LABEL))

    def _next(self, width: int) -> Iterator[Cell]:
        going = next((entry for entry in self.waiting if not entry.turn.is_own_reason), None)
        if going is not None:
            name = Span(f"{going.turn.run} ", "text", True)
            words = (
                f"waits for {waits_for(self._scene, going)}" if self._scene.views.waits.of(going.turn) else "goes now"
            )
            yield labelled("next", (name, Span(part(self._scene, going)), Span(f"   {clean(words)}", "dim")))
        stuck: dict[tuple[str, str], list[Departure]] = {}
        for entry in self.waiting:
            if entry.turn.is_own_reason:
                stuck.setdefault((entry.turn.run, entry.turn.waits), []).append(entry)
        for (run, _), entries in list(stuck.items())[:3]:
            parts = part(self._scene, entries[0]) + (f" and {len(entries) - 1} more" if len(entries) > 1 else "")
            value = (
                Span(f"{run} ", "text", True),
                Span(parts),
                Span("   waits for ", "dim"),
                *reason(self._scene, entries[0]),
            )
            yield labelled("stuck", value)
        if not self.waiting:
            yield labelled("next", cell("nothing waits here", "dim"))

    def _room(self) -> tuple[Cell, ...]:
        """What could still be sent, where nothing waits for it."""
        scene, limits = self._scene, self._scene.settings.submit
        batches = max(0, limits.max_open_batches - self.load.own_batches)
        requests = max(0, limits.max_queued_requests - self.load.requests)
        facts: list[Cell] = [
            (Span("room for ", "dim"), Span(exact(batches), "text", True), Span(" batches", "dim")),
            (Span(count(requests), "text", True), Span(" requests", "dim")),
        ]
        daily = scene.settings.budget.daily_usd
        if daily is not None:
            left = max(0.0, float(daily) - float(committed_today(scene.state, scene.now)))
            facts.append((Span(money(left, is_estimate=True), "text", True), Span(" of today's budget", "dim")))
        return tuple(facts)

    def selection(self) -> tuple[Cell, ...]:
        """For the footer: what waits, for how much, and what waits for a person."""
        if not self.waiting:
            return self._room()
        here = sum(entry.turn.requests for entry in self.waiting)
        own = sum(entry.turn.is_own_reason for entry in self.waiting)
        chunks = several(len(self.waiting), "chunk")
        facts: list[Cell] = [
            (Span(f"{count(here)} ", "text", True), Span(f"requests wait in {chunks}", "dim")),
            (Span(money(float(held_commitment(self._scene.state)), is_estimate=True)),),
        ]
        if own:
            facts.append((Span(f"{own} ", "alert"), Span("wait for a reason of their own", "dim")))
        return tuple(facts)


def _is_stopping(known: KnownBatch) -> bool:
    return known.batch.is_canceling or known.wants_cancel
