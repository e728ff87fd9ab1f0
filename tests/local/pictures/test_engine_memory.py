"""Results about one picture are shared between the operations that ask about it."""

from __future__ import annotations

from local.engines.pictures.memory import remembered


def test_the_same_bytes_are_looked_at_once_and_old_ones_are_forgotten() -> None:
    looked_at: list[bytes] = []

    @remembered
    def look(data: bytes) -> int:
        looked_at.append(data)
        return len(data)

    assert look.known(b"ab") is None
    assert [look(b"ab"), look(b"ab"), look.known(b"ab")] == [2, 2, 2]
    assert looked_at == [b"ab"]
    for number in range(40):
        look(b"%d" % number)
    assert look.known(b"ab") is None
