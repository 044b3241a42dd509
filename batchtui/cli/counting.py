"""`--count-tokens`: the service counts a sample, if the operator allows it."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from batchtui.cli import diagnostics
from batchtui.domain.words import several
from batchtui.engine.counting import COUNTED
from batchtui.engine.engine import Engine
from batchtui.engine.plans import Plan

Decorated = TypeVar("Decorated", bound=Callable[..., Any])


def count_option() -> Callable[[Decorated], Decorated]:
    """`--count-tokens`"""
    help_ = f"Send the prompts of up to {COUNTED} requests to be counted: free, rate limited."
    return click.option("--count-tokens", is_flag=True, help=help_)


async def counted(engine: Engine, plan: Plan) -> Plan:
    """The plan with its tokens counted on a sample; says that prompts are sent, and why it stopped where it did."""
    if plan.countable:
        number = several(len(plan.countable), "request")
        diagnostics.say(f"count_tokens: the prompts of {number} go to the service to be counted (free, rate limited)")
    found = await engine.counter.count(plan)
    if found.count_note:
        diagnostics.say(f"batchtui: {found.count_note}")
    return found
