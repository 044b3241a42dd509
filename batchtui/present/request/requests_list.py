"""Lists of single requests: the members of a group, or all requests of a chunk. Any number of them."""

from collections.abc import Mapping, Sequence

from msgspec import Struct, structs

from batchtui.domain.results import Issue
from batchtui.domain.words import chunk_name
from batchtui.present.cells import Cell, Column, Row, cell
from batchtui.present.clean import clean
from batchtui.present.errors.gathered import Gathered
from batchtui.present.errors.issue_words import class_role, class_word
from batchtui.present.filtering import Term, matches, parse_filter
from batchtui.present.glyphs import Glyphs

FIELDS = ("id", "class", "message", "chunk", "request")
CLASS_WIDTH = 17

COLUMNS = (
    Column(key="id", head="CUSTOM_ID", width=18, least=14, cut="middle", cut_tail=6, is_lit=True),
    Column(key="class", head="RESULT", width=CLASS_WIDTH, cut="end"),
    Column(key="chunk", head="CHUNK", width=5, align="right", goes=3),
    Column(key="attempt", head="TRY", width=3, align="right", goes=2),
    Column(key="request", head="REQUEST ID", width=16, cut="middle", goes=1),
    Column(key="message", head="MESSAGE", width=20, least=10, most=400, cut="end"),
)

MEMBER_COLUMNS = tuple(column for column in COLUMNS if column.key != "class")
"""Members of a group are all of one class."""

NARROW_COLUMNS = (
    Column(key="id", head="CUSTOM_ID", width=10, least=8, most=32, cut="middle", cut_tail=6, is_lit=True),
)
"""Beside the inspector."""


MOST_ID_CELLS = 40
MOST_MESSAGE_CELLS = 50
"""Of a message; for so many of them other columns go."""
MEASURED = 500


def fitted(columns: Sequence[Column], shown: Sequence[str], requests: "RequestList") -> tuple[Column, ...]:
    """The columns as wide as ids and messages are, judged by the first of them; none that would be empty."""
    measured = shown[:MEASURED]
    id_width = min(MOST_ID_CELLS, max([len("CUSTOM_ID"), *map(len, measured)]) + 1)
    found = [issue for each in measured if (issue := requests.issues.get(each)) is not None]
    message = min(MOST_MESSAGE_CELLS, max([10, *(len(issue.message) for issue in found)]))
    wanted = {"id": {"width": id_width, "least": 14}, "message": {"width": message}}
    has_ids = any(issue.request_id for issue in found)
    kept = (each for each in columns if has_ids or each.key != "request")
    return tuple(structs.replace(each, **wanted.get(each.key, {})) for each in kept)


class Listed(Struct, frozen=True, kw_only=True):
    """One request of a list; without an issue it succeeded, or has no result yet."""

    custom_id: str
    chunk: str
    issue: Issue | None = None
    attempt: int = 1
    is_collected: bool = True


class RequestList(Struct, frozen=True, kw_only=True):
    """Requests in their order; what is not worth keeping for each of them is told once."""

    custom_ids: Sequence[str]
    issues: Mapping[str, Issue]
    chunks: Mapping[str, str] = {}
    """custom_id -> chunk, where they differ."""
    attempts: Mapping[str, int] = {}
    chunk: str = ""
    is_collected: bool = True

    def find(self, custom_id: str) -> Listed:
        """What is known of one of them."""
        return Listed(
            custom_id=custom_id,
            chunk=self.chunks.get(custom_id, self.chunk),
            issue=self.issues.get(custom_id),
            attempt=self.attempts.get(custom_id, 1),
            is_collected=self.is_collected,
        )


class RequestFilter:
    """Narrows a list while words are typed: the text to look in is put together once."""

    def __init__(self, requests: RequestList) -> None:
        self._requests = requests
        self._texts: list[str] = []

    def narrowed(self, words: str) -> Sequence[str]:
        """The custom_ids of those that match a filter, in their order."""
        terms = parse_filter(words, FIELDS)
        ids = self._requests.custom_ids
        if not terms:
            return ids
        if any(term.field for term in terms):
            return [each for each in ids if matches(terms, facts_of(self._requests.find(each)))]
        texts = self._texts or self._put_together()
        return [each for each, text in zip(ids, texts, strict=True) if _has(text, terms)]

    def _put_together(self) -> list[str]:
        find = self._requests.find
        self._texts = ["\n".join(facts_of(find(each)).values()) for each in self._requests.custom_ids]
        return self._texts


def _has(text: str, terms: tuple[Term, ...]) -> bool:
    """Whether a row's text has every term; a plain loop, since it runs for each row at each key."""
    for term in terms:  # noqa: SIM110
        if (term.value in text) is term.is_not:
            return False
    return True


def facts_of(listed: Listed) -> dict[str, str]:
    """What a filter looks at, by field, in lower case."""
    issue = listed.issue
    return {
        "id": listed.custom_id.lower(),
        "class": issue.cls.lower() if issue else ("ok" if listed.is_collected else ""),
        "message": issue.message.lower() if issue else "",
        "chunk": chunk_name(listed.chunk),
        "request": (issue.request_id or "").lower() if issue else "",
    }


def of_group(gathered: Gathered) -> RequestList:
    """The members of a group; of 100,000 only what differs among them is kept for each."""
    members = gathered.members
    issues = {member.issue.custom_id: member.issue for member in members}
    labels = {key.chunk for key in gathered.chunks}
    return RequestList(
        custom_ids=[member.issue.custom_id for member in members],
        issues=issues,
        chunks={member.issue.custom_id: member.chunk for member in members} if len(labels) != 1 else {},
        attempts={member.issue.custom_id: member.attempt for member in members} if gathered.retried else {},
        chunk=next(iter(labels)) if len(labels) == 1 else "",
    )


def row_of(listed: Listed, glyphs: Glyphs) -> Row:
    """One line of the list."""
    issue = listed.issue
    request_id = clean(issue.request_id) if issue and issue.request_id else ""
    return Row(
        id=listed.custom_id,
        cells={
            "id": cell(clean(listed.custom_id)),
            "class": result_cell(listed, glyphs),
            "chunk": cell(chunk_name(listed.chunk), "dim"),
            "attempt": cell(str(listed.attempt), "dim"),
            "request": cell(request_id, "dim"),
            "message": cell(clean(issue.message) if issue else "", "text"),
        },
    )


def result_cell(listed: Listed, glyphs: Glyphs) -> Cell:
    """What became of it, in a word."""
    if listed.issue is not None:
        return cell(class_word(listed.issue.cls, CLASS_WIDTH), class_role(listed.issue.cls))
    return cell("ok", "dim") if listed.is_collected else cell(glyphs.unknown, "dim")
