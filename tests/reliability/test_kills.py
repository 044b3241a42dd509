"""A few kills of the real program; `kill_points` and `kill_loop` are the whole of it."""

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.reliability import kill_loop
from tests.reliability.ground import ground, step_args, verdict
from tests.reliability.kill_jobs import BY_ITSELF, CANARY_BY_RULE, RETURNED_BY_ITSELF
from tests.reliability.kill_loop import Way, carry_through
from tests.reliability.kill_points import TOTAL, killed_job

SUBMIT, WATCH = 0, 1
AT_ONCE = 3
KILLS = 2
MOST_JOBS = 5
WITHIN_SECONDS = 0.9
"""A command takes a little longer, so that each is met by its kill."""


def traces(folder: Path) -> list[list[str]]:
    """The calls of submit and watch that change the disk, and the moments of their POSTs."""
    with ground(folder, total=TOTAL) as place:
        found = []
        for number in (SUBMIT, WATCH):
            log = folder / f"trace-{number}"
            log.touch()
            place.run(*step_args(place, number), trace=log)
            found.append(log.read_text().splitlines())
        return found


def chosen_points(submit: list[str], watch: list[str]) -> Iterator[tuple[int, int]]:
    """The gaps between the records of the first POST, and around the results' rename; counted from 1."""
    block, answer = submit.index("block"), submit.index("answer")
    yield SUBMIT, submit.index("replace evals") + 1
    yield SUBMIT, last(submit[:block], "write journal.jsonl") + 1
    yield SUBMIT, block + submit[block:answer].index("fsync journal.jsonl") + 1
    yield SUBMIT, answer + 1
    yield WATCH, next(place for place, call in enumerate(watch) if call.startswith("replace msgbatch_")) + 1


def last(calls: list[str], wanted: str) -> int:
    return len(calls) - 1 - calls[::-1].index(wanted)


def test_a_kill_in_each_gap_of_a_post_and_of_a_collection_loses_and_doubles_nothing(tmp_path: Path) -> None:
    points = list(chosen_points(*traces(tmp_path / "trace")))
    assert len(points) == 5

    def killed(point: tuple[int, int]) -> list[str]:
        step, at = point
        return killed_job(tmp_path / f"{step}-{at}", step, at, [])

    with ThreadPoolExecutor(AT_ONCE) as workers:
        wrong = dict(zip(points, workers.map(killed, points), strict=True))
    assert {point: words for point, words in wrong.items() if words} == {}


def test_kills_at_random_moments_with_an_answer_lost_on_top_lose_and_double_nothing(tmp_path: Path) -> None:
    dice, kills, jobs = random.Random(5), 0, 0
    while kills < KILLS and jobs < MOST_JOBS:  # on a quick machine a command may be over before its kill
        with ground(tmp_path / str(jobs), total=TOTAL, faults=["create:lost@1"]) as place:
            kills += carry_through(place, dice, KILLS - kills, longest_seconds=WITHIN_SECONDS)
            assert verdict(place, total=TOTAL) == []
        jobs += 1
    assert kills == KILLS


def test_retries_by_themselves_the_rest_of_a_canary_and_what_was_returned_survive_kills(tmp_path: Path) -> None:
    jobs = (BY_ITSELF, CANARY_BY_RULE, RETURNED_BY_ITSELF)

    def carried(number: int) -> tuple[int, list[str]]:
        dice = random.Random(number)
        return kill_loop.killed_job(tmp_path / str(number), jobs[number], dice, KILLS, ways=[Way.CALL])

    with ThreadPoolExecutor(AT_ONCE) as workers:
        ended = dict(zip((job.name for job in jobs), workers.map(carried, range(len(jobs))), strict=True))
    assert {name: wrong for name, (_, wrong) in ended.items() if wrong} == {}
    assert sum(kills for kills, _ in ended.values()) >= len(jobs)
