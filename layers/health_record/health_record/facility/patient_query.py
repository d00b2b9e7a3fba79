"""Whom a facility asks for: identifier and birth date, from a form body, a query, or a FHIR Parameters resource."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl

from health_record.errors import BadRequestError
from health_record.http.event import Event, read_header, read_json_body, read_raw_body
from health_record.identity import identifiers
from health_record.language import Translated
from health_record.record.identifier_claims import PatientQuery

DATE = re.compile(r"[12][0-9]{3}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?")
WORD = re.compile(r"[A-Za-z_][A-Za-z:_-]{0,40}")
FORM = "application/x-www-form-urlencoded"
PAIR = ("identifier", "birthdate")
NAME = "name"
# `_format` was judged before.
IGNORED = ("_count", "_format", "_offset", "_pretty", "_total", "profile")
# What the Parameters of each operation may hold, each once. IPS names `profile` for `$summary`; there is one only.
SUMMARY_PARAMETERS = (*PAIR, NAME, "profile")
MATCH_PARAMETERS = ("resource", "count", "onlyCertainMatches")
REPEATABLE = ("settle",)
MOST_NUMBERS = 3
MOST_ON_A_PAGE = 20


@dataclass(frozen=True)
class Page:
    """Which of several candidates an answer tells."""

    count: int = MOST_ON_A_PAGE
    offset: int = 0


def parse_query_string(event: Event) -> PatientQuery:
    """`?identifier=system|value&birthdate=1985-03-02`. Raises BadRequestError."""
    return _from_pairs(str(event.get("rawQueryString") or ""))


def parse_form(event: Event) -> PatientQuery:
    """The same two parameters as a form body, so that no number stands in a URL. Raises BadRequestError.

    An empty body has no format: it lacks the parameters.
    """
    content_type = (read_header(event, "content-type") or "").partition(";")[0].strip().lower()
    if content_type != FORM and read_raw_body(event):
        raise BadRequestError(
            Translated(f"Nội dung phải là {FORM}.", f"The body must be {FORM}."), type="content-type-not-form"
        )
    try:
        body = read_raw_body(event).decode("ascii")
    except UnicodeDecodeError as error:
        raise BadRequestError(
            Translated("Biểu mẫu không hợp lệ.", "The form body is broken."), type="form-broken"
        ) from error
    return _from_pairs("&".join(part for part in (body, str(event.get("rawQueryString") or "")) if part))


def parse_parameters(event: Event, understood: Sequence[str] = SUMMARY_PARAMETERS) -> PatientQuery:
    """`Parameters` with `identifier` (token or Identifier), `birthdate`, and where understood `name`.

    Raises BadRequestError.
    """
    found = {str(each.get("name")): each for each in read_parameters(event, understood)}
    identifier = found.get("identifier", {})
    token = identifier.get("valueString") or identifier.get("valueUri")
    if isinstance(value := identifier.get("valueIdentifier"), dict):
        token = f"{value.get('system', '')}|{value.get('value', '')}"
    birth_date = found.get("birthdate", {})
    wanted = _wanted(token, birth_date.get("valueDate") or birth_date.get("valueString"))
    name = found.get(NAME, {}).get("valueString")
    return replace(wanted, name=name if isinstance(name, str) and name else None)


def parse_page(event: Event) -> Page:
    """`_count` and `_offset` of a search, in its form or its query. Raises BadRequestError."""
    values = dict(parse_qsl(_search_text(event), keep_blank_values=True))
    return Page(
        min(max(1, _whole(values.get("_count"), MOST_ON_A_PAGE)), MOST_ON_A_PAGE), _whole(values.get("_offset"), 0)
    )


def parse_match_page(event: Event) -> Page:
    """`count` of a `$match`'s Parameters, and `_offset` of its query. Raises BadRequestError."""
    counts = [member.get("valueInteger") for member in _match_members(event) if member.get("name") == "count"]
    count = str(counts[0]) if counts else None
    offset = dict(parse_qsl(str(event.get("rawQueryString") or ""))).get("_offset")
    return Page(min(max(1, _whole(count, MOST_ON_A_PAGE)), MOST_ON_A_PAGE), _whole(offset, 0))


def wants_only_certain(event: Event) -> bool:
    """Whether a `$match` asks for those alone whose card was seen (`onlyCertainMatches`). Raises BadRequestError."""
    given = [each.get("valueBoolean") for each in _match_members(event) if each.get("name") == "onlyCertainMatches"]
    if given and not isinstance(given[0], bool):
        raise BadRequestError(
            Translated("onlyCertainMatches phải là một valueBoolean.", "onlyCertainMatches must be a valueBoolean.")
        )
    return given == [True]


def _match_members(event: Event) -> list[dict[str, Any]]:
    return read_parameters(event, MATCH_PARAMETERS)


def _search_text(event: Event) -> str:
    """A search's parameters as they came, those of a form included."""
    is_form = (read_header(event, "content-type") or "").partition(";")[0].strip().lower() == FORM
    body = read_raw_body(event).decode("ascii") if is_form else ""
    return "&".join(part for part in (body, str(event.get("rawQueryString") or "")) if part)


def _whole(text: str | None, default: int) -> int:
    if not text:
        return default
    if not text.isascii() or not text.isdigit() or len(text) > 6:
        raise BadRequestError(
            Translated("_count và _offset phải là số nguyên.", "_count and _offset must be whole numbers."),
            type="page-broken",
        )
    return int(text)


