"""What went ahead of a run, once it is back: reported, judged by its rule, or by a person.

Commit point: the PilotJudged record. A crash before it leaves the run waiting, and nothing more is sent.
"""

from collections.abc import Sequence

from batchtui.domain.failures import BadInput, Failure, NotFound
from batchtui.domain.pilot import Pilot, Stage, pilot_chunks, stage
from batchtui.domain.pilot_report import PilotReport, objection, report
from batchtui.domain.prices import PriceTable
from batchtui.domain.records import PilotJudged, Record
from batchtui.domain.state import AppState, Run
from batchtui.engine.core import Core
from batchtui.engine.ports import Library, Store


class Pilots:
    """Looks after runs that wait for what went ahead of them."""

    def __init__(self, core: Core, store: Store, library: Library, prices: PriceTable) -> None:
        self._core = core
        self._store = store
        self._library = library
        self._prices = prices

    def report(self, run: str) -> PilotReport:
        """What went ahead came to; only once all its results are here.

        Raises:
            NotFound, BadInput
        """
        entry = self._entry(run)
        if entry.pilot is None:
            raise NotFound(f"nothing went ahead of {run}")
        batches = [chunk.batch_id for chunk in pilot_chunks(entry)]
        paths = [self._store.results_path(batch_id, run) for batch_id in batches if batch_id is not None]
        if not all(path.exists() for path in paths) or len(paths) < len(batches):
            raise BadInput(f"the results of what went ahead of {run} are not here", next="`batchtui collect` gets them")
        lines = (line for path in paths for line in self._library.results(path))
        return report(lines, self._prices, run_requests=entry.requests)

    def judge(self) -> None:
        """Let the runs go on whose rule allows it, and say of the others why not; for the process that leads."""
        for run in list(self._core.state.runs.values()):
            if run.pilot is None or run.is_pilot_passed or run.pilot_why or not run.pilot.has_rule:
                continue
            if stage(self._core.state, run) is Stage.LANDED:
                why = self._objection(run.name, run.pilot)
                self._record(run.name, goes_on=not why, why=why or "by its rule")

    def _objection(self, run: str, rule: Pilot) -> str:
        """Results that cannot be read are one: a person decides, and other runs are sent meanwhile."""
        try:
            return objection(rule, self.report(run))
        except Failure as failure:
            return f"its rule could not be applied: {failure.what}"

    def release(self, run: str) -> None:
        """A person lets the rest of a run go on, whatever went ahead of it came to.

        Raises:
            NotFound, BadInput: there is nothing that waits, or it is not back yet.
        """
        self._core.must_be_allowed("submit --continue")
        must_be_askable(self._core.state, self._entry(run))
        self._record(run, goes_on=True, why="by the operator")

    def _record(self, run: str, *, goes_on: bool, why: str) -> None:
        now = self._core.clock.now()

        def decide(state: AppState) -> Sequence[Record]:
            entry = state.runs[run]
            return [] if entry.is_pilot_passed else [PilotJudged(at=now, run=run, goes_on=goes_on, why=why)]

        self._core.transact(decide)

    def _entry(self, run: str) -> Run:
        entry = self._core.state.runs.get(run)
        if entry is None:
            raise NotFound(f"no run named {run}")
        return entry


def must_be_askable(state: AppState, run: Run) -> None:
    """Refuse to let go on what does not wait, or what nobody can have looked at yet.

    Raises:
        BadInput
    """
    if run.pilot is None:
        raise BadInput(f"nothing went ahead of {run.name}: it waits for nothing")
    match stage(state, run):
        case Stage.PASSED:
            raise BadInput(f"{run.name} goes on already")
        case Stage.UNSENT | Stage.RUNNING:
            next_ = f"`batchtui watch {run.name}` waits for it"
            raise BadInput(f"the {run.pilot.kind} of {run.name} is not back yet", next=next_)
        case Stage.LANDED | Stage.LOST:
            return
