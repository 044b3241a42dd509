"""`python -m tests.reliability.kill_points`: SIGKILL before every single write, fsync, rename and block of a job.

The points are found by tracing one undisturbed job. For each point a fresh job is killed there, then carried to its
end; the server's ledger must show every request accepted exactly once per attempt.
"""

import argparse
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.reliability.ground import JOB, KILLED, ground, step_args, verdict

TOTAL = 6
TRIES = 5
SETTLED = (0, 4, 6)
"""6: an answer was lost; the next `watch` settles it, or finds that it never arrived."""


def trace(folder: Path, faults: Sequence[str]) -> list[int]:
    """How many points each step of the job has."""
    counts = []
    with ground(folder, total=TOTAL, faults=faults) as place:
        for number in range(len(JOB)):
            log = folder / f"trace-{number}"
            log.touch()
            place.run(*step_args(place, number), trace=log)
            counts.append(len(log.read_text().splitlines()))
    return counts


def killed_job(folder: Path, step: int, at: int, faults: Sequence[str]) -> list[str]:
    """Carry a job through with one kill in it; what is wrong afterwards."""
    with ground(folder, total=TOTAL, faults=faults) as place:
        for number in range(len(JOB)):
            if number == step:
                place.run(*step_args(place, number), kill_at=at)
            for _ in range(TRIES):
                if place.run(*step_args(place, number)) in SETTLED and not place.return_lost():
                    break
        return verdict(place, total=TOTAL)


def points(counts: Sequence[int], every: int) -> Iterator[tuple[int, int]]:
    for step, count in enumerate(counts):
        yield from ((step, at) for at in range(1, count + 1, every))


def _part(text: str) -> tuple[int, int]:
    number, parts = map(int, text.split("/"))
    if not 1 <= number <= parts:
        raise ValueError(text)
    return number, parts


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--every", type=int, default=1, help="only every N-th point")
    parser.add_argument("--part", type=_part, default=(1, 1), metavar="K/N", help="the K-th of N parts of the points")
    parser.add_argument("--at-once", type=int, default=3, help="jobs under way at a time, each on ground of its own")
    parser.add_argument("--lost", action="store_true", help="the server loses its first answer as well")
    options = parser.parse_args(argv)
    faults = ["create:lost@1"] if options.lost else []
    with tempfile.TemporaryDirectory() as scratch:
        counts = trace(Path(scratch) / "trace", faults)
        print(f"{sum(counts)} points in {len(counts)} steps: {counts}", flush=True)
        tried = failed = 0

        def killed(point: tuple[int, int]) -> list[str]:
            step, at = point
            return killed_job(Path(scratch) / f"{step}-{at}", step, at, faults)

        number, parts = options.part
        chosen = list(points(counts, options.every))[number - 1 :: parts]
        with ThreadPoolExecutor(options.at_once) as workers:
            for (step, at), wrong in zip(chosen, workers.map(killed, chosen), strict=True):
                tried += 1
                failed += bool(wrong)
                if wrong:
                    print(f"killed in step {step} at {at}: {wrong}", flush=True)
                elif tried % 50 == 0:
                    print(f"{tried} tried, {failed} failed", flush=True)
        print(f"{tried} tried, {failed} failed", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    assert KILLED == -9
    raise SystemExit(main())
