"""The plan of a retry, row by row: who is sent again, who is not and why."""

from collections.abc import Iterable, Mapping

from msgspec import Struct

from batchtui.domain.issues.triage import Verdict, verdict
from batchtui.domain.results import Issue
from batchtui.domain.retry import RetryPolicy, why_not
from batchtui.engine.plans import Plan
from batchtui.present.cells import Cell, Span, cell
from batchtui.present.clean import clean
from batchtui.present.errors.gathered import Gathered, Member
from batchtui.present.errors.issue_words import class_role, class_word, template_words
from batchtui.present.errors.retry_choice import retry_command
from batchtui.present.errors.whereabouts import CALM_AFTER, TRANSIENT, burst_of
from batchtui.present.estimate_words import smaller_words
from batchtui.present.formats import brief, exact, money_between, size
from batchtui.present.plan.edit_summary import EditSummary
from batchtui.present.plan.money import budget_after, prices_caution
from batchtui.present.plan.parts import WORDS_AT, Part, folded, part_cell, skip_part, total_cell
from batchtui.present.plan.plan_facts import Fact, command_lines, fact
from batchtui.present.plan.problems import problems_fact
from batchtui.present.preview.preview_facts import when
from batchtui.present.scene import Scene

LABEL_WIDTH = 12
IDS_SHOWN = 2
LEAST_ROWS = 6
"""Of groups and skips, where the page is so low that it has to be scrolled anyway."""
ROWS_OF_OTHERS = 10
"""Rows of a plan without its groups, its skips and its command."""


def count_included(
    groups: Iterable[Gathered], policy: RetryPolicy, live_ids: Mapping[str, frozenset[str]]
) -> dict[str, int]:
    """How many members of each group are sent again.

    Args:
        live_ids: later run -> the requests of it that may still succeed.
    """

    def is_included(member: Member) -> bool:
        later = next((run for run, ids in live_ids.items() if member.custom_id in ids), None)
        return why_not(member.issue, policy, later) is None

    return {entry.id: sum(map(is_included, entry.members)) for entry in groups}


class RetryFacts(Struct, frozen=True, kw_only=True):
    """What a retry's page knows besides the plan itself."""

    policy: RetryPolicy
    groups: tuple[Gathered, ...] = ()
    included: Mapping[str, int] = {}
    """Group id -> how many of it are sent again."""
    edits: EditSummary | None = None


