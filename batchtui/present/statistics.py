"""How this workspace's batches went, as lines for `stats` and for the dashboard."""

from collections.abc import Iterator
from datetime import tzinfo

from batchtui.domain.open_runs import OpenRun
from batchtui.domain.statistics import ChunkFilling, DurationBand, Statistics, Volume
from batchtui.domain.words import several, share_words
from batchtui.present import formats
from batchtui.present.cells import Cell, Role, Span, cell
from batchtui.present.clean import clean
from batchtui.present.glyphs import Glyphs
from batchtui.present.lines import labelled

LABEL_WIDTH = 16
BAR_WIDTH = 24
BANDS = (
    "experience of users, not a promise of the service: errors below 0.1 % are normal, above 1 % systematic; "
    "retries below 0.1 %; a median below 30 min under 10,000 requests"
)


def statistics_lines(
    found: Statistics,
    glyphs: Glyphs,
    width: int | None = None,
    *,
    label_width: int = LABEL_WIDTH,
    zone: tzinfo | None = None,
) -> Iterator[Cell]:
    """All of it; what is not known yet says so."""
    if not found.durations.batches:
        yield cell("no batch of this workspace has ended yet: nothing to tell", "dim")
        return
    for label, value in _facts(found):
        yield from labelled(label, value, label_width=label_width, width=width)
    yield ()
    yield cell("how long batches took, created to ended", bold=True)
    most = max(bar.batches for bar in found.durations.histogram)
    for bar in found.durations.histogram:
        yield _bar(bar, most, glyphs, label_width)
    for run in found.open_runs:
        yield ()
        yield from run_lines(run, width, label_width=label_width, zone=zone)
    if found.advice:
        yield ()
    for number, words in enumerate(found.advice):
        yield from labelled("" if number else "advice", cell(words, "warn"), label_width=label_width, width=width)
    yield ()
    yield from labelled("beside it", cell(BANDS, "dim"), label_width=label_width, width=width)


def _facts(found: Statistics) -> Iterator[tuple[str, Cell]]:
    durations, pace, volume = found.durations, found.pace, found.volume
    yield "batches ended", cell(f"{durations.batches:,}; {found.near_limit:,} came near 24 h")
    if durations.p50_seconds is not None and durations.p90_seconds is not None:
        words = f"half within {_long(durations.p50_seconds)}, nine of ten within {_long(durations.p90_seconds)}"
        yield "took", cell(f"{words}, longest {_long(durations.longest_seconds or 0)}")
    if durations.small_p50_seconds is not None:
        yield "small ones", cell(f"median {_long(durations.small_p50_seconds)} under 10,000 requests")
    rate = f"{formats.count(round(pace.per_hour))}/h while busy; " if pace.per_hour is not None else ""
    last = f"{formats.count(pace.last_hour)} in the last hour, {formats.count(pace.last_day)} in a day"
    yield "throughput", cell(rate + last)
    yield "errors", _errors(volume)
    yield "sent again", cell(f"{formats.exact(volume.retried)}, {_share(volume.retry_share)} of all requests sent")
    yield "chunks", cell(_filling(found.filling))


def _errors(volume: Volume) -> Cell:
    share = volume.error_share or 0.0
    word, role = _weight(share)
    words = f"{formats.exact(volume.errored)} of {formats.exact(volume.requests)}, {_share(volume.error_share)}: "
    more = f"; {formats.exact(volume.expired)} expired, {formats.exact(volume.canceled)} canceled"
    return (Span(words), Span(word, role), Span(more, "dim"))


def _weight(share: float) -> tuple[str, Role]:
    """What a share of errors means: some are chance, many have a cause."""
    if share <= 0.001:
        return "normal", "ok"
    return ("systematic", "err") if share > 0.01 else ("raised", "warn")


def _filling(filling: ChunkFilling) -> str:
    if filling.mean_share is None or filling.largest_share is None:
        return "none yet"
    mean, largest = share_words(filling.mean_share, 1), share_words(filling.largest_share, 1)
    return f"{mean} of a batch's limits on average, {largest} at most"


def run_lines(
    run: OpenRun, width: int | None = None, *, label_width: int = LABEL_WIDTH, zone: tzinfo | None = None
) -> Iterator[Cell]:
    """A run under way: pace, when it may be done and on what that rests."""
    yield (Span(clean(run.run), "text", True), Span("  under way", "run"))
    for label, value in run_facts(run, zone):
        yield from labelled(f"  {label}", value, label_width=label_width, width=width)


def run_facts(run: OpenRun, zone: tzinfo | None = None) -> Iterator[tuple[str, Cell]]:
    """The same facts without its name."""
    rate = f", {formats.count(round(run.per_hour))}/h since it was sent" if run.per_hour is not None else ""
    yield "pace", cell(f"{formats.exact(run.ended)} of {formats.exact(run.requests)} ended{rate}")
    if run.eta is not None:
        basis = f"  half of {run.basis_chunks:,} similar chunks were done by then"
        yield "likely done", (Span(f"~{formats.minute(run.eta, zone)}"), Span(basis, "dim"))
    else:
        yield "likely done", cell("no estimate: too few similar chunks have ended here, or some are not sent", "dim")
    if run.late_chunks:
        takes = several(run.late_chunks, "chunk takes", "chunks take")
        yield "late", cell(f"{takes} longer than nine of ten of the kind", "warn")
    yield "chunks", cell(f"{share_words(run.filling, 1)} of a batch's limits at most")
    if run.retry_share:
        yield "sent again", cell(_share(run.retry_share))


def _bar(bar: DurationBand, most: int, glyphs: Glyphs, label_width: int) -> Cell:
    """`10 to 20 min  ██████  12`."""
    length = max(1, round(bar.batches / most * BAR_WIDTH)) if bar.batches else 0
    return (
        Span(f"{_range(bar):>{label_width - 2}}  ", "dim"),
        Span(glyphs.succeeded * length, "run"),
        Span(f"{' ' if length else ''}{bar.batches:,}"),
    )


def _range(bar: DurationBand) -> str:
    if bar.to_seconds is None:
        return f"over {bar.from_seconds // 3600} h"
    if bar.to_seconds < 3600:
        return f"{bar.from_seconds // 60} to {bar.to_seconds // 60} min"
    low = f"{bar.from_seconds // 3600}" if bar.from_seconds >= 3600 else f"{bar.from_seconds // 60} min"
    return f"{low} to {bar.to_seconds // 3600} h"


def _long(seconds: float) -> str:
    """Minutes below an hour, since most batches end so soon."""
    return formats.brief(seconds) if seconds < 3600 else formats.duration(seconds)


def _share(share: float | None) -> str:
    return share_words(share, 2) if share is not None else "unknown"
