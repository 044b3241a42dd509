"""What was spent, beside what was estimated and what it would have cost at the standard price."""

from collections.abc import Iterator

from batchtui.domain.spending import By, Spent, spent_by, spent_in_all, spent_on
from batchtui.domain.state import AppState, Run
from batchtui.domain.words import several, share_words
from batchtui.present.cells import Cell, Span, cell
from batchtui.present.clean import clean
from batchtui.present.formats import count, exact, money
from batchtui.present.lines import labelled
from batchtui.present.outcome_words import outcome_words
from batchtui.present.scene import Scene


def spent_lines(scene: Scene, width: int, label_width: int) -> Iterator[Cell]:
    """By model and in all, with what did not come as it should; nothing where nothing was collected."""
    whole, by_model = scene.memory.get("spent", scene.state, None, lambda: _spent(scene.state))
    if not whole.batches:
        yield cell("nothing was collected yet", "dim")
        return
    for line in by_model:
        model = clean(line.name)
        yield from labelled(model, _of_model(line), label_width=label_width, width=width, mark=scene.glyphs.cut)
    yield from labelled("in all", _in_all(whole), label_width=label_width, width=width)
    for words in _cautions(whole):
        yield from labelled("", cell(words, "warn"), label_width=label_width, width=width)
    if whole.waiting:
        words = f"{several(whole.waiting, 'batch is', 'batches are')} not collected: not in this"
        yield from labelled("", cell(words, "dim"), label_width=label_width, width=width)


def _spent(state: AppState) -> tuple[Spent, list[Spent]]:
    return spent_in_all(state), spent_by(state, By.MODEL)


def _of_model(line: Spent) -> Cell:
    usage = line.usage
    tokens = f"{count(usage.input_tokens)} in, {count(usage.output_tokens)} out"
    requests = f"{count(usage.requests)} {'request' if usage.requests == 1 else 'requests'}"
    cached = f", {share_words(line.cache_hit_share)} of the prompts cached" if line.cache_hit_share else ""
    return (*_money(line), Span(f"  {requests}, {tokens}{cached}", "dim"))


def _in_all(line: Spent) -> Cell:
    per = line.per_requests(line.results.total or line.usage.requests, 1000)
    rate = f"  {money(per)} for 1,000 requests" if per is not None else ""
    saved = f", {money(line.saving_usd)} less than standard" if line.saving_usd is not None else ""
    return (*_money(line), Span(f"{rate}{saved}", "dim"))


def _money(line: Spent) -> Cell:
    cost = line.usage.cost_usd
    return cell("price unknown", "warn") if cost is None else (Span(money(cost), "text", True),)


def _cautions(line: Spent) -> Iterator[str]:
    usage = line.usage
    if usage.other_tier:
        yield f"{several(usage.other_tier, 'request')} did not come at half of standard"
    if usage.requests > usage.succeeded:
        bad = several(usage.requests - usage.succeeded, "request was", "requests were")
        yield f"{bad} billed and did not succeed"


def measured_beside_estimate(state: AppState, run: Run) -> Cell:
    """Of a run that is collected: how the estimate did, what was saved, and what did not come at half."""
    line = spent_on(state, run)
    parts: list[Span] = []
    outcome = outcome_words(line)
    if outcome:
        parts.append(Span(f"  {outcome}", "dim" if line.is_within else "warn"))
    if line.saving_usd:
        parts.append(Span(f"  {money(line.saving_usd)} saved", "dim"))
    if line.usage.other_tier:
        parts.append(Span(f"  {exact(line.usage.other_tier)} not at half", "warn"))
    return tuple(parts)
