"""Keys for looking: a filter or a search, and the pages of one request."""

from batchtui.domain.actions.action import LISTS, Action, Place

ON_REQUESTS: tuple[Action, ...] = (
    Action(id="filter", keys=("slash",), title="filter", tooltip="Show only rows that match.", places=LISTS),
    Action(id="find", keys=("slash",), title="find", tooltip="Find words in the text.", places=(Place.INSPECTOR,)),
    Action(id="find_next", keys=("n",), title="find next", tooltip="Go to the next place.", places=(Place.INSPECTOR,)),
    Action(
        id="find_previous",
        keys=("N",),
        title="find previous",
        tooltip="Go back to the place before.",
        places=(Place.INSPECTOR,),
    ),
    Action(
        id="next_request",
        keys=("j", "J"),
        title="next",
        tooltip="Look into the next request of the list.",
        places=(Place.INSPECTOR,),
    ),
    Action(
        id="previous_request",
        keys=("k", "K"),
        title="previous",
        tooltip="Look into the request before.",
        places=(Place.INSPECTOR,),
    ),
    *(
        Action(
            id=f"tab_{name}",
            keys=(str(number),),
            title=name,
            tooltip=f"Open the tab {name}.",
            places=(Place.INSPECTOR,),
        )
        for number, name in enumerate(("error", "request", "response", "attempts", "raw"), 1)
    ),
    Action(
        id="unfold",
        keys=("enter", "space"),
        title="unfold",
        tooltip="Show the first string in view that is folded in full, or fold it again.",
        places=(Place.INSPECTOR,),
    ),
    Action(
        id="unfold_all",
        keys=("z",),
        title="unfold all",
        tooltip="Show all long strings and base64 in full, or fold them again.",
        places=(Place.INSPECTOR,),
    ),
)
