"""Numbers of invented people: distinct within a run and between runs, well formed, nobody's on purpose.

Each number is a fixed shuffle of an ordinal (which person of which run), so that two people never share one.
"""

RUN_SIZE = 100_000
RUNS = 100  # so many runs have ordinals of their own: 100 x 100,000 = 10^7, which the seven digits of a phone can hold
PHONE_PREFIXES = (
    *("032", "033", "035", "036", "037", "038", "039", "070", "076", "077", "078", "079", "081", "082", "083", "084"),
    *("085", "086", "090", "091", "093", "094", "096", "097", "098"),
)
# Birth-registration codes of the 12-digit number: mostly Ho Chi Minh City, then where its newcomers come from.
BIRTH_PROVINCES = ("079",) * 12 + ("052", "080", "082", "083", "087", "089", "072", "075", "040", "038", "034", "001")
CENTURY_DIGIT = {("male", 19): "0", ("female", 19): "1", ("male", 20): "2", ("female", 20): "3"}


def account_number(run: int, place: int) -> int:
    """The number of the `place`-th person or account of run `run`, from which all others are made."""
    if not 0 <= place < RUN_SIZE:
        raise ValueError(f"a run has at most {RUN_SIZE} residents")
    return (run % RUNS) * RUN_SIZE + place


def phone_number(number: int) -> str:
    """A mobile number as people type it: `0` and nine digits."""
    shuffled = _shuffle(number, 10**7, 6_180_339)
    return f"{PHONE_PREFIXES[number % len(PHONE_PREFIXES)]}{shuffled:07d}"


def international_phone(national: str) -> str:
    """The same mobile number in E.164: `0901234567` -> `+84901234567`."""
    return "+84" + national[1:]


def national_id(number: int, sex: str, birth_year: int) -> str:
    """A 12-digit personal number: birth province, century and sex, year, six further digits (decree 137/2015)."""
    province = BIRTH_PROVINCES[(number // 7) % len(BIRTH_PROVINCES)]
    century, year = divmod(birth_year, 100)
    return f"{province}{CENTURY_DIGIT[(sex, century)]}{year:02d}{_shuffle(number, 10**6, 618_033):06d}"


def insurance_number(number: int) -> str:
    """A ten-digit social insurance number, as the cards show it since 2021."""
    return f"79{_shuffle(number, 10**8, 61_803_399):08d}"


def client_address(number: int) -> str:
    """An address of this machine that no other account calls from: 127.1.1.1 to 127.250.250.250 by turns."""
    rest, last = divmod(number, 250)
    second, third = divmod(rest, 250)
    return f"127.{second % 250 + 1}.{third + 1}.{last + 1}"


def _shuffle(number: int, size: int, factor: int) -> int:
    """A one-to-one map of 0 <= number < size; `factor` shares no divisor with the power of ten `size`."""
    return (number + 271_828) * factor % size
