"""Bytes that never print."""

from __future__ import annotations


class Secret:
    """
    A password, a private key or a stash: whoever wants the bytes must say `reveal()`.

    Neither `repr`, `str`, formatting, comparison nor pickling shows or uses them, so that no log, traceback or report can.
    """

    __slots__ = ("_value",)

    def __init__(self, value: bytes) -> None:
        self._value = value

    def reveal(self) -> bytes:
        """The bytes, for the one call that needs them."""
        return self._value

    def __len__(self) -> int:
        return len(self._value)

    def __repr__(self) -> str:
        return "Secret()"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return "Secret()"

    def __reduce__(self) -> str:
        raise TypeError("a Secret is not copied out of the process")

    def __eq__(self, other: object) -> bool:
        raise TypeError("secrets are not compared")

    __hash__ = None  # type: ignore[assignment]  # a secret is no key of a mapping
