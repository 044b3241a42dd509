"""Request files as named on the command line; `-` is stdin, kept in a private file for as long as it is needed."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec

from batchtui.cli import signals
from batchtui.cli.spool import spooled
from batchtui.domain.failures import BadInput, UsageFailure
from batchtui.domain.requests import CheckReport
from batchtui.domain.run import InputFile
from batchtui.engine.plans import Plan

STDIN = "-"


class RequestFiles(msgspec.Struct, frozen=True, kw_only=True):
    """Paths that can be read twice, and what the operator calls them."""

    paths: tuple[Path, ...]
    spooled: str | None = None
    """The private file that holds stdin."""

    def plan(self, plan: Plan) -> Plan:
        """The plan in the operator's words: `-` instead of a private file that is about to go."""
        if self.spooled is None:
            return plan
        inputs = tuple(self._input(entry) for entry in plan.inputs)
        return msgspec.structs.replace(plan, inputs=inputs, report=self.report(plan.report))

    def report(self, report: CheckReport) -> CheckReport:
        """The report likewise."""
        if self.spooled is None:
            return report
        problems = tuple(
            msgspec.structs.replace(problem, file=STDIN) if problem.file == self.spooled else problem
            for problem in report.problems
        )
        return msgspec.structs.replace(report, problems=problems)

    def _input(self, entry: InputFile) -> InputFile:
        return msgspec.structs.replace(entry, path=STDIN) if entry.path == self.spooled else entry


@contextmanager
def request_files(names: Sequence[str]) -> Iterator[RequestFiles]:
    """The files of these names, stdin read to its end where it is named.

    Raises:
        BadInput: a name that no text can hold.
        UsageFailure: stdin named twice.
    """
    for name in names:
        must_be_named(name)
        _must_be_text(name)
    if STDIN not in names:
        yield RequestFiles(paths=tuple(Path(name) for name in names))
        return
    if list(names).count(STDIN) > 1:
        raise UsageFailure("stdin can be read only once", next="name `-` once")
    with signals.raised(signals.ENDS), spooled() as kept:
        paths = tuple(kept if name == STDIN else Path(name) for name in names)
        yield RequestFiles(paths=paths, spooled=str(kept))


def must_be_named(name: str, what: str = "FILE") -> None:
    """An empty name, as of a variable that is not set, would be taken for the folder this is."""
    if not name:
        raise UsageFailure(f"a {what} is named by an empty text", next="name it, or leave it away")


def _must_be_text(name: str) -> None:
    """A name goes into the journal and into JSON, which hold text only."""
    try:
        name.encode()
    except UnicodeEncodeError:
        shown = name.encode("utf-8", "backslashreplace").decode()
        raise BadInput(f"the name of {shown} is not UTF-8", next="rename the file") from None
