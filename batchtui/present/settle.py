"""What is known of a submission without an answer, and what may be made of it; and of a batch from elsewhere."""

from collections.abc import Callable, Iterator, Sequence

from msgspec import Struct

from batchtui.domain.money import limit_words
from batchtui.domain.settling import needs_person, undecidable
from batchtui.domain.state import AppState, KnownBatch
from batchtui.domain.submission import ChunkState, Submission
from batchtui.domain.words import chunk_name, several
from batchtui.engine.verbs_runs import ReleasePlan
from batchtui.engine.verbs_submissions import LostPlan
from batchtui.present.cells import Cell, Span, blanks, cell
from batchtui.present.clean import clean
from batchtui.present.formats import exact, money, money_between
from batchtui.present.preview.preview_facts import when
from batchtui.present.scene import Scene
from batchtui.present.selection import Selection, owner
from batchtui.present.sheet_lines import TEXT_AT, amount_line, said, word_line
from batchtui.present.wrap import wrap

MOST_CHOICES = 9
CHOICE_AT, CHOICE_WIDTH = 16, 21
FACT_AT = 3 + CHOICE_WIDTH
NOT_AGAIN = "not sent again; R plans it"


class Unsettled(Struct, frozen=True, kw_only=True):
    """A submission and the batches it may have become, the nearest in time first."""

    submission: Submission
    candidates: tuple[KnownBatch, ...]

    @property
    def is_settled(self) -> bool:
        """Whether it was settled while it was looked at."""
        return self.submission.state is not ChunkState.UNKNOWN


def unsettled_of(state: AppState, selection: Selection) -> list[Unsettled]:
    """What there is to settle in a selection, oldest first."""
    if selection.kind == "unsure":
        found = [state.submissions[selection.id]]
    else:
        run = owner(state, selection)
        found = [entry for entry in state.unknown_submissions() if entry.run == run]
    return [
        Unsettled(submission=entry, candidates=candidates_of(state, entry))
        for entry in sorted(found, key=lambda each: each.intended_at)
    ]


def newest_of(state: AppState, shown: Unsettled) -> Unsettled:
    """What is known now, each candidate under the figure it was shown with; one that fell away keeps its place."""
    submission = state.submissions[shown.submission.id]
    if submission.state is not ChunkState.UNKNOWN:
        return Unsettled(submission=submission, candidates=())
    by_id = {known.batch.id: known for known in candidates_of(state, submission)}
    kept = [by_id.pop(known.batch.id, known) for known in shown.candidates]
    return Unsettled(submission=submission, candidates=(*kept, *by_id.values())[:MOST_CHOICES])


def candidates_of(state: AppState, submission: Submission) -> tuple[KnownBatch, ...]:
    """Batches nobody here sent, of the chunk's size, that its ids have not ruled out."""
    found = [
        known
        for known in state.elsewhere()
        if known.batch.request_counts.total == submission.requests
        and known.batch.id not in submission.disproved
        and (known.batch.id in submission.candidates or known.batch.created_at >= submission.intended_at)
    ]
    nearest = sorted(found, key=lambda known: abs((known.batch.created_at - submission.intended_at).total_seconds()))
    return tuple(nearest[:MOST_CHOICES])


def unsettled_title(one: Unsettled, number: int, of: int) -> str:
    """Which submission is settled, and how many there are."""
    which = f"  {number} of {of}" if of > 1 else ""
    return f"settle {one.submission.run} chunk {chunk_name(one.submission.chunk)}{which}"


def unsettled_lines(scene: Scene, one: Unsettled, width: int) -> Iterator[Cell]:
    """The sheet's lines; a key stands before each choice."""
    submission = one.submission
    yield word_line("sent", said(when(scene, submission.intended_at), f", {several(submission.requests, 'request')}"))
    for number, words in enumerate(wrap(clean(submission.why) or "no answer", max(20, width - TEXT_AT))):
        yield word_line("" if number else "then", cell(words))
    yield word_line("", cell("the body was out, so it may have arrived", "dim"))
    if one.is_settled:
        yield word_line("meanwhile", said(_became(submission)), bold=True)
        return
    if needs_person(scene.state, submission, scene.server_now):
        yield word_line("now", said("nothing can tell any more which it became: you decide"), bold=True)
    yield ()
    if not one.candidates:
        why = "not in the list" if submission.is_not_found else "no batch of that size is in the list yet"
        yield word_line("candidates", said("none", f"; {why}"))
    for number, known in enumerate(one.candidates, 1):
        yield from _candidate(scene, number, known, is_first=number == 1)
    yield ()
    yield _choice("x", "give it up", NOT_AGAIN, _edge(one.candidates, width))


def _became(submission: Submission) -> str:
    if submission.batch_id is not None:
        return f"settled: it became {submission.batch_id}"
    return "settled: " + ("given up" if submission.state is ChunkState.ABANDONED else "it did not arrive")


def _candidate(scene: Scene, number: int, known: KnownBatch, *, is_first: bool) -> Iterator[Cell]:
    label = "it became" if is_first else ""
    created = scene.moment(known.batch.created_at)
    words = (Span(known.batch.id), Span(f"  created {created}", "dim"))
    yield amount_line(label, str(number), words, "head")
    why = undecidable(scene.state, known.batch.id, scene.server_now)
    if why:
        yield (*blanks(CHOICE_AT), Span(clean(why), "alert"))


