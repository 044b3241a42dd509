"""Answers that take the place of the service's own when a fault strikes."""

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from batchtui.simulator.clock import Clock, http_date
from batchtui.simulator.faults import Fault
from batchtui.simulator.problems import error_body

ERRORS = {
    400: ("invalid_request_error", "The request could not be read"),
    401: ("authentication_error", "invalid x-api-key"),
    402: ("billing_error", "Your account has an unpaid invoice. Please visit Plans & Billing."),
    403: ("permission_error", "Your API key does not have permission to use the specified resource."),
    404: ("not_found_error", "Not found"),
    405: ("invalid_request_error", "Method Not Allowed"),
    408: ("timeout_error", "The request took too long to arrive"),
    409: ("invalid_request_error", "The resource is being changed by another request. Please try again."),
    413: ("request_too_large", "Request exceeds the maximum size"),
    415: ("invalid_request_error", "Unsupported content encoding"),
    422: ("invalid_request_error", "The request could not be processed"),
    429: ("rate_limit_error", "Number of requests has exceeded your rate limit. Please try again later."),
    499: ("api_error", "Client closed the connection"),
    500: ("api_error", "Internal server error"),
    502: ("api_error", "Bad gateway"),
    503: ("api_error", "Service unavailable"),
    504: ("timeout_error", "Gateway timeout"),
    529: ("overloaded_error", "Overloaded"),
}
GATEWAY_PAGE = (
    "<html>\r\n<head><title>{status} {phrase}</title></head>\r\n<body>\r\n"
    "<center><h1>{status} {phrase}</h1></center>\r\n<hr><center>cloudflare</center>\r\n</body>\r\n</html>\r\n"
)
SPEND_CAP = "You have reached your specified API usage limits. You will regain access on the first of next month."
REDIRECTED = "redirected"
"""The query that marks a call which came by a redirect, and which no fault strikes again."""


def status_answer(request: Request, fault: Fault, clock: Clock) -> Response:
    """An error of the fault's status."""
    status = fault.status
    error_type, message = ERRORS[status]
    if status in (502, 504) or fault.argument == "html":
        return HTMLResponse(GATEWAY_PAGE.format(status=status, phrase=message), status_code=status)
    details = None
    if fault.argument == "spend":
        message, details = SPEND_CAP, {"error_code": "enforced_spend_limit_reached"}
    body = error_body(error_type, message, request.state.request_id, details)
    return JSONResponse(body, status_code=status, headers=_retry_after(fault.argument, clock))


def redirect_answer(request: Request, fault: Fault) -> Response:
    """A 307 to where the same call would be accepted."""
    origin = fault.argument or str(request.base_url).rstrip("/")
    return Response(status_code=307, headers={"location": f"{origin}{request.url.path}?{REDIRECTED}=1"})


def garbage_answer(fault: Fault) -> Response:
    """A success that says nothing."""
    match fault.argument:
        case "empty":
            return JSONResponse({})
        case "truncated":
            return Response('{"id":"msgbatch_01', media_type="application/json")
        case _:
            return HTMLResponse("<html><body>Please sign in to the hotel network</body></html>")


def _retry_after(argument: str, clock: Clock) -> dict[str, str]:
    if argument.startswith("date="):
        return {"retry-after": http_date(clock.now() + float(argument[5:]))}
    if argument.startswith("ms="):
        return {"retry-after-ms": argument[3:]}
    return {"retry-after": argument} if argument.isdigit() else {}