def retry_facts(scene: Scene, plan: Plan, known: RetryFacts, width: int, height: int) -> list[Fact]:
    """All rows; groups and skips share the room that the others leave."""
    room = width - LABEL_WIDTH
    command = _command(plan, known, room)
    if not plan.report.ok:
        again = (Span("E", "warn", True), Span(" goes back to the editor; originals stay as they are", "dim"))
        total = total_cell(plan.included, "edited requests")
        return [
            fact("included", total),
            problems_fact(plan.report, max(3, height - 5), room),
            fact("edits", again, is_first=True),
        ]
    if not plan.included:
        skipped = folded([skip_part(entry, known.policy.rules) for entry in plan.skipped], max(3, height - 4))
        return [fact("included", total_cell(0, "nothing is left to send again")), _skipped(plan, skipped)]
    parts = included_parts(plan, known)
    skips = [skip_part(entry, known.policy.rules) for entry in plan.skipped]
    left = max(LEAST_ROWS, height - ROWS_OF_OTHERS - len(command))
    share = max(1, left - min(len(skips), max(1, left // 2)))
    shown = folded(parts, share)
    return [
        fact(
            "included", total_cell(plan.included, _groups_words(len(parts))), *map(part_cell, shown), hangs_at=WORDS_AT
        ),
        _skipped(plan, folded(skips, max(1, left - len(shown)))),
        fact("edits", _edits(plan, known.edits), is_first=True),
        fact("chunks", _chunks(plan, room)),
        fact("cost", _cost(scene, plan)),
        fact("wait", wait_cell(scene, known)),
        fact("not in it", _not_in_it(plan)),
        fact("command", *command, is_first=True),
    ]


def included_parts(plan: Plan, known: RetryFacts) -> list[Part]:
    """Included requests by group; by class alone where the groups do not add up, as after an edit away."""
    parts: list[Part] = []
    for entry in known.groups:
        number = known.included.get(entry.id, 0)
        if number:
            words = template_words(entry.group)
            parts.append(Part(number, entry.group.cls, words, class_role(entry.group.cls)))
    if sum(part.number for part in parts) != plan.included:
        return [Part(plan.included, ", ".join(plan.classes), "", "text")]
    return parts


def editable(known: RetryFacts) -> list[Issue]:
    """Whom an edit is for: those that were named, else those that need one, else those that are sent anyway."""
    policy = known.policy
    issues = [member.issue for entry in known.groups for member in entry.members]
    if policy.custom_ids:
        return [issue for issue in issues if issue.custom_id in policy.custom_ids]
    if policy.classes:
        return [issue for issue in issues if issue.cls in policy.classes]
    needy = [issue for issue in issues if verdict(issue.cls, policy.rules)[0] is Verdict.EDIT]
    return needy or [issue for issue in issues if verdict(issue.cls, policy.rules)[0] is Verdict.RESEND]


def _groups_words(groups: int) -> str:
    return f"in {groups} group{'' if groups == 1 else 's'}"


def _skipped(plan: Plan, parts: list[Part]) -> Fact:
    total = sum(entry.requests for entry in plan.skipped)
    words = "stay as they are" if total else "nothing is left out"
    return fact("skipped", total_cell(total, words), *map(part_cell, parts), is_first=True, hangs_at=WORDS_AT)


def _edits(plan: Plan, summary: EditSummary | None) -> Cell:
    if summary is not None:
        return (Span(summary.words), Span("   originals stay as they are", "dim"))
    if plan.edits:
        return (Span(clean(", ".join(plan.edits))), Span("   in all of them", "dim"))
    return (Span("none"), Span("   same params, same custom_ids", "dim"))


def _chunks(plan: Plan, room: int) -> Cell:
    """How many, how large, and why they are small, in as many words as fit into one line."""
    total = sum(chunk.bytes for chunk in plan.chunks)
    requests = f"{exact(plan.included)} request{'' if plan.included == 1 else 's'}"
    words = f"{requests}, {size(total)}, attempt {plan.attempt}"
    number, why = exact(len(plan.chunks)), smaller_words(plan)
    if why:
        longer = f"{words}; {why}"
        words = longer if len(number) + 3 + len(longer) <= room else f"{words}, smaller: some expired"
    return (Span(number, bold=True), Span(f"   {words}", "dim"))


def _cost(scene: Scene, plan: Plan) -> Cell:
    cost = plan.cost
    if cost.unknown_models:
        return cell(f"not known: no price for {clean(', '.join(cost.unknown_models))}", "warn", bold=True)
    amount = Span(money_between(cost.low_usd, cost.high_usd, is_estimate=True), bold=True)
    return (amount, *budget_after(scene, cost), *prices_caution(cost, scene.now.date()))


def wait_cell(scene: Scene, known: RetryFacts) -> Cell:
    """Whether the trouble that the included ones met may still be there."""
    ended = {key: entry.batch.ended_at for key, entry in scene.state.batches.items() if entry.batch.ended_at}
    for entry in known.groups:
        is_sent = entry.group.cls in TRANSIENT and known.included.get(entry.id, 0) > 0
        burst = burst_of(entry, ended) if is_sent else None
        if burst is None or burst.ended_at is None:
            continue
        ago = scene.server_now - burst.ended_at
        trouble = f"{class_word(entry.group.cls)}: the batch ended"
        if ago < CALM_AFTER:
            return (Span("10 minutes", "warn"), Span(f"   {trouble} {brief(ago.total_seconds())} ago", "dim"))
        return (Span("none"), Span(f"   {trouble} {when(scene, burst.ended_at)}", "dim"))
    return (Span("none"), Span("   none of them failed for the moment alone", "dim"))


def _not_in_it(plan: Plan) -> Cell:
    if plan.not_included_running:
        return (Span(exact(plan.not_included_running), bold=True), Span(" requests still running in this run", "dim"))
    return (Span("nothing"), Span(" still running in this run", "dim"))


def _command(plan: Plan, known: RetryFacts, width: int) -> tuple[Cell, ...]:
    """The command; of many names only the first ones, `Y` copies them all."""
    policy, run = known.policy, plan.parent or plan.run
    shown = frozenset(sorted(policy.custom_ids)[:IDS_SHOWN])
    short = RetryPolicy(classes=policy.classes, custom_ids=shown, has_edits=policy.has_edits)
    lines = command_lines(retry_command(run, short, plan.edits, is_edited=known.edits is not None), width)
    more = len(policy.custom_ids) - len(shown)
    if not more:
        return lines
    return (
        *lines,
        (Span(f"  and {exact(more)} more custom_ids; ", "dim"), Span("Y", "head", True), Span(" copies all", "dim")),
    )
