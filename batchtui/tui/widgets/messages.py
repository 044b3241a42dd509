"""What the widgets tell the screen; the screen decides what it means."""

from dataclasses import dataclass

from textual.message import Message


@dataclass
class RowHighlighted(Message):
    """The cursor is on another row, or on none."""

    table_id: str | None
    row_id: str | None
    index: int


@dataclass
class RowOpened(Message):
    """The operator wants to see inside the row under the cursor."""

    table_id: str | None
    row_id: str


@dataclass
class MarksChanged(Message):
    """Other rows are marked; only rows that are shown count."""

    table_id: str | None
    row_ids: tuple[str, ...]