def parse_match_request(event: Event) -> list[PatientQuery]:
    """What `$match` asks for: one for each identifier of the Patient fragment. Raises BadRequestError."""
    patient = _read_patient(event)
    birth_date = patient.get("birthDate")
    if birth_date is None:
        return []
    if not isinstance(birth_date, str) or DATE.fullmatch(birth_date) is None:
        raise _no_birth_date()
    names, gender = _objects(patient.get("name")), patient.get("gender")
    return [
        PatientQuery(
            identifiers.parse_pointer(str(identifier.get("system")), _require_number(identifier.get("value"))),
            birth_date,
            _full_name(names[0]) if names else None,
            gender if isinstance(gender, str) else None,
        )
        for identifier in _read_identifiers(patient)
    ]


def _read_patient(event: Event) -> dict[str, Any]:
    resources = [member.get("resource") for member in _match_members(event) if member.get("name") == "resource"]
    patient = resources[0] if resources else None
    if not isinstance(patient, dict) or patient.get("resourceType") != "Patient":
        raise BadRequestError(
            Translated("Thiếu tham số resource là một Patient.", "The parameter resource must be a Patient."),
            type="patient-missing",
        )
    return patient


def _read_identifiers(patient: dict[str, Any]) -> list[dict[str, Any]]:
    numbers = _objects(patient.get("identifier"))
    if len(numbers) > MOST_NUMBERS:
        raise BadRequestError(
            Translated(
                f"Nhiều nhất {MOST_NUMBERS} mã số trong một Patient.", f"At most {MOST_NUMBERS} identifiers a Patient."
            ),
            type="too-many-identifiers",
        )
    known = [each for each in numbers if each.get("system") in identifiers.SYSTEMS]
    if numbers and not known:
        raise _unknown_system()
    return known


def read_parameters(event: Event, understood: Sequence[str]) -> list[dict[str, Any]]:
    """The members of the Parameters that were sent. Raises BadRequestError."""
    return members_of(read_json_body(event), understood)


def members_of(body: dict[str, Any], understood: Sequence[str]) -> list[dict[str, Any]]:
    """The members of a Parameters resource.

    Raises BadRequestError, also for one that is not `understood` or is there twice: what would be left out may be what
    the call depends on.
    """
    members = body.get("parameter")
    if body.get("resourceType") != "Parameters" or not isinstance(members, list):
        raise BadRequestError(
            Translated("Nội dung phải là một Parameters.", "The body must be a Parameters resource."),
            type="not-parameters",
        )
    found = _objects(members)
    names = [str(member.get("name")) for member in found]
    for name in names:
        if name not in understood or (names.count(name) > 1 and name not in REPEATABLE):
            raise BadRequestError(_understood(name, understood), type="parameter-unknown")
    return found


def _understood(name: str, understood: Sequence[str]) -> Translated:
    """The text about a parameter that is refused: its name where it is a word, and those that are known."""
    told = name if WORD.fullmatch(name) else "?"
    known = ", ".join(understood)
    return Translated(
        f"Không hiểu tham số {told}, hoặc nó có hai lần. Các tham số, mỗi thứ một lần: {known}.",
        f"The parameter {told} is not understood, or is there twice. Understood, each once: {known}.",
    )


def _from_pairs(text: str) -> PatientQuery:
    pairs = parse_qsl(text, keep_blank_values=True)
    names = [name for name, _ in pairs if name not in IGNORED]
    for name in names:
        if name not in (*PAIR, NAME) or names.count(name) > 1:
            raise BadRequestError(_understood(name, (*PAIR, NAME, *IGNORED)), type="search-parameter")
    values = dict(pairs)
    return replace(_wanted(values.get("identifier"), values.get("birthdate")), name=values.get(NAME) or None)


def _wanted(token: Any, birth_date: Any) -> PatientQuery:
    if not isinstance(token, str) or "|" not in token:
        raise _no_identifier()
    given = birth_date.removeprefix("eq") if isinstance(birth_date, str) else ""
    if DATE.fullmatch(given) is None:
        raise _no_birth_date()
    system, _, value = token.partition("|")
    if system not in identifiers.SYSTEMS:
        raise _unknown_system()
    return PatientQuery(identifiers.parse_pointer(system, _require_number(value)), given)


def _require_number(value: Any) -> str:
    """A number that is there. None at all is the caller's mistake, and not a person who is not here."""
    if not isinstance(value, str) or not value.strip():
        raise _no_identifier()
    return value


def _no_identifier() -> BadRequestError:
    return BadRequestError(
        Translated("Cần identifier dạng hệ thống|số.", "identifier must be given as system|value."),
        type="identifier-missing",
    )


def _no_birth_date() -> BadRequestError:
    """A date in another form is the caller's mistake, and not a person who is not here."""
    return BadRequestError(
        Translated(
            "Cần birthdate dạng YYYY-MM-DD, YYYY-MM hoặc YYYY.",
            "birthdate must be given as YYYY-MM-DD, YYYY-MM or YYYY.",
        ),
        type="birthdate-missing",
    )


def _unknown_system() -> BadRequestError:
    """A misspelt system is the caller's mistake; as "nobody" it would count against the facility."""
    known = ", ".join(identifiers.SYSTEMS)
    return BadRequestError(
        Translated(f"Hệ thống mã số phải là một trong: {known}.", f"The identifier system must be one of: {known}."),
        type="identifier-system",
    )


def _full_name(name: dict[str, Any]) -> str | None:
    parts = [name.get("text")] if name.get("text") else [name.get("family"), *_list(name.get("given"))]
    return " ".join(part for part in parts if isinstance(part, str)) or None


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _objects(value: Any) -> list[dict[str, Any]]:
    return [member for member in _list(value) if isinstance(member, dict)]
