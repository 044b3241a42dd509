"""The settings of a workspace, with their defaults and what each means. Reading the file is the adapter's work."""

import msgspec

from batchtui.domain.prices import Price


class _Section(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pass


class ApiSettings(_Section, frozen=True, kw_only=True):
    """`[api]`: where the service is, and how it is spoken to."""

    base_url: str | None = None
    """None: where the SDK takes it from (ANTHROPIC_BASE_URL, profile, its default)."""
    api_workspace_id: str | None = None
    betas: tuple[str, ...] = ()
    anthropic_version: str | None = None


class SubmitSettings(_Section, frozen=True, kw_only=True):
    """`[submit]`: sizes of chunks, what may be with the service at once, and when a lost answer counts as lost."""

    chunk_requests: int = 10_000
    chunk_bytes: int = 240_000_000
    max_open_batches: int = 20
    max_queued_requests: int = 200_000
    lost_look_seconds: float = 10
    lost_after_minutes: float = 15


class PollSettings(_Section, frozen=True, kw_only=True):
    """Seconds between the end of one poll and the next."""

    after_action: float = 5
    running: float = 30
    idle: float = 300


class RetrySettings(_Section, frozen=True, kw_only=True):
    """`[retry]`: what is sent again by itself; `delay` is in seconds."""

    automatic: bool = False
    classes: tuple[str, ...] = ()
    max_attempts: int = 3
    backoff: str = "exponential"
    delay: float = 60
    rules: dict[str, str] = {}
    """Class -> resend, edit, ask or refuse, in place of the rule it has."""


class ConfirmSettings(_Section, frozen=True, kw_only=True):
    """`[confirm]`: above what the count of requests has to be typed."""

    type_over_usd: float = 25
    type_over_requests: int = 1000


class BudgetSettings(_Section, frozen=True, kw_only=True):
    """USD; None means no limit."""

    daily_usd: float | None = None
    run_usd: float | None = None


class AlertSettings(_Section, frozen=True, kw_only=True):
    """`[alerts]`: from when on somebody is told, and how."""

    expiry_hours: float = 2
    results_days: float = 3
    error_share: float = 0.05
    command: str | None = None
    webhook: str | None = None
    bell: bool = False


class UiSettings(_Section, frozen=True, kw_only=True):
    """`[ui]`: how the dashboard looks."""

    theme: str = "dark"
    mouse: bool = False
    glyphs: str = "auto"
    time: str = "utc"


class Settings(_Section, frozen=True, kw_only=True):
    """All of `batchtui.toml`."""

    api: ApiSettings = ApiSettings()
    submit: SubmitSettings = SubmitSettings()
    poll: PollSettings = PollSettings()
    retry: RetrySettings = RetrySettings()
    confirm: ConfirmSettings = ConfirmSettings()
    budget: BudgetSettings = BudgetSettings()
    alerts: AlertSettings = AlertSettings()
    ui: UiSettings = UiSettings()
    keys: dict[str, str] = {}
    prices: dict[str, Price] = {}


MAX_CHUNK_REQUESTS = 100_000
"""The service's limit of one batch (API reference, create a Message Batch)."""

NEAR_CHUNK_LIMIT = 90_000
MAX_BODY_BYTES = 256_000_000
"""256 MB; MB or MiB is not said, so the smaller is assumed."""

MAX_REQUEST_BYTES = 32_000_000
"""About the Messages API's own limit for one request."""

CHOICES: dict[tuple[str, str], tuple[str, ...]] = {
    ("retry", "backoff"): ("exponential", "linear", "fixed"),
    ("ui", "glyphs"): ("auto", "ascii", "unicode"),
    ("ui", "time"): ("utc", "local"),
}
