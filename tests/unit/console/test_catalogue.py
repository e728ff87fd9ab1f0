"""Every state machine is shown by a view, or it is said where to see it meanwhile."""

from __future__ import annotations

from pathlib import Path

from starlette.routing import Route

from console.catalogue import NOT_SHOWN, VIEWS

ROOT = Path(__file__).resolve().parents[3]


def test_every_machine_is_shown_or_named() -> None:
    machines = {path.name.removesuffix(".asl.json") for path in (ROOT / "statemachines").glob("*.asl.json")}
    shown = {machine for view in VIEWS for machine in view.machines}

    assert machines == shown | set(NOT_SHOWN), "enter it in console/catalogue.py"
    assert not shown & set(NOT_SHOWN)


def test_a_view_is_reached_by_the_path_in_the_navigation() -> None:
    for view in VIEWS:
        first = view.routes[0]
        assert isinstance(first, Route)
        assert first.path == view.path
        assert len({route.path for route in view.routes}) == len(view.routes)


def test_what_is_read_changes_nothing_and_what_changes_is_posted() -> None:
    changing = {"take", "leave", "decide_one", "begin", "give_bytes", "send", "finish", "decide"}
    with_a_body = {"by_picture"}
    for view in VIEWS:
        for route in view.routes:
            methods = {"POST"} if route.endpoint.__name__ in changing | with_a_body else {"GET", "HEAD"}
            assert route.methods == methods, route.path
