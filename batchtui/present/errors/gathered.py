"""Unsuccessful requests gathered into groups, each with its members: what errors and members show."""

from collections import Counter
from collections.abc import Iterable, Mapping
from operator import attrgetter
from typing import NamedTuple

from msgspec import Struct

from batchtui.domain.issues.grouping import GroupKey
from batchtui.domain.issues.triage import DEFAULT_RULES, UNGROUPED, Group, TriageRules, groups_of, ungrouped
from batchtui.domain.results import Issue
from batchtui.engine.jobs import Unsolved

_custom_id = attrgetter("custom_id")


class Member(Struct, frozen=True, kw_only=True, gc=False):
    """One request that did not simply succeed, and the attempt that says so."""

    issue: Issue
    run: str
    chunk: str
    attempt: int
    batch_id: str | None = None

    @property
    def custom_id(self) -> str:
        """Whose request it is."""
        return self.issue.custom_id


class ChunkKey(NamedTuple):
    """A chunk that members are in; without a label it is a batch from elsewhere."""

    run: str
    chunk: str
    batch_id: str


class Gathered(Struct, frozen=True, kw_only=True):
    """A group of issues and everyone in it, in the order of the input where that is known."""

    group: Group
    members: tuple[Member, ...]
    chunks: Mapping[ChunkKey, int] = {}
    """How many members each chunk has, in the order of chunks: worked out once, since a group can be large."""
    retried: int = 0
    """Members whose attempt is not their first."""

    @property
    def key(self) -> tuple[str, str]:
        """What mutes and states are kept by."""
        return self.group.cls, self.group.template

    @property
    def id(self) -> str:
        """The same as one string, for a table."""
        return f"{self.group.cls}\n{self.group.template}"

    @property
    def custom_ids(self) -> frozenset[str]:
        """Whom a retry of this group alone would name."""
        return frozenset(member.custom_id for member in self.members)

    @property
    def batch_ids(self) -> set[str]:
        """Where the members were sent."""
        return {key.batch_id for key in self.chunks if key.batch_id}


def gather(effective: Iterable[Unsolved], rules: TriageRules = DEFAULT_RULES) -> tuple[Gathered, ...]:
    """Groups with their members, retryable first, then by count."""
    said: dict[tuple[str, str], list[Member]] = {}
    """Class and message -> the members of its group, in their order; several messages share a group."""
    members: dict[GroupKey, list[Member]] = {}
    for issue, run, chunk, number in effective:
        member = Member(issue=issue, run=run.run, chunk=chunk.label, attempt=number, batch_id=chunk.batch_id)
        words = (issue.cls, issue.message)
        alike = said.get(words)
        if alike is None:
            alike = said[words] = members.setdefault(rules.key(issue), [])
        alike.append(member)
    for key in ungrouped({key: len(those) for key, those in members.items()}):
        members.setdefault((key[0], UNGROUPED), []).extend(members.pop(key))
    counts = {key: len(those) for key, those in members.items()}
    samples = {key: min([member.issue for member in those], key=_custom_id) for key, those in members.items()}
    return tuple(_gathered(entry, members[entry.cls, entry.template]) for entry in groups_of(counts, samples, rules))


def _gathered(entry: Group, members: list[Member]) -> Gathered:
    counted = Counter([(member.run, member.chunk, member.batch_id or "") for member in members])
    counts = {ChunkKey(*place): number for place, number in counted.items()}
    return Gathered(
        group=entry,
        members=tuple(members),
        chunks=dict(sorted(counts.items())),
        retried=sum([member.attempt > 1 for member in members]),
    )


def total(gathered: Iterable[Gathered]) -> int:
    """Members of all these groups."""
    return sum(len(entry.members) for entry in gathered)
