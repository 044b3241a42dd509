"""The groups of what did not succeed, as rows of a table and lines of facts."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from msgspec import Struct

from batchtui.domain.ids import retry_root
from batchtui.domain.issues.triage import Verdict
from batchtui.domain.money import ZERO, Usd
from batchtui.domain.never_accepted import NeverAccepted
from batchtui.present.cells import Cell, Column, Role, Row, Span, cell
from batchtui.present.clean import clean
from batchtui.present.errors.gathered import Gathered, total
from batchtui.present.errors.issue_words import class_role, class_word, template_words, verdict_cell
from batchtui.present.formats import count, days, exact, money, percent
from batchtui.present.glyphs import Glyphs
from batchtui.present.ordering import Sorting

CLASS_WIDTH = 17
SHARE_WIDTH = 12
STATE_WIDTH = 12

COLUMNS = (
    Column(key="n", head="N", width=5, align="right", is_lit=True),
    Column(key="share", head="SHARE", width=SHARE_WIDTH, goes=1, is_lit=True),
    Column(key="class", head="CLASS", width=CLASS_WIDTH, cut="end", is_lit=True),
    Column(key="template", head="TEMPLATE", width=29, least=12, most=400, cut="end"),
    Column(key="retry", head="RETRY?", width=7),
    Column(key="state", head="STATE", width=STATE_WIDTH),
    Column(key="cost", head="COST ", width=9, align="right", goes=0),
)

SORTINGS = (
    Sorting("retryable", "retryable first", "retryable last"),
    Sorting("number", "largest first", "smallest first", lambda entry: -len(entry.members)),
    Sorting("class", "by class", "by class, z to a", lambda entry: entry.group.cls),
    Sorting("template", "by template", "by template, z to a", lambda entry: template_words(entry.group)),
    Sorting("failed", "most failed again first", "fewest failed again first", lambda entry: -entry.retried),
)


class Triage(Struct, frozen=True, kw_only=True):
    """What is known of a run besides its issues; all times in the local clock."""

    name: str
    requests: int
    """Of the run, the denominator."""
    read: int
    """Results that are on disk."""
    now: datetime
    cost_high_usd: Usd = ZERO
    """Of the whole run, for estimates of a part."""
    seen_at: datetime | None = None
    """When somebody last opened these errors before now."""
    collected_at: Mapping[str, datetime] = {}
    """Batch id -> when its results came to disk."""
    muted: Mapping[tuple[str, str], datetime] = {}
    muted_below: Mapping[tuple[str, str], int] = {}
    seen_before: Mapping[tuple[str, str], datetime] = {}
    """When groups were last looked at, in whatever run, before this page was opened."""
    under_way: Mapping[str, tuple[str, int]] = {}
    """Group id -> the newest live later attempt that has members of it, and how many."""
    results_until: datetime | None = None
    refused: NeverAccepted | None = None
    """What the service never took: it has no result, and none comes by itself."""

    @property
    def is_all_read(self) -> bool:
        """Nothing is still to be collected."""
        return self.read + (self.refused.requests if self.refused is not None else 0) >= self.requests

    def is_muted(self, entry: Gathered) -> bool:
        """It is put aside, and has neither outlived that nor doubled."""
        until, below = self.muted.get(entry.key), self.muted_below.get(entry.key)
        if until is None and below is None:
            return False
        return (until is None or until > self.now) and (below is None or len(entry.members) < below)

    def muted_until(self, entry: Gathered) -> datetime | None:
        """Until when a group is put aside, if it is now and a day was named."""
        return self.muted.get(entry.key) if self.is_muted(entry) else None

    def cost(self, requests: int) -> Usd | None:
        """What sending so many again may cost at most; None where nothing is known."""
        return self.cost_high_usd * requests / self.requests if self.cost_high_usd and self.requests else None

    def is_new(self, entry: Gathered) -> bool:
        """Some of it came to disk after anybody looked."""
        if self.seen_at is None:
            return True
        return any(self.collected_at.get(batch, self.seen_at) > self.seen_at for batch in entry.batch_ids)


def ordered(gathered: Sequence[Gathered], triage: Triage) -> list[Gathered]:
    """Failed again first, then as triage ranks them, muted ones last."""
    return sorted(gathered, key=lambda entry: (triage.is_muted(entry), not entry.retried))


def row_of(entry: Gathered, triage: Triage, glyphs: Glyphs, most: int) -> Row:
    """A group's row; `most` is the size of the largest one, for the bar of shares."""
    is_muted = triage.is_muted(entry)
    number, role = len(entry.members), class_role(entry.group.cls)
    text: Role = "dim" if is_muted else "text"
    usd = triage.cost(number) if entry.group.verdict is Verdict.RESEND else None
    return Row(
        id=entry.id,
        cells={
            "n": cell(count(number), "dim" if is_muted else role, bold=not is_muted),
            "share": cell(glyphs.succeeded * max(1, round(SHARE_WIDTH * number / most)), "dim" if is_muted else role),
            "class": cell(class_word(entry.group.cls, CLASS_WIDTH), text),
            "template": cell(template_words(entry.group), text),
            "retry": verdict_cell(entry.group.verdict, is_dim=is_muted),
            "state": state_cell(entry, triage),
            "cost": cell(f"{glyphs.unknown} " if usd is None else f"{money(usd, is_estimate=True)} ", _usd_role(usd)),
        },
    )


