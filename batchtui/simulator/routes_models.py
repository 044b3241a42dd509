"""The endpoints about models, and count_tokens."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from batchtui.simulator import models, rules, tokenizer
from batchtui.simulator.paging import page_body, page_limit
from batchtui.simulator.problems import ServiceError, invalid_request, not_found


async def model_page(request: Request) -> Response:
    """GET /v1/models."""
    limit, after_id = page_limit(request), request.query_params.get("after_id")
    known = [model.id for model in models.MODELS]
    if after_id and after_id not in known:
        raise invalid_request(f"after_id: model not found: {after_id}")
    start = known.index(after_id) + 1 if after_id else 0
    data = [model.rendered() for model in models.MODELS[start : start + limit]]
    return JSONResponse(page_body(data, has_more=start + limit < len(known)))


async def model(request: Request) -> Response:
    """GET /v1/models/{id}."""
    model_id = request.path_params["model_id"]
    found = models.find(model_id)
    if found is None:
        raise not_found(f"model: {model_id}")
    return JSONResponse(found.rendered())


async def count_tokens(request: Request) -> Response:
    """POST /v1/messages/count_tokens."""
    try:
        params = await request.json()
    except ValueError as error:
        raise invalid_request(f"The request body is not valid JSON: {error}") from None
    if not isinstance(params, dict):
        raise invalid_request("body: Input should be a valid dictionary")
    version = request.headers.get("anthropic-version", "")
    problem = rules.problem({**params, "max_tokens": 1}, version=version)
    if problem is not None:
        raise ServiceError(404 if problem.error_type == "not_found_error" else 400, *problem)
    return JSONResponse({"input_tokens": tokenizer.count(params)})


ROUTES = [
    Route("/v1/models", model_page, methods=["GET"]),
    Route("/v1/models/{model_id}", model, methods=["GET"]),
    Route("/v1/messages/count_tokens", count_tokens, methods=["POST"]),
]
