"""PINs that are guessed first: repeats, runs, and a year of birth."""

from health_record.language import Translated

OLDEST_BIRTH_YEAR = 1900
REPEATS = Translated(
    "Mã PIN lặp lại quá dễ đoán. Hãy chọn mã khác.", "A repeating PIN is too easy to guess. Choose another."
)
RUNS = Translated(
    "Mã PIN gồm các số liền nhau quá dễ đoán. Hãy chọn mã khác.",
    "A PIN of consecutive digits is too easy to guess. Choose another.",
)
YEAR = Translated(
    "Mã PIN không nên có năm sinh. Hãy chọn mã khác.", "A PIN should not hold a year of birth. Choose another."
)


def find_weakness(pin: str, this_year: int) -> Translated | None:
    """Why `pin` (6 digits) is refused, or None."""
    if _repeats(pin):
        return REPEATS
    if _runs(pin):
        return RUNS
    if any(OLDEST_BIRTH_YEAR <= int(part) <= this_year for part in (pin[:4], pin[2:])):
        return YEAR
    return None


def _repeats(pin: str) -> bool:
    """111111, 121212, 123123, 112233, and six digits of which five are the same."""
    cycles = any(pin == pin[:size] * (6 // size) for size in (1, 2, 3))
    pairs = pin[0] == pin[1] and pin[2] == pin[3] and pin[4] == pin[5]
    return cycles or pairs or max(map(pin.count, pin)) >= 5


def _runs(pin: str) -> bool:
    """123456, 654321, 890123, 246802: the same step from each digit to the next."""
    return len({(int(after) - int(before)) % 10 for before, after in zip(pin, pin[1:], strict=False)}) == 1
