"""`alerts.webhook`: each alert as a POST of JSON to the operator's own address. No key of the service goes there."""

from datetime import UTC, datetime
from typing import Final

import msgspec

from batchtui.domain.alert import Alert

TIMEOUT_SECONDS: Final = 10.0


_POSTED: Final = ("kind", "run", "batch_id", "submission", "episode", "remedy")
"""What others rely on; an alert has more for our own pages."""


class Webhook:
    """An address that hears of alerts. Fulfils `ports.Alarm`."""

    def __init__(self, url: str) -> None:
        self._url = url

    async def ring(self, alert: Alert, at: datetime) -> str:
        """POST the alert once; why it did not arrive, or nothing."""
        import httpx2

        body = msgspec.json.encode(
            {
                "schema": "batchtui.alert/1",
                "at": at.astimezone(UTC),
                "text": alert.told,
                **{name: getattr(alert, name) for name in _POSTED},
            }
        )
        try:
            async with httpx2.AsyncClient(timeout=TIMEOUT_SECONDS, follow_redirects=False) as client:
                answer = await client.post(self._url, content=body, headers={"content-type": "application/json"})
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            return f"alerts.webhook was not reached: {error or type(error).__name__}"
        return "" if answer.is_success else f"alerts.webhook answered {answer.status_code}"
