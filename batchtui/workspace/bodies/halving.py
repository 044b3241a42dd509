"""Halves a body the service found too large.

Commit point: none of its own; the halves are whole and durable before anything refers to them. A crash leaves files
that the next try replaces.
"""

from pathlib import Path

from batchtui.domain.failures import BadInput
from batchtui.domain.ids import split_labels
from batchtui.domain.run import ChunkPlan
from batchtui.domain.words import chunk_name
from batchtui.engine.jobs import SplitTask
from batchtui.workspace import atomic
from batchtui.workspace.background import Background
from batchtui.workspace.bodies import index
from batchtui.workspace.bodies.reader import numbered_lines
from batchtui.workspace.bodies.writer import BodyWriter
from batchtui.workspace.pace import Pace
from batchtui.workspace.trouble import reported


def split_body(task: SplitTask, pace: Pace) -> tuple[ChunkPlan, ChunkPlan]:
    """Write the two halves beside the body, which stays as it is."""
    requests = index.read_header(Path(task.index)).requests
    if requests < 2:
        raise BadInput(f"chunk {chunk_name(task.label)} holds a single request and cannot be split")
    body, index_path = Path(task.body), Path(task.index)
    paths = [_paths(task, label) for label in split_labels(task.label)]
    try:
        with reported("split", body), Background("pack") as packing:
            first, second = (
                BodyWriter(label, *half, beside=packing.do)
                for label, half in zip(split_labels(task.label), paths, strict=True)
            )
            for count, line in enumerate(numbered_lines(body, index_path)):
                (first if count < requests // 2 else second).add(*line)
                pace.beat("requests", count, total=requests, requests=count)
            first.close()
            second.close()
    except BaseException:
        _remove(paths)
        raise
    atomic.sync_folder(Path(task.folder))
    return first.plan(), second.plan()


def _paths(task: SplitTask, label: str) -> tuple[Path, Path]:
    """Body and index of a half, named like those of the whole; what an earlier try left there is removed."""
    body, index_path = (
        Path(task.folder) / Path(whole).name.replace(task.label, label) for whole in (task.body, task.index)
    )
    _remove([(body, index_path)])
    return body, index_path


def _remove(paths: list[tuple[Path, Path]]) -> None:
    for half in paths:
        for path in half:
            path.unlink(missing_ok=True)
