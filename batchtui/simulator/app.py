"""The ASGI application: routes, errors in the service's envelope and the layers around them."""

from dataclasses import dataclass, field
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from batchtui.simulator.clock import Clock
from batchtui.simulator.fault_layer import FaultLayer
from batchtui.simulator.faults import FaultPlan, parse
from batchtui.simulator.headers import Account, HeaderLayer
from batchtui.simulator.ledger import Ledger
from batchtui.simulator.problems import ServiceError, error_body
from batchtui.simulator.routes import BatchRoutes
from batchtui.simulator.routes_models import ROUTES as MODEL_ROUTES
from batchtui.simulator.routes_sim import SimulationRoutes
from batchtui.simulator.routes_usage import UsageRoutes
from batchtui.simulator.scenarios import BY_NAME
from batchtui.simulator.service import Service


@dataclass(frozen=True, kw_only=True)
class Options:
    """How a simulation runs."""

    port: int = 0
    """0: whichever is free."""
    scenario: str = "plain"
    speed: float = 1.0
    behind_seconds: float = 0.0
    """So much earlier than the real time it begins: what goes fast is not tomorrow before the day is over."""
    seed: int = 1
    incarnation: str = ""
    """Told in the ids of batches: no two services give out the same one, unless that is wanted."""
    faults: tuple[str, ...] = ()
    ledger: Path | None = None
    moving_counts: bool = False
    account: Account = field(default_factory=Account)


def make_service(options: Options) -> Service:
    """The state of a simulation."""
    return Service(
        seed=options.seed,
        incarnation=options.incarnation,
        scenario=BY_NAME[options.scenario],
        clock=Clock(speed=options.speed, behind_seconds=options.behind_seconds),
        ledger=Ledger(options.ledger),
    )


def make_plan(options: Options) -> FaultPlan:
    """The faults of the scenario, then those asked for."""
    plan = FaultPlan(options.seed)
    for spec in (*BY_NAME[options.scenario].faults, *options.faults):
        plan.arm(parse(spec))
    return plan


def make_app(service: Service, options: Options) -> Starlette:
    """The application around that state."""
    plan = make_plan(options)
    layers = [Middleware(HeaderLayer, account=options.account, clock=service.clock, seed=options.seed)]
    layers.append(Middleware(FaultLayer, plan=plan, clock=service.clock))
    if BY_NAME[options.scenario].gzip:
        layers.append(Middleware(GZipMiddleware, minimum_size=500, compresslevel=1))
    return Starlette(
        routes=[
            *BatchRoutes(service, moving_counts=options.moving_counts).routes(),
            *MODEL_ROUTES,
            *UsageRoutes(service).routes(),
            *SimulationRoutes(service, plan).routes(),
        ],
        middleware=layers,
        exception_handlers={
            ServiceError: _service_error,
            HTTPException: _http_error,
            ClientDisconnect: _gone,
            Exception: _bug,
        },
    )


async def _service_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, ServiceError)
    return _refusal(request, error)


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    kind = "not_found_error" if error.status_code == 404 else "invalid_request_error"
    return _refusal(request, ServiceError(error.status_code, kind, error.detail))


async def _gone(request: Request, error: Exception) -> Response:
    """The client left in the middle of its body: nothing was accepted and nobody listens."""
    return Response(status_code=499)


async def _bug(request: Request, error: Exception) -> Response:
    """A mistake of the simulator itself; its traceback goes to stderr."""
    return _refusal(request, ServiceError(500, "api_error", "Internal server error"))


def _refusal(request: Request, error: ServiceError) -> Response:
    """A refusal as JSON."""
    body = error_body(error.error_type, error.message, request.state.request_id, error.details)
    return JSONResponse(body, status_code=error.status)
