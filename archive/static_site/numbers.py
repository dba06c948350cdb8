"""Lists of numbers as short text, for files that browsers load: small ones take one character each.

The digits are the printable ASCII characters that JSON leaves as they are. A number ends in one of the first
`_LAST` of them; the digits before it are of the rest. ``search/files.js`` reads it.
"""

from collections.abc import Iterable, Sequence
from operator import sub

_DIGITS = [chr(code) for code in range(35, 127) if code != ord("\\")]
_LAST = 59
_REST = len(_DIGITS) - _LAST
_COMMON = 10_000


class _Codes(dict[int, str]):
    """How each number is written; of small ones remembered, for they come again and again."""

    def __missing__(self, number: int) -> str:
        rest, last = divmod(number, _LAST)
        code = _DIGITS[last]
        while rest:
            rest, digit = divmod(rest - 1, _REST)
            code = _DIGITS[_LAST + digit] + code
        if number < _COMMON:
            self[number] = code
        return code


_CODES = _Codes()


def encode(numbers: Iterable[int]) -> str:
    """Give numbers, none below 0, as text."""
    return "".join([_CODES[number] for number in numbers])


def signed(numbers: Sequence[int]) -> list[int]:
    """Give numbers in any order each as its distance from the one before, the first from 0; none is below 0.

    Distances of 0, -1, 1, -2 become 0, 1, 2, 3 (ZigZag, as in Protocol Buffers).
    """
    steps = map(sub, numbers, [0, *numbers[:-1]])
    return [2 * step if step >= 0 else -2 * step - 1 for step in steps]
