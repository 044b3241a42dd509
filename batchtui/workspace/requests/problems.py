"""Collects what is wrong with request files: everything counted, the first hundred listed."""

from batchtui.domain.requests import PROBLEMS_LISTED, WARNINGS, Code, Problem, Severity

LONGEST_CUSTOM_ID = 80
"""A custom_id that is too long is shown cut."""


class Problems:
    """Errors are listed before warnings, so that a hundred repeated bodies never hide one broken line."""

    def __init__(self, files: tuple[str, ...], allow: frozenset[str]) -> None:
        self.counts: dict[str, int] = {}
        self.has_errors = False
        self._files = files
        self._allow = allow
        self._kept: dict[Code, list[tuple[int, Problem]]] = {}

    def add(
        self, code: Code, message: str, *, file: int, line: int, custom_id: str | None = None, times: int = 1
    ) -> None:
        """Note a problem; `file` is the number of the input it is in, `times` how many requests share it."""
        severity = Severity.WARNING if code in WARNINGS or code in self._allow else Severity.ERROR
        self.has_errors = self.has_errors or severity is Severity.ERROR
        self.counts[code] = self.counts.get(code, 0) + times
        kept = self._kept.setdefault(code, [])
        if len(kept) < PROBLEMS_LISTED:
            problem = Problem(
                file=self._files[file],
                line=line,
                code=code,
                severity=severity,
                message=message,
                custom_id=custom_id[:LONGEST_CUSTOM_ID] if custom_id else None,
            )
            kept.append((file, problem))

    def listed(self) -> tuple[Problem, ...]:
        """Up to a hundred problems, errors first choice, in the order of files and lines."""
        everything = [entry for entries in self._kept.values() for entry in entries]
        everything.sort(key=lambda entry: (entry[1].severity is Severity.WARNING, entry[0], entry[1].line))
        chosen = everything[:PROBLEMS_LISTED]
        chosen.sort(key=lambda entry: (entry[0], entry[1].line))
        return tuple(problem for _, problem in chosen)
