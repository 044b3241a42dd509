"""When the chunks of a plan would start, and how long they may take."""

from math import ceil

from batchtui.domain.forecasting.estimate import Basis
from batchtui.domain.limits import load
from batchtui.engine.plans import Plan
from batchtui.present.cells import Cell, Span, cell
from batchtui.present.formats import duration, exact
from batchtui.present.scene import Scene


def pace_cell(scene: Scene, plan: Plan) -> Cell:
    """How many of the open batches it takes, and whether all start at once; or what keeps any from starting."""
    limits, now = scene.settings.submit, load(scene.state)
    chunks = len(plan.chunks)
    if scene.views.waits.link:
        return (Span(f"waits for {scene.views.waits.link}", "warn"),)
    if plan.pilot is not None:
        return (Span(f"the {plan.pilot.kind} alone starts at once"), Span(", the others wait for it", "dim"))
    at_once = starting(scene, plan)
    head = f"{exact(chunks)} more of {limits.max_open_batches} open batches"
    if at_once >= chunks:
        words = ", starts at once" if chunks == 1 else f", {'both' if chunks == 2 else 'all'} start at once"
        return (Span(head), Span(words, "dim"))
    return (
        Span(f"{exact(at_once)} of {exact(chunks)} chunks start at once"),
        Span(f", {exact(now.own_batches)} of {limits.max_open_batches} batches are open", "dim"),
    )


def starting(scene: Scene, plan: Plan) -> int:
    """Chunks that the limits let go now; what waits already goes first."""
    limits, now = scene.settings.submit, load(scene.state)
    free = limits.max_open_batches - now.own_batches - _waiting(scene)
    queued, count = now.requests, 0
    for chunk in plan.chunks:
        if count >= free or (queued and queued + chunk.requests > limits.max_queued_requests):
            break
        queued += chunk.requests
        count += 1
    return max(0, count)


def _waiting(scene: Scene) -> int:
    return sum(chunk.may_still_be_sent for run in scene.state.runs.values() for chunk in run.live_chunks)


def done_cell(scene: Scene, plan: Plan) -> Cell:
    """How long it may take, by what similar chunks took here; nothing where none has ended."""
    if not plan.chunks:
        return cell("nothing is sent", "dim")
    basis = scene.views.history.similar(plan.report.models, max(chunk.requests for chunk in plan.chunks))
    if basis is None:
        return cell("not known: too few similar chunks have ended here", "dim")
    rounds = ceil(len(plan.chunks) / max(1, scene.settings.submit.max_open_batches))
    return (Span(f"~{duration(basis.p50.total_seconds() * rounds)}"), Span(f"   {_basis(basis)}", "dim"))


def _basis(basis: Basis) -> str:
    return f"p50 of {basis.chunks} similar"
