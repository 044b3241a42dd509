"""What the name of a file says about how it is to be written, and column lists as people type them."""

from pathlib import PurePath

from batchtui.engine.jobs import ExportFormat

_BY_SUFFIX = {".csv": ExportFormat.CSV, ".parquet": ExportFormat.PARQUET}


def format_of(target: str) -> ExportFormat:
    """The format that a file's name asks for; JSON Lines where it asks for none."""
    return _BY_SUFFIX.get(PurePath(target).suffix.lower(), ExportFormat.JSONL)


def is_table(format_: ExportFormat) -> bool:
    """Whether it has columns."""
    match format_:
        case ExportFormat.CSV | ExportFormat.PARQUET:
            return True
        case ExportFormat.JSONL | ExportFormat.REQUESTS:
            return False


def split_columns(text: str) -> tuple[str, ...]:
    """`id=custom_id,text`: columns between commas."""
    return tuple(text.split(",")) if text else ()
