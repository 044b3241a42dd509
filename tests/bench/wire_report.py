"""docs/wire.md: how the figures of the wire are written."""

from tests.bench.rows import Row
from tests.bench.table import table
from tests.bench.watch import MOST_BYTES_AN_HOUR, MOST_GROWTH_MB, Watch

HEAD = ("what", "ours", "htop", "budget", "reached")


SCROLLING = (
    "Where a move of the cursor scrolls the table, the terminal moves the rows and the one that comes into view is\n"
    "written: more than the 400 B of a move among rows of many kinds, never more than the 720 B that\n"
    "`tests/tui/test_cursor_bytes.py` allows.\n"
)


def wire_cells(row: Row) -> tuple[str, ...]:
    reached = "" if row.goal == "none" else "yes" if row.is_reached else "NO"
    return row.what, row.ours, row.usual, row.goal, reached


def amount(size_bytes: float) -> str:
    return f"{size_bytes:,.0f} B"


def percent(share: float) -> str:
    return f"{share * 100:.1f} %"


def load_words(before: tuple[float, ...], after: tuple[float, ...]) -> str:
    """Of the last minute, with this program's own part in the second."""
    return f"Load of the machine: {before[0]:.2f} when it began, {after[0]:.2f} at its end."


def page(machine: str, figures: str, watched: Watch | None, rate: float) -> str:
    """The page that is committed."""
    text = (
        "# What goes over the wire\n\n"
        "Written by `python -m tests.bench.wire`: the real dashboard in a real terminal of 80x24, on a workspace with\n"
        "1,000 cached batches, against the simulator; htop as it comes in the same terminal, its refresh beside our\n"
        f"clock step. {machine}\n\n{figures}\n\n{SCROLLING}"
    )
    return text if watched is None else f"{text}\n{_of_watch(watched, rate)}"


def _of_watch(watched: Watch, rate: float) -> str:
    rows = [
        ("sent in all", amount(watched.bytes), "", ""),
        (
            "sent an hour",
            amount(watched.bytes_an_hour),
            f"at most {amount(MOST_BYTES_AN_HOUR)}",
            _yes(watched.is_light),
        ),
        ("memory at its begin, warm", f"{watched.rss_begin_mb:.1f} MB", "", ""),
        (
            "memory more at its end",
            f"{watched.growth_mb:+.1f} MB",
            f"at most +{MOST_GROWTH_MB:.0f} MB",
            _yes(watched.is_small),
        ),
        ("rows at the end compared with the server, all equal", f"{watched.rows_compared}", "", "yes"),
        ("frames let go because the link was behind", f"{watched.frames_dropped}", "", ""),
        ("steps of the clock carried out, of those due", percent(watched.steps_share), "", ""),
        ("calls; batches; runs sent meanwhile", f"{watched.calls:,}; {watched.batches:,}; {watched.runs}", "", ""),
    ]
    return (
        f"## A watch of {watched.hours:.1f} hours on a bad link\n\n"
        "8 KB/s and 300 ms each way, home on the screen, strangers' batches and runs beginning, counting and ending.\n"
        f"The clocks of server and program ran {rate:.0f} times as fast ({watched.real_seconds:.0f} s in all), "
        "the link did not.\n"
        "The budget an hour is 60 B for each step of the clock and 2,500 B for each poll.\n\n"
        f"{table(('what', 'measured', 'budget', 'reached'), rows)}\n"
    )


def _yes(is_reached: bool) -> str:
    return "yes" if is_reached else "NO"
