"""The rows of a workspace with one of every kind, and fifty more, built as a presenter would build them."""

from batchtui.domain.status import RunCounts
from batchtui.present.bar import Bar
from batchtui.present.cells import NOTHING, Cell, Column, Role, Row, Span, cell
from batchtui.present.formats import count_cell, flagged_cell, fraction_cell, money, short_id
from batchtui.present.glyphs import Glyphs

COLUMNS = (
    Column(key="status", head="STATUS", width=9, is_lit=True, cut="end"),
    Column(key="run", head="RUN", width=17, most=18, least=10, is_lit=True, cut="end"),
    Column(key="bar", head="PROGRESS", width=16, most=18, least=8),
    Column(key="reqs", head="REQS", width=7, align="right", goes=2),
    Column(key="ok", head="OK", width=5, align="right"),
    Column(key="bad", head="BAD", width=5, align="right"),
    Column(key="age", head="AGE", width=5, align="right", goes=4),
    Column(key="left", head="LEFT ", width=6, align="right"),
    Column(key="chunk", head="CHUNK", width=5, align="right", goes=3),
    Column(key="cost", head="COST", width=8, align="right", goes=1),
)
STATUS: dict[str, tuple[Role, bool | None]] = {
    "running": ("run", None),
    "stopping": ("warn", None),
    "partial": ("err", True),
    "ok": ("ok", None),
    "errored": ("err", True),
    "canceled": ("canceled", None),
    "expired": ("expired", None),
    "archived": ("dim", None),
    "elsewhere": ("text", None),
    "unsure": ("alert", None),
}


def home_rows(glyphs: Glyphs) -> tuple[Row, ...]:
    """The twelve rows of the picture."""

    def row(name: str, status: str, counts: RunCounts, **more: object) -> Row:
        return sample_row(glyphs, name, status, counts, **more)  # type: ignore[arg-type]

    gone = row("eval-2025-10", "archived", RunCounts(), age="34d", left="", chunk=(4, 4), cost=19.77)
    archived = Row(
        id="eval-2025-10",
        cells={
            **gone.cells,
            "bar": cell("results gone", "dim"),
            **{key: cell(glyphs.unknown, "dim") for key in ("reqs", "ok", "bad")},
            "left": flagged_cell(glyphs.unknown, role="dim"),
        },
    )
    elsewhere = short_id("msgbatch_01HkT8aWc2Nq5LzQe", glyphs)
    return (
        row(
            "nightly-eval-1121",
            "running",
            RunCounts(succeeded=4001, errored=23, expired=8, processing=5040, unknown=1008, unsent=2016),
            age="3h12",
            left="20h48",
            chunk=(4, 12),
            cost=24.10,
        ),
        row(
            "backfill-docs", "running", RunCounts(processing=10_000), age="6h40", left="17h20", chunk=(0, 1), cost=8.90
        ),
        row(
            "judge-haiku",
            "running",
            RunCounts(succeeded=9920, processing=9880),
            age="22h31",
            left="1h29!",
            chunk=(2, 4),
            sign="!",
            cost=12.40,
        ),
        row(
            "ablation-b",
            "stopping",
            RunCounts(succeeded=1200, canceled=800, processing=3000),
            age="0h41",
            left="23h19",
            chunk=(2, 5),
            cost=6.20,
        ),
        row(
            "nightly-eval-1120",
            "partial",
            RunCounts(succeeded=11_800, errored=93, expired=19),
            age="1d02h",
            left="27d",
            chunk=(12, 12),
            sign="!",
            cost=47.12,
        ),
        row("embeddings-qa", "ok", RunCounts(succeeded=2000), age="1d20h", left="27d", chunk=(2, 2), cost=1.31),
        row("smoke-schema", "errored", RunCounts(errored=50), age="2d05h", left="26d", chunk=(1, 1), sign="!", cost=0),
        row(
            "ablation-a",
            "canceled",
            RunCounts(succeeded=402, canceled=1098),
            age="3d01h",
            left="25d",
            chunk=(3, 3),
            cost=1.84,
        ),
        row(
            "long-ctx-sweep",
            "expired",
            RunCounts(succeeded=640, expired=1360),
            age="4d11h",
            left="24d",
            chunk=(2, 2),
            cost=38.02,
        ),
        archived,
        row(elsewhere, "elsewhere", RunCounts(processing=1500), age="2h10", left="21h50"),
        Row(
            id="nightly-eval-1121/7",
            cells={
                "status": cell("unsure", "alert"),
                "run": cell("nightly-eval-1121"),
                "bar": cell("chunk 7: no answer"),
                "age": cell("3h10", "dim"),
                "left": (Span("A", "head", True), Span(" settles", "dim")),
            },
            sign=Span("?", "alert"),
            joins={"bar": "ok", "left": "chunk"},
        ),
    )


def many_rows(glyphs: Glyphs, count: int) -> tuple[Row, ...]:
    """The twelve, then settled runs in turn: quiet but for their bad cells."""
    more = []
    for number in range(count - 12):
        total, bad = (2000, 0) if number % 3 else (8400, 12)
        more.append(
            sample_row(
                glyphs,
                f"nightly-eval-{1119 - number}",
                "partial" if bad else "ok",
                RunCounts(succeeded=total - bad, errored=bad),
                age=f"{5 + number}d",
                left=f"{max(1, 24 - number)}d",
                chunk=(9, 9),
                cost=total * 0.0039,
                is_triaged=True,
            )
        )
    return (*home_rows(glyphs), *more)


def sample_row(
    glyphs: Glyphs,
    name: str,
    status: str,
    counts: RunCounts,
    *,
    age: str,
    left: str,
    chunk: tuple[int, int] | None = None,
    sign: str = "",
    cost: float | None = None,
    is_triaged: bool = False,
) -> Row:
    """One run as a page draws it."""
    has_ended = counts.processing + counts.unknown + counts.unsent == 0
    is_quiet = is_triaged or status in ("ok", "canceled", "expired", "archived")
    calm: Role = "dim" if is_quiet else "text"
    role, bold = STATUS[status] if not (is_triaged and status != "ok") else ("dim", None)
    bad = counts.errored + counts.expired + counts.canceled
    bad_role: Role = "err" if counts.errored else "expired" if counts.expired else "canceled"
    is_unknown = counts.processing == counts.total
    left_role: Role = "warn" if left.endswith("!") else "dim" if has_ended else "text"
    return Row(
        id=name,
        sign=Span(sign, "alert") if sign else None,
        cells={
            "status": cell(status, role, bold=bold),
            "run": cell(name, calm),
            "bar": Bar(counts, has_ended),
            "reqs": count_cell(counts.total, glyphs, calm),
            "ok": count_cell(None if is_unknown else counts.succeeded, glyphs, calm),
            "bad": count_cell(None if is_unknown else bad, glyphs, bad_role),
            "age": cell(age, "dim"),
            "left": flagged_cell(
                left.rstrip("!"), "!" if left.endswith("!") else "", left_role, bold=left_role == "warn"
            ),
            "chunk": _chunks(chunk, "dim" if has_ended else "text"),
            "cost": cell("" if cost is None else money(cost, is_estimate=not has_ended), calm),
        },
    )


def _chunks(chunk: tuple[int, int] | None, role: Role) -> Cell:
    return NOTHING if chunk is None else fraction_cell(*chunk, role)
