"""Every usual writing of a Vietnamese mobile number is read; everything else is refused before anything is spent."""

import phonenumbers
import pytest

from health_record.identity import phones
from health_record.identity.phones import NotAMobileError, normalise

WRITINGS = [
    "0901234567",
    "090 123 4567",
    "090.123.4567",
    "090-123-4567",
    "(090) 123 4567",
    "+84901234567",
    "+84 90 123 4567",
    "+84 (0)90 1234567",
    "+84-90-123-45-67",
    "84901234567",
    "84 0901234567",
    "901234567",
    "0084901234567",
    "\uff10\uff19\uff10\uff11\uff12\uff13\uff14\uff15\uff16\uff17",
    "\uff0b\uff18\uff14901234567",
    "\u0660\u0669\u0660\u0661\u0662\u0663\u0664\u0665\u0666\u0667",
    "\u06f0\u06f9\u06f0\u06f1\u06f2\u06f3\u06f4\u06f5\u06f6\u06f7",
    "\u00a0090\u2009123\u202f4567\u200e",
    "\u202a0901234567\u202c",
    "090\u2013123\u20134567",
    "\t0901234567\n",
]
REFUSED = {
    "02838123456": phones.LANDLINE,
    "+842838123456": phones.LANDLINE,
    "19001234": phones.SERVICE,
    "1900123456": phones.SERVICE,
    "1800588888": phones.SERVICE,
    "113": phones.SERVICE,
    "+8613800138000": phones.FOREIGN,
    "008613800138000": phones.FOREIGN,
    "+1 202 555 0100": phones.FOREIGN,
    "0551234567": phones.UNKNOWN_PREFIX,
    "0891234567": phones.UNKNOWN_PREFIX,
    "0992123456": phones.UNKNOWN_PREFIX,
    "0123456789": phones.UNKNOWN_PREFIX,
    "0000000000": phones.FOREIGN,
    "0012345678": phones.FOREIGN,
    "090123456": phones.WRONG_LENGTH,
    "09012345678": phones.WRONG_LENGTH,
    "90123456": phones.WRONG_LENGTH,
    "9012345678": phones.WRONG_LENGTH,
    "01191234567": phones.WRONG_LENGTH,
    "0": phones.WRONG_LENGTH,
    "": phones.UNREADABLE,
    " ": phones.UNREADABLE,
    "+": phones.UNREADABLE,
    "090123456a": phones.UNREADABLE,
    "0901234567 ext 1": phones.UNREADABLE,
    "0901234567,0901234568": phones.UNREADABLE,
    "tel:0901234567": phones.UNREADABLE,
    "090123456\u00b2": phones.UNREADABLE,
    "0901234567\x00": phones.UNREADABLE,
    "09" * 400: phones.UNREADABLE,
    "\ud83d\ude00": phones.UNREADABLE,
}


@pytest.mark.parametrize("written", WRITINGS, ids=ascii)
def test_every_usual_writing_becomes_the_same_e164_number(written: str) -> None:
    assert normalise(written) == "+84901234567"


@pytest.mark.parametrize(("written", "reason"), REFUSED.items(), ids=lambda value: ascii(value)[:30])
def test_what_is_no_vietnamese_mobile_is_refused_with_its_reason(written: str, reason: object) -> None:
    with pytest.raises(NotAMobileError) as refused:
        normalise(written)
    assert refused.value.reason == reason
    assert refused.value.suggestion is None


def test_the_refusal_does_not_carry_the_number_in_its_text() -> None:
    with pytest.raises(NotAMobileError) as refused:
        normalise("02838123456")
    assert "28381" not in str(refused.value)


@pytest.mark.parametrize(("old", "new"), phones.NEW_PREFIXES.items())
def test_an_old_number_of_eleven_digits_is_refused_with_what_it_became(old: str, new: str) -> None:
    for written in (f"{old}1234567", f"+84{old[1:]}1234567", f"84{old[1:]}1234567"):
        with pytest.raises(NotAMobileError) as refused:
            normalise(written)
        assert refused.value.suggestion == f"{new}1234567"
        assert normalise(refused.value.suggestion) == f"+84{new[1:]}1234567"


def test_all_prefixes_agree_with_the_phonenumbers_library() -> None:
    """Every prefix of five digits; the library also calls 0140, 0160 and 0121[0-3] (machines) mobile, we do not."""
    differing = {
        f"{prefix:05d}"
        for prefix in range(100_000)
        if bool(phones.MOBILE.fullmatch(f"{prefix:05d}12345")) != _library_calls_it_mobile(f"{prefix:05d}12345")
    }
    machines = ("0140", "0160", "01210", "01211", "01212", "01213")
    assert {prefix for prefix in differing if not prefix.startswith(machines)} == set()


def test_the_length_agrees_with_the_phonenumbers_library() -> None:
    for written in ("090123456", "0901234567", "09012345678"):
        assert bool(phones.MOBILE.fullmatch(written)) == _library_calls_it_mobile(written)


def test_any_digit_of_any_script_is_read() -> None:
    assert phones.ascii_digits("\u0967\u0968\u0969 \uff14\uff15\uff16 a") == "123 456 a"


def _library_calls_it_mobile(written: str) -> bool:
    try:
        number = phonenumbers.parse(written, "VN")
    except phonenumbers.NumberParseException:
        return False
    return (
        phonenumbers.is_valid_number_for_region(number, "VN")
        and phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.MOBILE
        and number.country_code == 84
        and phonenumbers.national_significant_number(number) == written[1:]
    )
