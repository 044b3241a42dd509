"""The outer layer of every answer: request id, account and date headers, and who may ask at all."""

import itertools
from dataclasses import dataclass

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from batchtui.simulator import ids
from batchtui.simulator.clock import Clock, http_date
from batchtui.simulator.problems import error_body

ORGANIZATION = "0b7c1c6e-52d4-4f0a-9a5e-3f8d27c1e640"
API_WORKSPACE = "wrkspc_01JwQvzr7rXLA5AGx3HKfFUJ"
OTHER_ORGANIZATION = "f3a90d52-7c1e-4f53-8d5f-91b6a2e04d77"
OTHER_API_WORKSPACE = "wrkspc_01ZzTopBillSomebodyElse99"


@dataclass(frozen=True, kw_only=True)
class Account:
    """Whose API Workspace this is, and the key that opens it."""

    organization: str = ORGANIZATION
    api_workspace: str = API_WORKSPACE
    key: str | None = None
    """None: any key that is not empty."""

    def admits(self, headers: Headers) -> bool:
        """Whether the call carries a good key."""
        scheme, _, token = headers.get("authorization", "").partition(" ")
        given = headers.get("x-api-key") or (token.strip() if scheme == "Bearer" else "")
        return bool(given) if self.key is None else given == self.key


class HeaderLayer:
    """Stamps every answer, and turns calls without a good key away."""

    def __init__(self, app: ASGIApp, *, account: Account, clock: Clock, seed: int) -> None:
        self._app = app
        self._account = account
        self._clock = clock
        self._seed = seed
        self._calls = itertools.count()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request_id = ids.identifier("req", self._seed, "call", next(self._calls))
        state = scope.setdefault("state", {})
        state["request_id"] = request_id

        async def stamped(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._stamp(MutableHeaders(scope=message), state)
            await send(message)

        if scope["path"].startswith("/v1/") and not self._account.admits(Headers(scope=scope)):
            await self._turned_away(request_id)(scope, receive, stamped)
        else:
            await self._app(scope, receive, stamped)

    def _stamp(self, headers: MutableHeaders, state: dict[str, object]) -> None:
        skew = state.get("skew", 0.0)
        headers["request-id"] = str(state["request_id"])
        headers["date"] = http_date(self._clock.now() + (skew if isinstance(skew, float) else 0.0))
        match state.get("account"):
            case "other":
                headers["anthropic-organization-id"] = OTHER_ORGANIZATION
                headers["anthropic-workspace-id"] = OTHER_API_WORKSPACE
            case "none":
                pass
            case _:
                headers["anthropic-organization-id"] = self._account.organization
                headers["anthropic-workspace-id"] = self._account.api_workspace

    @staticmethod
    def _turned_away(request_id: str) -> Response:
        return JSONResponse(error_body("authentication_error", "invalid x-api-key", request_id), status_code=401)
