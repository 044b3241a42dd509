"""What happens to each line of a request file: judged, and admitted or its problems noted."""

from collections.abc import Mapping

from batchtui.domain.requests import Code
from batchtui.domain.settings import MAX_REQUEST_BYTES
from batchtui.engine.jobs import CheckRules
from batchtui.workspace.bodies.body import body_bytes
from batchtui.workspace.jsonl import Lines, Oversized
from batchtui.workspace.prepare.admission import Admission
from batchtui.workspace.prepare.duplicates import Duplicates
from batchtui.workspace.requests.check import UNSENDABLE, Checker, Request, envelope
from batchtui.workspace.requests.problems import Problems

LEFT_OUT = "; left out"
WHITESPACE_BYTES = 1024
"""So much longer a line may be than the request in it before it is given up unread."""

LeftOut = Mapping[tuple[int, int], str]
"""Places (file, line) of requests to leave out, with the reason."""


class Intake:
    """Takes the lines of all inputs of one run, in order."""

    def __init__(
        self,
        checker: Checker,
        admission: Admission,
        duplicates: Duplicates,
        problems: Problems,
        *,
        most_bytes: int,
        left_out: LeftOut,
    ) -> None:
        self._checker = checker
        self._admission = admission
        self._duplicates = duplicates
        self._problems = problems
        self._most_bytes = most_bytes
        self._left_out = left_out

    def take(self, file: int, found: Lines) -> None:
        """Judge some lines and admit what is sound."""
        quick, most_bytes, looks_at_all = self._checker.quick, self._most_bytes, bool(self._left_out)
        numbers: list[int] = []
        lines: list[bytes] = []
        requests: list[Request] = []
        for number, raw in enumerate(found.lines, found.first):
            line = raw.strip()
            if not line:
                continue
            request = quick(line)
            if request is None or len(line) > most_bytes or looks_at_all:
                request = self._look_again(line, file, number)
                if request is None:
                    continue
            numbers.append(number)
            lines.append(line)
            requests.append(request)
        self._admission.admit(file, numbers, lines, requests)
        self._duplicates.extend(lines, [request.custom_id for request in requests])

    def oversized(self, file: int, found: Oversized) -> None:
        """Note a line that was not read because it is too long."""
        self._too_large(found.size_bytes, file, found.number, None)

    def _look_again(self, line: bytes, file: int, number: int) -> Request | None:
        """Note what is wrong with a line; the request if it can be sent nevertheless."""
        reason = self._left_out.get((file, number))
        if reason is not None:
            self._problems.add(Code.CUSTOM_ID_DUPLICATE, reason + LEFT_OUT, file=file, line=number)
            return None
        diagnosis, request = self._checker.look_again(line)
        for code, message in diagnosis.findings:
            message += LEFT_OUT if code in UNSENDABLE and code in self._checker.allow else ""
            self._problems.add(code, message, file=file, line=number, custom_id=diagnosis.custom_id)
        if len(line) > self._most_bytes:
            self._too_large(len(line), file, number, diagnosis.custom_id)
            return None
        if request is None and not diagnosis.codes <= self._checker.allow:
            self._reject(line)
        return request

    def _reject(self, line: bytes) -> None:
        """Count a line that cannot be sent; its custom_id may still be the twin of another."""
        self._admission.reject(len(line))
        shape = envelope(line)
        if shape is not None:
            self._duplicates.extend([line], [shape.custom_id])

    def _too_large(self, size: int, file: int, number: int, custom_id: str | None) -> None:
        is_allowed = Code.REQUEST_TOO_LARGE in self._checker.allow
        message = f"the request has {size:,} bytes, at most {self._most_bytes:,} can be sent"
        message += LEFT_OUT if is_allowed else ""
        self._problems.add(Code.REQUEST_TOO_LARGE, message, file=file, line=number, custom_id=custom_id)
        if not is_allowed:
            self._admission.reject(size)


def most_bytes(rules: CheckRules, chunk_bytes: int) -> int:
    """The longest line that is taken: what the service takes, or, where that is allowed, what fits a chunk alone."""
    alone = max(0, chunk_bytes - body_bytes(1, 0))
    return alone if Code.REQUEST_TOO_LARGE in rules.allow else min(alone, MAX_REQUEST_BYTES)
