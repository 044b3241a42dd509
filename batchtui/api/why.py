"""Why there was no answer, in a person's words. Never the text of an unknown exception: it may hold a header."""

import os
import socket
import ssl
from collections.abc import Iterator

_LONGEST = 160


def why(error: BaseException) -> str:
    """What stood between us and the service, from the error the SDK hides in `__cause__`."""
    import anthropic
    import httpx2

    cause = cause_of(error)
    match cause:
        case httpx2.ConnectTimeout():
            return "timed out while connecting"
        case httpx2.PoolTimeout():
            return "no connection was free in time"
        case httpx2.ConnectError():
            return f"no connection: {_connect_words(cause)}"
        case httpx2.ProxyError():
            return f"the proxy refused: {str(cause)[:_LONGEST]}"
        case httpx2.UnsupportedProtocol() | httpx2.InvalidURL():
            return "the base URL is no http or https address"
        case httpx2.WriteTimeout():
            return "timed out while sending"
        case httpx2.ReadTimeout() | TimeoutError():
            return "timed out while waiting for the answer"
        case httpx2.RemoteProtocolError():
            return "the connection ended before a whole answer"
        case httpx2.NetworkError():
            return "the connection broke"
        case httpx2.DecodingError():
            return "the answer's compression is damaged"
        case anthropic.CredentialsError():
            return str(cause)[:_LONGEST]
        case _ if is_token_trouble(cause):
            return f"no token could be had for the profile ({_token_words(cause)})"
        case _:
            return f"the call failed ({type(cause).__name__})"


def cause_of(error: BaseException) -> BaseException:
    """The error itself, or the one inside the SDK's APIConnectionError."""
    import anthropic

    if isinstance(error, anthropic.APIConnectionError) and error.__cause__ is not None:
        return error.__cause__
    return error


def never_reached_a_server(error: BaseException) -> bool:
    """True when no byte of the request can have arrived: DNS, refused, TLS, proxy, timeouts before, no token."""
    import httpx2

    before_sending = (
        httpx2.ConnectError,
        httpx2.ConnectTimeout,
        httpx2.PoolTimeout,
        httpx2.ProxyError,
        httpx2.UnsupportedProtocol,
    )
    cause = cause_of(error)
    return is_token_trouble(cause) or isinstance(cause, before_sending)


def is_token_trouble(cause: BaseException) -> bool:
    """True when a profile gave no token, so that nothing was sent; the SDK's other errors are APIErrors."""
    import anthropic

    return isinstance(cause, anthropic.AnthropicError) and not isinstance(cause, anthropic.APIError)


def token_status(cause: BaseException) -> int | None:
    """The HTTP status of the token endpoint, if it answered."""
    status = getattr(cause, "status_code", None)
    return status if isinstance(status, int) else None


def _token_words(cause: BaseException) -> str:
    status = token_status(cause)
    return f"HTTP {status} from its token endpoint" if status else "its token endpoint was not reached"


def _connect_words(error: BaseException) -> str:
    for inner in _inside(error):
        match inner:
            case socket.gaierror():
                return "the name of the host was not found (DNS)"
            case ssl.SSLCertVerificationError():
                return f"the certificate was not accepted ({inner.verify_message[:_LONGEST]})"
            case ssl.SSLError():
                return f"TLS failed ({(inner.reason or 'no reason given')[:_LONGEST]})"
            case OSError() if inner.errno:
                return os.strerror(inner.errno).lower()
    return "nobody answered"


def _inside(error: BaseException | None) -> Iterator[BaseException]:
    """The innermost causes first."""
    if error is None:
        return
    yield from _inside(error.__cause__ or error.__context__)
    if isinstance(error, BaseExceptionGroup):
        for member in error.exceptions:
            yield from _inside(member)
    yield error