def state_cell(entry: Gathered, triage: Triage) -> Cell:
    """muted, failed again, new, or seen and when."""
    if triage.is_muted(entry):
        until = triage.muted_until(entry)
        left = days((until - triage.now).total_seconds() + 86_399) if until is not None else "to x2"
        return cell(f"muted {left}", "dim")
    run, number = triage.under_way.get(entry.id, ("", 0))
    if run:
        part = "" if number == len(entry.members) else f"{count(number)} "
        return cell(f"{part}in {clean(run).removeprefix(retry_root(triage.name))}", "run")
    if entry.retried:
        return cell("failed again", bold=True)
    before = triage.seen_before.get(entry.key)
    if triage.seen_at is None and before is not None:
        return cell(f"seen {before.astimezone(UTC):%m-%d}", "dim")
    if triage.seen_at is None or triage.is_new(entry):
        return cell("new", bold=True)
    return cell(f"seen {triage.seen_at.astimezone(UTC):%m-%d}", "dim")


def _usd_role(usd: Usd | None) -> Role:
    return "dim" if usd is None else "text"


def header_facts(gathered: Sequence[Gathered], triage: Triage, leader: str = "") -> list[Cell]:
    """How many of how many, and whether that is all.

    Args:
        leader: another process, which downloads: what it has of them beyond this is not seen here.
    """
    bad = total(gathered)
    figure = Span(exact(bad), "err" if bad else "text", True)
    if not triage.is_all_read:
        read = (Span(exact(triage.read), "warn", True), Span(f" of {exact(triage.requests)}", "dim"))
        by = [cell(f"{leader} downloads", "dim")] if leader else []
        return [(figure, Span(" so far", "dim")), (Span("read ", "dim"), *read), *by]
    facts = [(figure, Span(f" of {exact(triage.requests)} ({percent(bad, triage.requests)})", "dim"))]
    kept = ""
    if triage.results_until is not None and triage.results_until > triage.now:
        kept = f", results kept {days((triage.results_until - triage.now).total_seconds())}"
    return [*facts, cell(f"on disk{kept}", "dim")]


def selection_facts(gathered: Sequence[Gathered], marked: Sequence[Gathered], triage: Triage) -> list[Cell]:
    """What R would send: the marked groups, else everything that can be sent again."""
    unmuted = [entry for entry in gathered if not triage.is_muted(entry)]
    chosen = [entry for entry in marked or unmuted if entry.group.verdict is Verdict.RESEND]
    fixed = sum(len(entry.members) for entry in gathered if entry.group.verdict is Verdict.EDIT)
    asked = sum(len(entry.members) for entry in marked if entry.group.verdict is Verdict.ASK)
    number = total(chosen)
    again = sum(entry.retried for entry in chosen)
    which = f"{len(marked)} marked" if marked else f"{len(chosen)} group{'' if len(chosen) == 1 else 's'}"
    facts: list[Cell] = [(Span(exact(number), bold=True), Span(f" can be sent again, {which}", "dim"))]
    usd = triage.cost(number)
    if usd is not None and number:
        facts.append(cell(money(usd, is_estimate=True)))
    if number:
        facts.append(cell(f"{exact(again)} retried before" if again else "none retried before", "dim"))
    if asked:
        facts.append((Span(exact(asked), bold=True), Span(" sent because marked", "dim")))
    if fixed:
        facts.append((Span(exact(fixed), bold=True), Span(" need an edit", "dim")))
    return facts
