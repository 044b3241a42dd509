"""`python -m tests.reliability.kill_loop --kills 200`: SIGKILL at random moments of submit, watch, collect and retry.

One job after another, of all kinds in turn, is killed again and again, with answers and submissions lost on top, until
it comes through; then the server's ledger is compared with the workspace.
"""

import argparse
import random
import tempfile
import time
from collections.abc import Iterator, Sequence
from enum import Enum, auto
from pathlib import Path

from tests.reliability.ground import KILLED, Ground, ground, verdict
from tests.reliability.kill_jobs import BY_HAND, JOBS, Job

TOTAL = 12
KILLS_A_JOB = 8
LONGEST_SECONDS = 4.0
MOST_CALLS = 90
"""A command makes about so many calls that change the disk."""

MOST_TURNS = 60
"""Commands of one step; more of them get nowhere."""

UNSETTLED = 124
NOTHING_LOST = (0, 1, 6)
"""1: it was settled meanwhile, so there is nothing to return."""


class Way(Enum):
    """How a command comes to its end."""

    MOMENT = auto()
    CALL = auto()
    FULL = auto()


class Killer:
    """Kills so many commands: at a moment, before a call that changes the disk, or some time after the disk is full."""

    def __init__(self, dice: random.Random, kills: int, longest_seconds: float, *, ways: Sequence[Way]) -> None:
        self._dice = dice
        self._left = kills
        self._longest_seconds = longest_seconds
        self._ways = ways
        self.done = 0

    def run(self, place: Ground, words: Sequence[str]) -> tuple[int, str]:
        """One command; its exit code and what it said."""
        way = self._dice.choice(self._ways) if self.done < self._left else None
        at = self._dice.randrange(1, MOST_CALLS)
        process = place.start(*words, kill_at=at if way is Way.CALL else None, full_at=at if way is Way.FULL else None)
        if way in (Way.MOMENT, Way.FULL):
            time.sleep(self._dice.uniform(0.05, self._longest_seconds))
            process.kill()
        _, err = process.communicate(timeout=120)
        code = KILLED if way is Way.FULL else process.returncode  # however it ends on a full disk, it is run again
        self.done += code == KILLED
        return code, err.decode()


def carry_through(
    place: Ground,
    dice: random.Random,
    kills: int,
    *,
    job: Job = BY_HAND,
    longest_seconds: float = LONGEST_SECONDS,
    ways: Sequence[Way] = (Way.MOMENT, Way.CALL),
) -> int:
    """Run the whole job, killing it up to `kills` times; how often it was."""
    killer = Killer(dice, kills, longest_seconds, ways=ways)
    for step in job.steps:
        words = [word.format(requests=place.requests) for word in step.words]
        for _ in range(MOST_TURNS):
            code, said = killer.run(place, words)
            if code in step.ends and not _return_lost(place, killer):
                break
            if code not in (*step.ends, KILLED, UNSETTLED):
                raise AssertionError(f"{job.name}: {words} ended with {code}: {said[-2000:]}")
        else:
            raise AssertionError(f"{job.name}: {words} gets nowhere")
    return killer.done


def _return_lost(place: Ground, killer: Killer) -> bool:
    """Do as a person does with submissions that were not found: send their chunks again; whether there were any."""
    found = False
    while lost := sorted({entry.run for entry in place.state().unknown_submissions() if entry.is_not_found}):
        found = True
        code, said = killer.run(place, ("retry", lost[0], "--lost", "--yes"))
        if code not in (*NOTHING_LOST, KILLED):
            raise AssertionError(f"retry --lost ended with {code}: {said[-2000:]}")
    return found


def killed_job(
    folder: Path, job: Job, dice: random.Random, kills: int, *, ways: Sequence[Way]
) -> tuple[int, list[str]]:
    """One job on ground of its own: how often it was killed, and what is wrong afterwards."""
    seed = dice.randrange(1, 1_000_000)
    with ground(folder, total=TOTAL, faults=job.faults, seed=seed, settings=job.settings) as place:
        done = carry_through(place, dice, kills, job=job, ways=ways)
        return done, verdict(place, total=TOTAL)


def _chosen(names: Sequence[str]) -> Iterator[Job]:
    """All of them in turn, for ever."""
    wanted = [job for job in JOBS if not names or job.name in names]
    while True:
        yield from wanted


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=float("inf"), help="begin no job after so long")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--job", action="append", default=[], choices=[job.name for job in JOBS])
    options = parser.parse_args(argv)
    dice, jobs = random.Random(options.seed), _chosen(options.job)
    until = time.monotonic() + options.seconds
    kills = number = failed = 0
    with tempfile.TemporaryDirectory() as scratch:
        while kills < options.kills and time.monotonic() < until:
            job, most = next(jobs), min(KILLS_A_JOB, options.kills - kills)
            done, wrong = killed_job(Path(scratch) / str(number), job, dice, most, ways=tuple(Way))
            number, kills, failed = number + 1, kills + done, failed + bool(wrong)
            print(f"job {number}, {job.name}: {kills} kills so far{': ' + str(wrong) if wrong else ''}", flush=True)
    print(f"{kills} kills in {number} jobs, {failed} jobs with a loss or a double", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
