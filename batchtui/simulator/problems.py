"""What the service refuses, as an exception and as the JSON envelope of an error."""

from typing import Any


class ServiceError(Exception):
    """An answer other than success, in the service's own envelope."""

    def __init__(self, status: int, error_type: str, message: str, details: dict[str, Any] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.error_type = error_type
        self.message = message
        self.details = details


def invalid_request(message: str) -> ServiceError:
    """A 400: the request itself is wrong."""
    return ServiceError(400, "invalid_request_error", message)


def not_found(message: str) -> ServiceError:
    """A 404: nothing of that name is known."""
    return ServiceError(404, "not_found_error", message)


def too_large() -> ServiceError:
    """A 413: the body is larger than a batch may be."""
    return ServiceError(413, "request_too_large", "Request exceeds the maximum size")


def error_body(error_type: str, message: str, request_id: str, details: dict[str, Any] | None = None) -> dict[str, Any]:
    """The envelope around every error, of an answer and of a result alike."""
    error = {"type": error_type, "message": message, "details": details}
    return {"type": "error", "error": error, "request_id": request_id}
