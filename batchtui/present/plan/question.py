"""What a plan asks before it is carried out, and what the two footer rows say about it."""

from msgspec import Struct

from batchtui.domain.money import Usd
from batchtui.domain.settings import ConfirmSettings
from batchtui.engine.plans import Plan, typed_reasons
from batchtui.present.cells import Cell, Span, cell
from batchtui.present.clean import clean
from batchtui.present.formats import exact, money

STRIP_CELLS = 9


class Question(Struct, frozen=True, kw_only=True):
    """How much would be sent, and what it takes to say yes; `refusal` says why there is nothing to agree to."""

    requests: int
    at_most_usd: Usd | None = None
    reasons: tuple[str, ...] = ()
    """Why the count has to be typed; empty when `y` is enough."""
    refusal: str = ""

    @property
    def typed(self) -> str:
        """What has to stand in the strip before `y`."""
        return str(self.requests) if self.reasons and not self.refusal else ""


def question_of(plan: Plan, confirm: ConfirmSettings) -> Question:
    """The question of a submission or a retry."""
    reasons = list(typed_reasons(plan, confirm))
    if plan.same_content is not None:
        reasons.append("sent before")
    return Question(
        requests=plan.requests,
        at_most_usd=None if plan.cost.unknown_models else plan.cost.high_usd,
        reasons=tuple(reasons),
        refusal=_refusal(plan),
    )


def _refusal(plan: Plan) -> str:
    if plan.already is not None:
        return f"already sent as {clean(plan.already)}: nothing is left to do"
    if plan.is_retry and not plan.included:
        return "nothing to send"
    if not plan.report.ok:
        number = plan.report.error_count
        return f"nothing can be sent: {exact(number)} error{'' if number == 1 else 's'}"
    return "" if plan.stagings else "nothing to send"


def short_line(question: Question) -> tuple[Cell, ...]:
    """The first footer row where `y` is enough, or where nothing can be sent."""
    no = cell("esc or enter: no", "dim")
    if question.refusal:
        return (cell(question.refusal, "warn"),)
    at_most: Cell = ()
    if question.at_most_usd is not None:
        at_most = (Span(", "), Span(money(question.at_most_usd, is_estimate=True), bold=True), Span(" at most"))
    number = f"{exact(question.requests)} request{'' if question.requests == 1 else 's'}"
    return (
        (Span("sends "), Span(number, bold=True), *at_most),
        (Span("y", "warn", True), Span(" sends", "dim")),
        no,
    )


def typed_prompt(question: Question) -> Cell:
    """Before the strip, where the count has to be typed."""
    return (
        Span(f"{question.reasons[0]}: ", "warn"),
        Span("type "),
        Span(question.typed, bold=True),
        Span(", then "),
        Span("y", "warn", True),
    )
