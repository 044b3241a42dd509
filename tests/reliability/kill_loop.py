"""`python -m tests.reliability.kill_loop --kills 200`: SIGKILL at random moments of submit, watch, collect and retry.

One job after another is killed again and again, with answers lost on top, until it comes through; then the server's
ledger is compared with the workspace.
"""

import argparse
import random
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.reliability.ground import JOB, KILLED, Ground, ground, step_args, verdict

TOTAL = 12
KILLS_A_JOB = 8
LONGEST_SECONDS = 4.0

SETTLED = (0, 4, 6)
"""6: an answer was lost; the next `watch` settles it, since only watching polls."""

UNSETTLED = (124,)


def carry_through(place: Ground, dice: random.Random, kills: int, *, longest_seconds: float = LONGEST_SECONDS) -> int:
    """Run the whole job, killing it up to `kills` times; how often it was."""
    done = 0
    for number in range(len(JOB)):
        while True:
            process = place.start(*step_args(place, number))
            if done < kills:
                time.sleep(dice.uniform(0.05, longest_seconds))
                process.kill()
            _, err = process.communicate(timeout=120)
            if process.returncode == KILLED:
                done += 1
                continue
            if process.returncode in SETTLED:
                if place.return_lost():
                    continue
                break
            if process.returncode not in UNSETTLED:
                raise AssertionError(f"{JOB[number]} ended with {process.returncode}: {err.decode()[-2000:]}")
    return done


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(argv)
    dice = random.Random(options.seed)
    kills = jobs = failed = 0
    with tempfile.TemporaryDirectory() as scratch:
        while kills < options.kills:
            faults = ["create:lost%20"]
            with ground(Path(scratch) / str(jobs), total=TOTAL, faults=faults, seed=jobs + 1) as place:
                kills += carry_through(place, dice, min(KILLS_A_JOB, options.kills - kills))
                wrong = verdict(place, total=TOTAL)
            jobs += 1
            failed += bool(wrong)
            print(f"job {jobs}: {kills} kills so far{': ' + str(wrong) if wrong else ''}", flush=True)
    print(f"{kills} kills in {jobs} jobs, {failed} jobs with a loss or a double", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
