"""Print rows for routes without any, to be judged before they go into routes.txt.

python -m tests.integration.access
"""

import tempfile
from pathlib import Path

from cat_engine.reserved_names import shadowed
from tests.integration.access.building import ROLES, enter, listing
from tests.integration.access.test_access import ROUTES
from tests.integration.access.walk import OBJECTS, try_route


def main() -> None:
    """Walk up to every unlisted route as every role."""
    with tempfile.TemporaryDirectory() as folder:
        listed = {route for route, _, _ in ROUTES}
        routes = [
            route for route in listing(Path(folder) / "listing")["routes"] if route not in listed
        ]
        rules = [route.split(" ", 1)[1] for route in listing(Path(folder) / "listing")["routes"]]
        print(shadowed(rules))  # noqa: T201
        building = enter(Path(folder) / "data")
        for route in routes:
            targets = [one for one in OBJECTS if one != "door" or "/door/" in route]
            for target in targets if "<exam_session>" in route else ("-",):
                outcomes = [try_route(building, route, target, role) for role in ROLES]
                print(f"{route:50} {target:8}", *outcomes)  # noqa: T201
        building.server.stop()


main()
