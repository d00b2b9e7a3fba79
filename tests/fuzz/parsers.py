"""Coverage-guided fuzzing of everything that reads what strangers send: `make fuzz`.

libFuzzer (by atheris) changes bytes so that they reach new lines; the first byte chooses the parser. A parser may
refuse what it reads (ServiceError, NotAMobileError); anything else that it raises is a fault, and its bytes are kept.
"""

import datetime
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import atheris  # type: ignore[import-untyped]

with atheris.instrument_imports(include=["health_record", "functions"]):
    from functions.contribute import bundle
    from functions.declare import precondition
    from functions.declare.share import share_request
    from health_record import exact_json, fhir, language, posters, wards
    from health_record.errors import ServiceError
    from health_record.facility import patient_query, signatures
    from health_record.http.event import Event, read_cookies, read_json_body
    from health_record.identity import identifiers, phones
    from health_record.questionnaire import Coded, declaration_form, validate_declaration

from tests.contribute.bundles import visit
from tests.declare import people

ROOT = Path(__file__).resolve().parents[2]
CORPUS = ROOT / ".local" / "fuzz"
TODAY = datetime.date(2026, 11, 23)
SECONDS = os.environ.get("SSK_FUZZ_SECONDS", "120")
ALLOWED = (ServiceError, phones.NotAMobileError)


def _event(body: bytes, **more: Any) -> Event:
    text = body.decode("utf-8", "surrogateescape")
    return {"body": text, "headers": {"content-type": patient_query.FORM}, "rawQueryString": text, **more}


def _ward(code: str) -> Coded | None:
    found = wards.find_in_province(code, "79")
    return found.coded if found else None


def _declaration(data: bytes) -> None:
    validate_declaration(declaration_form(), read_json_body(_event(data)), today=TODAY, ward=_ward)


def _resource(data: bytes) -> None:
    fhir.validate(
        read_json_body(_event(data), exact_json.parse_decimal), "Bundle", ("Observation", "Condition", "Encounter")
    )


def _signature(data: bytes) -> None:
    first, _, second = data.decode("latin-1").partition("\n")
    headers = {"signature-input": first, "signature": second, "content-digest": second, "practitioner": first[:64]}
    request = signatures.SignedRequest("POST", "http://127.0.0.1:8000/v1/fhir", headers, data)
    signatures.parse(request, 1_795_392_000)


def _text(data: bytes) -> None:
    text = data.decode("utf-8", "replace")
    for read in (identifiers.parse_national_id, identifiers.parse_citizen_id, identifiers.parse_insurance_number):
        read(text)
    identifiers.parse_pointer(identifiers.INSURANCE_NUMBER, text)
    language.negotiate_language(text)
    posters.is_genuine(text, lambda *_: "0" * 64)
    wards.find(text)
    phones.normalise(text)


PARSERS: tuple[Callable[[bytes], object], ...] = (
    _declaration,
    _resource,
    _signature,
    _text,
    lambda data: bundle.parse_request(_event(data), "https://suckhoe.example/v1/fhir"),
    lambda data: patient_query.parse_form(_event(data)),
    lambda data: patient_query.parse_parameters(_event(data)),
    lambda data: patient_query.parse_match_request(_event(data)),
    lambda data: precondition.parse_version({"headers": {"if-match": data.decode("latin-1")}}),
    lambda data: share_request.parse_create_request(read_json_body(_event(data))),
    lambda data: share_request.parse_manifest_request(read_json_body(_event(data))),
    lambda data: read_cookies({"headers": {"cookie": data.decode("latin-1")}}),
)


def one(data: bytes) -> None:
    """Give the bytes to the parser that the first of them names."""
    if not data:
        return
    try:
        PARSERS[data[0] % len(PARSERS)](data[1:])
    except ALLOWED:
        return


def seeds() -> dict[int, list[bytes]]:
    """What each parser reads when all is well, so that the first changes are small ones."""
    person = people.RECORD_ID
    patient = {"resourceType": "Patient", "birthDate": "1985-03-02", "identifier": [{"system": "a", "value": "1"}]}
    parameters = [
        {"name": "identifier", "valueString": "a|1"},
        {"name": "birthdate", "valueDate": "1985-03-02"},
        {"name": "resource", "resource": patient},
    ]
    asked = json.dumps({"resourceType": "Parameters", "parameter": parameters}).encode()
    signed = b'sig1=("@method" "@path");created=1795392000;expires=1795392200;keyid="79001.1";nonce="0123456789abcdef"'
    resources = [entry["resource"] for entry in visit(person)["entry"]]
    return {
        0: [json.dumps(people.declaration()).encode()],
        1: [json.dumps(resource).encode() for resource in resources],
        2: [signed + b';tag="ssk-facility"\nsig1=:AAAA:'],
        3: [b"0901 234 567", b"+84901234567", b"079185001234", b"DN4797512345678", b"26911-01-k7w2m9qd"],
        4: [json.dumps(visit(person)).encode()],
        5: [b"identifier=a%7C1&birthdate=1985-03-02"],
        6: [asked],
        7: [asked],
        8: [b'"1"'],
        9: [b'{"minutes": 30, "label": "x", "passcode": "4071"}'],
        10: [b'{"recipient": "x", "passcode": "4071"}'],
        11: [b"__Host-session=a; b=c"],
    }


def main() -> None:
    """Fuzz for SSK_FUZZ_SECONDS, on what earlier runs found worth keeping."""
    CORPUS.mkdir(parents=True, exist_ok=True)
    for parser, samples in seeds().items():
        for place, sample in enumerate(samples):
            (CORPUS / f"seed-{parser}-{place}").write_bytes(bytes([parser]) + sample)
    options = [f"-max_total_time={SECONDS}", "-max_len=8192", "-timeout=10", f"-artifact_prefix={CORPUS}/fault-"]
    atheris.Setup([sys.argv[0], *options, *sys.argv[1:], str(CORPUS)], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