def _choice(key: str, words: str, why: str, width: int) -> Cell:
    return (*blanks(CHOICE_AT), Span(key, "head", True), *blanks(2), Span(f"{words:<{width}}"), Span(why, "dim"))


def _edge(candidates: Sequence[KnownBatch], width: int) -> int:
    """Where what is said of the choices begins: behind the longest id, where the words fit there."""
    wanted = max([CHOICE_WIDTH, *(len(known.batch.id) + 2 for known in candidates)])
    return wanted if TEXT_AT + wanted + len(NOT_AGAIN) <= width else CHOICE_WIDTH


def stranger_lines(scene: Scene, known: KnownBatch, label: Callable[[str], str]) -> Iterator[Cell]:
    """A batch that was not sent from here, and what the keys of three actions make of it."""

    def fact(words: str, value: Cell) -> Cell:
        return (Span(f"{words:<{FACT_AT}}", "dim"), *value)

    def choice(action_id: str, words: str, why: str) -> Cell:
        return (Span(f"{label(action_id):<3}", "head", True), Span(f"{words:<{CHOICE_WIDTH}}"), Span(why, "dim"))

    yield fact("batch", said(known.batch.id))
    requests = several(known.batch.request_counts.total, "request")
    yield fact("created", said(when(scene, known.batch.created_at), f", {requests}"))
    yield ()
    yield choice("adopt", "adopt", "a run: collect, errors, export")
    yield choice("adopt_with_file", "adopt with its file", "retry as well, once proved")
    yield choice("hide", "show again" if known.is_hidden else "hide", "out of sight; stays as it is")


def lost_lines(scene: Scene, plan: LostPlan, command: str) -> Iterator[Cell]:
    """Sending again what never showed up."""
    chunks = ", ".join(chunk_name(entry.chunk) for entry in plan.submissions)
    word = "chunk" if len(plan.submissions) == 1 else "chunks"
    yield amount_line(
        "held again", exact(len(plan.submissions)), said(word, f" {chunks}, {several(plan.requests, 'request')}")
    )
    yield word_line("", cell(_what_is_known(plan), "dim"))
    yield word_line("cost", cell(_cost_words(plan)))
    yield from _budget_lines(scene, plan)
    if plan.blocked:
        blocked = said(_blocked(plan.blocked), ": not long enough in doubt, or with a candidate")
        yield amount_line("stays unsure", exact(len(plan.blocked)), blocked, "alert")
    for entry, batch_ids in plan.doubted:
        words = f"chunk {chunk_name(entry.chunk)} may be {clean(batch_ids[0])}: A there adopts or hides it"
        yield word_line("stays given up", cell(words, "alert"))
    if plan.overtaken:
        words = f"{several(len(plan.overtaken), 'chunk')}: sent again by {plan.overtaken_by[-1]}, it may be"
        yield word_line("left alone", cell(words, "alert"))
    yield ()
    if _may_have_arrived(plan):
        doubt = cell("after all, its requests are processed and billed twice", "dim")
        yield word_line("if it arrived", doubt, bold=True)
    yield word_line("command", cell(command))


def _may_have_arrived(plan: LostPlan) -> bool:
    return any(entry.is_released and entry.state is not ChunkState.REFUSED for entry in plan.submissions)


def _what_is_known(plan: LostPlan) -> str:
    """Why it may be sent once more; of what was given up only that nothing on the list could be it."""
    if not plan.submissions:
        return "nothing can be sent once more"
    if not _may_have_arrived(plan):
        return "the service did not accept it"
    return "complete reads of the list showed no batch that could be it"


def release_lines(plan: ReleasePlan | None, run: str, command: str) -> Iterator[Cell]:
    """Letting a held run go on."""
    if plan is None:
        yield word_line("nothing", cell(f"of {clean(run)} is held any more", "dim"))
        return
    word = "chunk" if plan.chunks == 1 else "chunks"
    yield word_line("held", cell(clean(plan.reason)))
    if plan.chunks:
        yield amount_line("sends", exact(plan.chunks), said(word, f", {several(plan.requests, 'request')}"))
        yield word_line("cost", cell(_cost_words(plan)))
    else:
        yield word_line("then", cell("the retry that was ordered is made by itself, within the thresholds"))
    yield ()
    yield word_line("command", cell(command))


def _budget_lines(scene: Scene, plan: LostPlan) -> Iterator[Cell]:
    """What is taken of the budget after it; over it the chunks wait, since sending asks once more."""
    limits = scene.settings.budget
    after = plan.budget(scene.state, limits, scene.now)
    limit = f" of {limit_words(limits.daily_usd)}" if limits.daily_usd is not None else ", no limit is set"
    yield word_line(
        "budget", said(money(after.taken_usd + after.adds_usd, is_estimate=True), f" today after it{limit}")
    )
    if after.exceeds is not None:
        yield word_line("", cell(f"{after.exceeds}: it waits, held, until there is room", "warn"))


def _cost_words(plan: LostPlan | ReleasePlan) -> str:
    unknown = ", ".join(clean(model) for model in plan.cost.unknown_models)
    if unknown:
        return f"not known: no price for {unknown}"
    return f"{money_between(plan.cost.low_usd, plan.cost.high_usd, is_estimate=True)}, an estimate"


def _blocked(entries: Sequence[Submission]) -> str:
    return "chunk " + ", ".join(chunk_name(entry.chunk) for entry in entries)
