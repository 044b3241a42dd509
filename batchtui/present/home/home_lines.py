"""Home's header facts, and what its footer says of the row under the cursor."""

from datetime import datetime

from batchtui.domain.forecasting.estimate import Eta
from batchtui.domain.money import Usd, limit_words
from batchtui.domain.status import Status, is_unknown_there
from batchtui.domain.submission import Submission
from batchtui.domain.words import chunk_name, several
from batchtui.present.cells import Cell, Span, cell
from batchtui.present.clean import clean
from batchtui.present.facts import FactLine
from batchtui.present.formats import brief, count, duration, exact, money
from batchtui.present.home.totals import totals
from batchtui.present.scene import Scene
from batchtui.present.transfers import transfers_fact
from batchtui.present.views import BatchView, RunView

EXAMPLE = '{"custom_id":"a-1","params":{"model":"…","messages":[…]}}'


def fact(figure: str, words: str = "", *, bold: bool | None = True) -> Cell:
    """A figure in the text's colour, its words dim behind it."""
    return (Span(figure, "text", bold), *cell(f" {words}" if words else "", "dim"))


def totals_line(scene: Scene) -> FactLine:
    """How much runs, what needs triage, what it costs, how many alerts."""
    if not scene.state.batches and not scene.state.runs:
        return _nothing_line(scene)
    sums = totals(scene)
    facts = [fact(exact(sums.running), "running")]
    if sums.triage:
        bad = Span(f"{count(sums.triage_bad)} bad", "err")
        facts.append(
            (
                Span(exact(sums.triage), "err", True),
                Span(" need triage " if sums.triage > 1 else " needs triage ", "dim"),
                bad,
            )
        )
    facts += [fact(count(sums.in_flight), "in flight"), _spent(scene, sums.spent_usd, sums.is_spent_measured)]
    if sums.elsewhere:
        facts.append(fact(count(sums.elsewhere), "in flight elsewhere"))
    if sums.alerts:
        facts.append(cell(f"{sums.alerts:,} alert{'s' if sums.alerts > 1 else ''}", "alert", bold=True))
    moving = transfers_fact(scene)
    return FactLine(left=tuple(facts), right=(moving,) if moving else (), stays=1 if sums.alerts else 0)


def _nothing_line(scene: Scene) -> FactLine:
    if not scene.state.has_read_list:
        return FactLine(left=(cell("no answer from the service yet", "dim"),))
    limit = scene.settings.budget.daily_usd
    budget = cell(f"budget {limit_words(limit)} a day" if limit is not None else "no budget set", "dim")
    facts = (fact("0", "runs"), fact("0", "batches at the API"), fact(money(0), "today"), budget)
    return FactLine(left=facts)


def _spent(scene: Scene, usd: Usd, is_measured: bool) -> Cell:
    limit = scene.settings.budget.daily_usd
    rest = f" of {limit_words(limit)}" if limit is not None else " today"
    return (Span(money(usd, is_estimate=not is_measured and usd > 0), "text", True), Span(rest, "dim"))


def selection_line(scene: Scene, view: RunView | BatchView | Submission | None) -> FactLine:
    """What matters about the row under the cursor."""
    match view:
        case None if not scene.state.batches:
            return FactLine(left=((Span("one request a line: ", "dim"), Span(EXAMPLE)),))
        case None:
            return FactLine()
        case RunView():
            return FactLine(left=(cell(view.run, bold=True), *_run_facts(scene, view)))
        case BatchView():
            return FactLine(left=(cell(view.batch_id, bold=True), *_batch_facts(scene, view)))
        case Submission():
            return FactLine(left=(cell(f"{view.run} chunk {chunk_name(view.chunk)}", bold=True), *_unsure_facts(view)))


