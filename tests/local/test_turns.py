"""First come, first served; who gives up waiting holds nobody up."""

from __future__ import annotations

import threading
import time

import pytest

from local.engines.errors import EngineBusyError
from local.engines.pool import EnginePool
from local.engines.turns import Turns


def test_waiters_are_served_in_order() -> None:
    turns, served = Turns(), []
    assert turns.take(0)

    def work(number: int) -> None:
        assert turns.take(10)
        served.append(number)
        turns.give_back()

    threads = []
    for number in range(20):
        threads.append(threading.Thread(target=work, args=(number,)))
        threads[-1].start()
        while len(turns._waiting) <= number:
            time.sleep(0.001)
    turns.give_back()
    for thread in threads:
        thread.join(10)
    assert served == list(range(20))


def test_who_gives_up_is_forgotten() -> None:
    turns = Turns()
    assert turns.take(0)
    assert not turns.take(0.01)
    turns.give_back()
    assert turns.take(0)


def test_a_call_whose_turn_does_not_come_is_told_so() -> None:
    with EnginePool() as pool:
        lane = pool._lanes["short"]
        assert lane._turns.take(0)
        with pytest.raises(EngineBusyError, match="ask again later"):
            pool.run("text.language:dominant_languages", "text", turn_seconds=0.05)
        lane._turns.give_back()
        assert pool.run("text.language:dominant_languages", "This is an English sentence.")[0]["code"] == "en"
