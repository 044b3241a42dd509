"""Looking things up in bodies and results on disk. Fulfils ports.Library; reads only, and in place.

Each way to look is imported when somebody looks: a listing opens no file of bodies or results, and starts sooner.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from batchtui.domain.issues.triage import DEFAULT_RULES, Group, TriageRules
from batchtui.domain.results import Issue, ResultLine
from batchtui.domain.retry import RetryPolicy
from batchtui.engine.jobs import AttemptRun, Unsolved
from batchtui.engine.ports import FoundRequest, IdDifference, Worth


class FileLibrary:
    """Finds issues, requests and results by the paths it is given."""

    def issues(self, path: Path) -> list[Issue]:
        """All issues of one index of issues."""
        from batchtui.workspace.results import issue_index

        return list(issue_index.read(path))

    def groups(self, lineage: Sequence[AttemptRun], rules: TriageRules = DEFAULT_RULES) -> tuple[Group, ...]:
        """What did not succeed up to the latest attempt, grouped."""
        from batchtui.domain.issues import triage

        return triage.group((entry.issue for entry in self.effective_issues(lineage)), rules)

    def effective_issues(self, lineage: Sequence[AttemptRun], earlier: Sequence[AttemptRun] = ()) -> Iterator[Unsolved]:
        """Each request whose latest result is an issue, in the order of the input, with the attempt it is of."""
        from batchtui.workspace.results import standing

        return standing.effective_issues(lineage, earlier)

    def worth_sending(self, lineage: Sequence[AttemptRun], earlier: Sequence[AttemptRun], policy: RetryPolicy) -> Worth:
        """How many requests would be sent again."""
        from batchtui.workspace.retry import choice

        return choice.worth_sending(lineage, earlier, policy)

    def find_request(self, run: AttemptRun, custom_id: str) -> FoundRequest | None:
        """A request as it was sent; None when the run has no such request."""
        from batchtui.workspace.results import find

        return find.find_request(run, custom_id)

    def first_request(self, folder: Path, label: str) -> FoundRequest | None:
        """The first one of a chunk that was built in a folder; its file is not known there."""
        from batchtui.workspace.results import find

        return find.first_request(folder, label)

    def results(self, path: Path) -> Iterator[ResultLine]:
        """Every result of a file, decoded just far enough."""
        from batchtui.workspace.results.result_lines import decode, opened, placed_lines

        with opened(path) as file:
            for placed in placed_lines(file):
                line = decode(placed.text) if placed.text is not None else None
                if line is not None:
                    yield line

    def find_result(self, results: Path, custom_id: str) -> bytes | None:
        """A result line as received; None when the file has no such result."""
        from batchtui.workspace.results import find

        return find.find_result(results, custom_id)

    def compare_ids(self, staging: Path, results: Path) -> IdDifference:
        """The requests that were built in a staging folder against results: what only one of them has."""
        from batchtui.workspace import layout
        from batchtui.workspace.bodies.index import custom_ids
        from batchtui.workspace.results.result_lines import decode_kind, opened, placed_lines

        requests = dict.fromkeys(
            custom_id for path in sorted(layout.chunks(staging).glob("*.index")) for custom_id in custom_ids(path)
        )
        with opened(results) as file:
            kinds = (decode_kind(placed.text) for placed in placed_lines(file) if placed.text is not None)
            received = dict.fromkeys(kind[0] for kind in kinds if kind is not None)
        return IdDifference(
            only_requests=tuple(each for each in requests if each not in received),
            only_results=tuple(each for each in received if each not in requests),
        )
