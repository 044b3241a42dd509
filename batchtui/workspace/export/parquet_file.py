"""Rows as Parquet, through pyarrow, which is an extra: typed columns, written a group of rows at a time."""

from collections.abc import Iterable
from enum import IntEnum
from io import RawIOBase
from typing import Any, Final

from batchtui.domain.failures import BadInput
from batchtui.workspace.export.columns import Columns, Row, as_text

GROUP_ROWS: Final = 10_000
GROUP_CHARACTERS: Final = 32 << 20
"""A group is also full when its texts are so long: memory does not grow with the answers."""

_MOST = 1 << 63


class Kind(IntEnum):
    """The type of a column, the widest of its values; text holds everything."""

    NONE = 0
    BOOLEAN = 1
    INTEGER = 2
    FLOAT = 3
    TEXT = 4


def must_be_possible() -> None:
    """Refuse before anything is read.

    Raises:
        BadInput: with what to install.
    """
    try:
        import pyarrow.parquet  # noqa: F401  # only for this format: it takes its time to import
    except ImportError as error:
        how = "pip install 'batchtui[parquet]', or export as csv or jsonl"
        raise BadInput("writing Parquet needs the package pyarrow, which is not installed", next=how) from error


def kinds(columns: Columns, rows: Iterable[Row]) -> list[Kind]:
    """The types that hold every value: a first pass, since a file has one type a column from its first row on."""
    found = [Kind.NONE] * len(columns.all)
    for row in rows:
        found = [_wider(kind, value) for kind, value in zip(found, columns.values(row), strict=True)]
    return [
        kind if kind is not Kind.NONE else Kind.INTEGER if column.is_count else Kind.TEXT
        for kind, column in zip(found, columns.all, strict=True)
    ]


class ParquetFile:
    """Gathers rows and writes them group by group."""

    formulas = 0

    def __init__(self, file: RawIOBase, columns: Columns, kinds: list[Kind]) -> None:
        import pyarrow.parquet

        self._columns = columns
        self._kinds = kinds
        types = {
            Kind.BOOLEAN: pyarrow.bool_(),
            Kind.INTEGER: pyarrow.int64(),
            Kind.FLOAT: pyarrow.float64(),
            Kind.TEXT: pyarrow.string(),
        }
        self._schema: pyarrow.Schema = pyarrow.schema(
            [(name, types[kind]) for name, kind in zip(columns.names, kinds, strict=True)]
        )
        self._writer = pyarrow.parquet.ParquetWriter(file, self._schema, compression="zstd")
        self._rows: list[list[Any]] = []
        self._characters = 0

    def take(self, row: Row) -> None:
        """Add a row."""
        values = [
            as_text(value) if kind is Kind.TEXT else value
            for kind, value in zip(self._kinds, self._columns.values(row), strict=True)
        ]
        self._rows.append(values)
        self._characters += sum(len(value) for value in values if isinstance(value, str))
        if len(self._rows) >= GROUP_ROWS or self._characters >= GROUP_CHARACTERS:
            self._flush()

    def close(self) -> None:
        """Write what is left, and the end of the file."""
        self._flush()
        self._writer.close()

    def _flush(self) -> None:
        import pyarrow

        if self._rows:
            arrays = [
                pyarrow.array([row[place] for row in self._rows], type=field.type)
                for place, field in enumerate(self._schema)
            ]
            self._writer.write_table(pyarrow.Table.from_arrays(arrays, schema=self._schema))
        self._rows, self._characters = [], 0


def _wider(kind: Kind, value: Any) -> Kind:
    match value:
        case None:
            return kind
        case bool():
            return _with(kind, Kind.BOOLEAN)
        case int():
            return _with(kind, Kind.INTEGER if -_MOST <= value < _MOST else Kind.TEXT)
        case float():
            return _with(kind, Kind.FLOAT)
        case _:
            return Kind.TEXT


def _with(kind: Kind, other: Kind) -> Kind:
    """Numbers widen to floats; truth values and numbers share nothing but text."""
    if kind in (Kind.NONE, other):
        return other
    return max(kind, other) if Kind.BOOLEAN not in (kind, other) else Kind.TEXT
