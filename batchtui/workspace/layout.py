"""Where everything is in a workspace. Pure names: nothing here touches the disk.

Names that come from outside are checked before they become part of a path.
"""

import re
from pathlib import Path

from batchtui.domain.failures import BadInput
from batchtui.domain.ids import is_batch_id, is_run_name

FOLDER_NAME = ".batchtui"
SETTINGS_NAME = "batchtui.toml"

_LABEL = re.compile(r"\A[0-9]{4,9}[ab]{0,20}\Z")


def settings(root: Path) -> Path:
    return root / SETTINGS_NAME


def journal(root: Path) -> Path:
    return root / "journal.jsonl"


def journal_lock(root: Path) -> Path:
    return root / "journal.lock"


def torn(root: Path) -> Path:
    """Where the bytes of torn last lines of the journal are put aside."""
    return root / "journal.torn"


def engine_lock(root: Path) -> Path:
    return root / "engine.lock"


def grouping(root: Path) -> Path:
    return root / "grouping.json"


def counts(root: Path) -> Path:
    return root / "counts.json"


def models(root: Path) -> Path:
    return root / "models.json"


def staging(root: Path) -> Path:
    return root / "staging"


def aside(root: Path) -> Path:
    """Where runs are kept that no record names; nothing reads them."""
    return root / "aside"


def runs(root: Path) -> Path:
    return root / "runs"


def run(root: Path, name: str) -> Path:
    if not is_run_name(name):
        raise BadInput(f"{name!r} is no name of a run", next="names match [a-z0-9][a-z0-9._-]*, at most 64 characters")
    return runs(root) / name


def manifest(run_folder: Path) -> Path:
    return run_folder / "run.toml"


def chunks(run_folder: Path) -> Path:
    return run_folder / "chunks"


def body(run_folder: Path, label: str) -> Path:
    return chunks(run_folder) / f"{_checked_label(label)}.json.gz"


def index(run_folder: Path, label: str) -> Path:
    return chunks(run_folder) / f"{_checked_label(label)}.index"


def results(root: Path, batch_id: str, run_name: str | None) -> Path:
    """Results as received; of a batch from elsewhere when there is no run."""
    checked = _checked_batch(batch_id)
    if run_name is None:
        return root / "batches" / checked / "results.jsonl"
    return run(root, run_name) / "results" / f"{checked}.jsonl"


def issues(root: Path, batch_id: str, run_name: str | None) -> Path:
    path = results(root, batch_id, run_name)
    return path.with_name(f"{path.stem}.issues.jsonl") if run_name is not None else path.with_name("issues.jsonl")


def _checked_label(label: str) -> str:
    if not _LABEL.match(label):
        raise BadInput(f"{label!r} is no label of a chunk", next="labels look like 0007, halves like 0007a")
    return label


def _checked_batch(batch_id: str) -> str:
    if not is_batch_id(batch_id):
        raise BadInput(f"{batch_id!r} is no id of a batch", next="ids look like msgbatch_01HkcTjaV5uDC8jWR4ZsDV8d")
    return batch_id