def _run_facts(scene: Scene, view: RunView) -> tuple[Cell, ...]:
    if view.held_reason:
        return (cell(f"held: {view.held_reason}", "warn"),)
    if view.status is Status.ARCHIVED:
        is_unknown = is_unknown_there(scene.state, scene.state.runs[view.run])
        why = "the service no longer knows its batch" if is_unknown else "they were not collected within 29 days"
        return (cell(f"its results are gone: {why}", "dim"),)
    if view.status.is_over:
        return (*_bad_facts(view), *_ended_facts(scene, view))
    if view.status is Status.CANCELING:
        return (cell("cancel asked", "warn"), cell("what had begun may still finish and be billed", "dim"))
    if view.status is Status.PLANNED:
        held = cell(f"{view.held:,} of {several(view.chunks, 'chunk')} held")
        return (held, cell(clean(scene.views.waits.first(view.run)) or "not sent yet", "dim"))
    return (*eta_facts(scene, view.eta), *pace(scene, view))


def _bad_facts(view: RunView) -> tuple[Cell, ...]:
    """All in the text's colour: the row above has the others, and each would cost a cursor move nineteen bytes more."""
    kinds = (
        ("errored", view.counts.errored),
        ("expired", view.counts.expired),
        ("canceled", view.counts.canceled),
        ("ok, but cut or refused", view.questionable),
    )
    return tuple(cell(f"{exact(number)} {word}") for word, number in kinds if number)


def _ended_facts(scene: Scene, view: RunView) -> tuple[Cell, ...]:
    where = "on disk" if view.is_collected else "d collects"
    where = "pruned here, d fetches them" if view.are_results_pruned else where
    word = "fixed by" if view.is_fixed else "sent again as"
    sent_again = cell(f"{word} {view.retries[-1]}", "dim") if view.retries else cell("")
    cost = cell(money(view.cost_usd)) if view.cost_usd is not None and view.is_cost_measured else cell("")
    return tuple(each for each in (cost, cell(f"results {where}", "dim"), sent_again) if each)


def eta_facts(scene: Scene, eta: Eta | None) -> tuple[Cell, ...]:
    """When it may be done and on what that rests; nothing without a basis."""
    if eta is None:
        return (cell("no estimate yet", "dim"),)
    basis = cell(f"p50 of {eta.basis.chunks} similar", "dim")
    if eta.is_late:
        return (cell("late", "warn", bold=True), cell(f"past p90 of {eta.basis.chunks} similar", "dim"))
    left = (eta.at - scene.server_now).total_seconds()
    return (cell(f"done in ~{duration(left)}" if left > 0 else "due now"), basis)


def pace(scene: Scene, view: RunView) -> tuple[Cell, ...]:
    """Requests an hour so far, of what has ended."""
    done = view.counts.succeeded + view.counts.bad
    hours = view.age_seconds / 3600
    if not done or hours <= 0 or not view.are_counts_given:
        return ()
    return (fact(exact(round(done / hours)), "requests/h", bold=None),)


def _batch_facts(scene: Scene, view: BatchView) -> tuple[Cell, ...]:
    hint = cell("A adopts or hides it", "dim")
    if view.status is Status.ARCHIVED:
        return (cell("results gone", "dim"), hint)
    if view.status.is_over:
        return (cell("not sent from here", "dim"), hint)
    return (cell("not sent from here", "dim"), cell(f"{several(view.counts.total, 'request')}", "dim"), hint)


def _unsure_facts(submission: Submission) -> tuple[Cell, ...]:
    found = len(submission.candidates)
    if submission.is_not_found:
        return (cell("not in the list", "alert"), cell("R plans to send it again", "dim"))
    words = f"{found} candidate{'s' if found != 1 else ''}" if found else "no candidate yet"
    return (cell(words, "alert"), cell("not sent again until settled", "dim"), cell("A settles", "dim"))


def stale_note(scene: Scene) -> Cell:
    """For a table's border: of when what it shows is."""
    as_of: datetime | None = scene.live.link.as_of
    if as_of is None:
        return cell("as it is on disk", "dim")
    age = (scene.now - as_of).total_seconds()
    return cell(f"as of {scene.moment(as_of)}, {_minutes(age)} ago", "alert", bold=True)


def _minutes(seconds: float) -> str:
    """As the header says it below a minute, so that both agree; in whole minutes after that."""
    return f"{round(seconds / 60)} min" if 60 <= seconds < 3600 else brief(seconds)
