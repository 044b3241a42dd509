"""A disk that is full, read-only or gone says so before anything is sent; once it is back all goes on."""

import resource
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.reliability.ground import Ground, ground, step_args

SUBMIT, WATCH = 0, 1
TOTAL = 6
DISK_MB = 2


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Ground]:
    with ground(tmp_path / "ground", total=TOTAL) as made:
        yield made


@pytest.fixture
def small_disk(place: Ground) -> Iterator[Ground]:
    """The workspace on a disk of its own, where the system allows such a thing."""
    settings = (place.workspace / "batchtui.toml").read_text()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m,mode=700", "none", str(place.workspace)]
    if shutil.which("mount") is None or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("no file system can be mounted here")
    try:
        (place.workspace / "batchtui.toml").write_text(settings)
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place.workspace)], check=False)


def run(place: Ground, *args: str, before: Callable[[], None] | None = None) -> tuple[int, str]:
    """Exit code and all words of a command."""
    command = [sys.executable, "-m", "batchtui", "--workspace", str(place.workspace), *args]
    done = subprocess.run(command, env=place.environ, capture_output=True, text=True, timeout=60, preexec_fn=before)
    return done.returncode, done.stderr + done.stdout


def wrong_after_all(place: Ground) -> list[str]:
    """Submit and watch to the end, on a disk that is well again; what the server's ledger says against it."""
    for number in (SUBMIT, WATCH):
        place.run(*step_args(place, number))
    accepted = Counter(custom_id for ids in place.accepted() for custom_id in ids)
    wrong = [f"{custom_id} ×{times}" for custom_id, times in accepted.items() if times != 1]
    known = place.state().batches
    wrong += [batch_id for batch_id in place.accepted_batches() if known[batch_id].collected is None]
    return wrong if len(accepted) == TOTAL else [f"{len(accepted)} accepted", *wrong]


def test_a_full_disk_is_said_and_nothing_is_sent(small_disk: Ground) -> None:
    filler = small_disk.workspace / "filler"
    with pytest.raises(OSError, match="No space"), filler.open("wb") as file:
        while True:
            file.write(bytes(1 << 14))
            file.flush()
    code, words = run(small_disk, *step_args(small_disk, SUBMIT))
    assert code == 1
    assert "no space left on device" in words and "free some space" in words
    assert small_disk.accepted() == []
    filler.unlink()
    assert wrong_after_all(small_disk) == []


def test_a_read_only_disk_is_said_and_nothing_is_sent(small_disk: Ground) -> None:
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk.workspace)], check=True)
    code, words = run(small_disk, *step_args(small_disk, SUBMIT))
    assert code == 1
    assert "read-only file system" in words and "--read-only" in words
    assert small_disk.accepted() == []
    subprocess.run(["mount", "-o", "remount,rw", str(small_disk.workspace)], check=True)
    assert wrong_after_all(small_disk) == []


def test_a_journal_that_may_not_grow_is_said_and_nothing_is_sent(place: Ground) -> None:
    assert run(place, *step_args(place, SUBMIT), "--detach")[0] == 0
    limit = (place.workspace / "journal.jsonl").stat().st_size

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    code, words = run(place, "watch", "evals", "--timeout", "4", before=limited)
    assert code == 1 or code == 124
    assert "file too large" in words
    assert place.accepted() == []
    assert wrong_after_all(place) == []


def full_points(folder: Path) -> list[int]:
    """Where the disk may fill up in a `submit`: at the intention, the release and the outcome of the first POST."""
    with ground(folder, total=TOTAL) as place:
        trace = folder / "trace"
        trace.touch()
        place.run(*step_args(place, SUBMIT), trace=trace)
    calls = trace.read_text().splitlines()
    block, answer = calls.index("block"), calls.index("answer")
    writes = [number for number, call in enumerate(calls, start=1) if call == "write journal.jsonl"]
    return [
        max(number for number in writes if number <= block),
        min(number for number in writes if number > block),
        min(number for number in writes if number > answer),
    ]


def test_a_disk_that_fills_up_on_the_way_loses_and_doubles_nothing(tmp_path: Path) -> None:
    def filled(at: int) -> tuple[int, bytes, int, list[str]]:
        with ground(tmp_path / str(at), total=TOTAL) as place:
            process = place.start(*step_args(place, SUBMIT), full_at=at)
            _, err = process.communicate(timeout=60)
            return process.returncode, err, len(place.accepted()), wrong_after_all(place)

    with ThreadPoolExecutor() as workers:
        endings = list(workers.map(filled, full_points(tmp_path / "whole")))
    assert [wrong for *_, wrong in endings] == [[], [], []]
    assert [sent for _, _, sent, _ in endings] == [0, 0, 1]
    assert {code for code, *_ in endings} == {1}
    assert all(b"no space left on device" in err for _, err, *_ in endings)
