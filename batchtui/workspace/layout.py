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
    """The user's own file; never written here but by `init`."""
    return root / SETTINGS_NAME


def journal(root: Path) -> Path:
    """The truth: what happened, one record a line."""
    return root / "journal.jsonl"


def journal_lock(root: Path) -> Path:
    """Held for the milliseconds of an append."""
    return root / "journal.lock"


def torn(root: Path) -> Path:
    """Where the bytes of torn last lines of the journal are put aside."""
    return root / "journal.torn"


def engine_lock(root: Path) -> Path:
    """Held by the process that polls and sends."""
    return root / "engine.lock"


def grouping(root: Path) -> Path:
    """How errors are grouped here, against the rule."""
    return root / "grouping.json"


def counts(root: Path) -> Path:
    """The newest counts and the link, for those who follow; may be lost."""
    return root / "counts.json"


def models(root: Path) -> Path:
    """The service's models list as it was last read."""
    return root / "models.json"


def staging(root: Path) -> Path:
    """What is not finished yet."""
    return root / "staging"


def aside(root: Path) -> Path:
    """Where runs are kept that no record names; nothing reads them."""
    return root / "aside"


def runs(root: Path) -> Path:
    """A folder a run."""
    return root / "runs"


def run(root: Path, name: str) -> Path:
    """The folder of a run.

    Raises:
        BadInput: a name that could lead elsewhere.
    """
    if not is_run_name(name):
        raise BadInput(f"{name!r} is no name of a run", next="names match [a-z0-9][a-z0-9._-]*, at most 64 characters")
    return runs(root) / name


def manifest(run_folder: Path) -> Path:
    """What was planned."""
    return run_folder / "run.toml"


def chunks(run_folder: Path) -> Path:
    """Bodies and their indexes."""
    return run_folder / "chunks"


def body(run_folder: Path, label: str) -> Path:
    """What was sent of a chunk, byte for byte, as gzip members."""
    return chunks(run_folder) / f"{_checked_label(label)}.json.gz"


def index(run_folder: Path, label: str) -> Path:
    """Where each request of a chunk is in its body."""
    return chunks(run_folder) / f"{_checked_label(label)}.index"


def results(root: Path, batch_id: str, run_name: str | None) -> Path:
    """Results as received; of a batch from elsewhere when there is no run."""
    checked = _checked_batch(batch_id)
    if run_name is None:
        return root / "batches" / checked / "results.jsonl"
    return run(root, run_name) / "results" / f"{checked}.jsonl"


def issues(root: Path, batch_id: str, run_name: str | None) -> Path:
    """What did not succeed in a batch's results, derived from them."""
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
