"""The endpoints about models, and count_tokens."""

from tests.simulator.conftest import Simulation, request_row


def test_models_have_what_a_preflight_needs(sim: Simulation) -> None:
    models = {model["id"]: model for model in sim.http.get("/v1/models", params={"limit": 1000}).json()["data"]}
    haiku = models["claude-haiku-4-5"]
    assert (haiku["max_tokens"], haiku["max_input_tokens"]) == (64_000, 200_000)
    assert haiku["lifecycle"] == "active"
    assert models["claude-sonnet-4-5"]["retires_at"] == "2026-11-30T00:00:00Z"
    assert all(model["capabilities"]["batch"]["supported"] for model in models.values())


def test_models_come_in_pages(sim: Simulation) -> None:
    first = sim.http.get("/v1/models", params={"limit": 4}).json()
    second = sim.http.get("/v1/models", params={"limit": 1000, "after_id": first["last_id"]}).json()
    assert first["has_more"]
    assert not second["has_more"]
    assert not {model["id"] for model in first["data"]} & {model["id"] for model in second["data"]}


def test_one_model_can_be_asked_for(sim: Simulation) -> None:
    assert sim.http.get("/v1/models/claude-opus-5").json()["id"] == "claude-opus-5"
    assert sim.http.get("/v1/models/claude-none").status_code == 404


def test_count_tokens_agrees_with_the_usage_of_results(sim: Simulation) -> None:
    row = request_row("a", "How long is this? " * 20)
    params = {name: value for name, value in row["params"].items() if name != "max_tokens"}
    counted = sim.http.post("/v1/messages/count_tokens", json=params).json()["input_tokens"]
    assert counted == sim.outcomes([row])["a"]["message"]["usage"]["input_tokens"]


def test_count_tokens_finds_mistakes_at_once(sim: Simulation) -> None:
    answer = sim.http.post("/v1/messages/count_tokens", json={"model": "claude-none", "messages": []})
    assert answer.status_code == 404
