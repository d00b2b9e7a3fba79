"""`ssk facility check`: does a facility's key get through, and does the service answer as its documents say?

Nothing is written: the calls ask for nobody, for people who cannot be there, and for `$validate`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from health_record.facility import signatures
from so_suc_khoe_client import FacilityAnswer, FacilityClient, Message

NATIONAL_ID_SYSTEM = "http://fhir.ehealth.gov.vn/core/sid/national_id"
NOBODY, BORN = "000000000000", "1900-01-01"  # no register gives the province 000
SOON_DAYS = 14
UNKNOWN_PATIENT = "00000000-0000-4000-8000-000000000000"


@dataclass(frozen=True)
class Finding:
    """One line of the list: what must hold, whether it does, and if not what to mend and who."""

    rule: str
    holds: bool
    told: str = ""


class Conformance:
    """The list, against one service with one key."""

    def __init__(self, client: FacilityClient) -> None:
        self._client = client

    def check(self) -> Iterator[Finding]:
        """One finding after the other; the list ends early where the key does not get through."""
        yield self._metadata()
        key = self._client.who_am_i()
        yield _finding("the key is known and may sign", key, 200)
        yield _clock(key)
        if key.status != 200:
            return
        permissions, until = _read_key(key)
        left = (until - datetime.now(UTC)).days
        told = f"it ends in {left} days: send the operations team a new key"
        yield Finding("the key lives on", left > SOON_DAYS, told)
        yield from self._signatures()
        yield from self._refusals(permissions)
        yield from self._permissions(permissions)

    def _metadata(self) -> Finding:
        answer = self._client.metadata()
        version = answer.json.get("fhirVersion") if answer.status == 200 else None
        told = f"GET /v1/fhir/metadata gave {answer.status} {version}: is the address the service's?"
        return Finding("the service speaks FHIR 4.0.1", version == "4.0.1", told)

    def _signatures(self) -> Iterator[Finding]:
        """The service refuses what is not signed as it arrives."""
        sign = self._client.sign_call
        once = sign("GET", "/facility-key")
        self._client.send(once)
        yield _finding("a nonce counts once", self._client.send(once), 401, "signature-replayed")
        changes: dict[str, Callable[[Message], object]] = {
            "signature-missing": lambda message: message.headers.pop("Signature"),
            "signature-mismatch": lambda message: message.headers.update({"Practitioner": "somebody-else"}),
            "signature-digest": lambda message: setattr(message, "body", message.body + b" "),
        }
        for rule, change in changes.items():
            message = sign("POST", "Patient/$summary", b'{"resourceType":"Parameters"}')
            change(message)
            yield _finding(f"a call with {rule.replace('-', ' ')} is refused", self._client.send(message), 401, rule)

    def _refusals(self, permissions: set[str]) -> Iterator[Finding]:
        if "read" not in permissions:
            return
        call = self._client.call
        answer = call("GET", "Patient", query={"identifier": f"{NATIONAL_ID_SYSTEM}|{NOBODY}"})
        yield _finding("a search needs number and birth date", answer, 400)
        yield _finding("an unknown system is no person", self._client.search("urn:x", NOBODY, BORN), 400)
        nobody = self._client.search(NATIONAL_ID_SYSTEM, NOBODY, BORN)
        told = f"got {nobody.status} {nobody.body.decode()[:120]}"
        yield Finding("nobody is an empty searchset", nobody.status == 200 and nobody.json.get("total") == 0, told)
        unknown = self._client.summary_by_id(UNKNOWN_PATIENT)
        yield _finding("an unknown record is 404", unknown, 404, "no-such-person")
        kind = unknown.headers.get("content-type", "")
        yield Finding("answers are FHIR JSON", kind.startswith("application/fhir+json"), f"Content-Type is {kind}")

    def _permissions(self, permissions: set[str]) -> Iterator[Finding]:
        """What the key may not do is refused by that reason, and what it may do is not."""
        bundle = b'{"resourceType":"Bundle","type":"transaction","entry":[]}'
        parameters = b'{"resourceType":"Parameters","parameter":[]}'
        calls: dict[str, Callable[[], FacilityAnswer]] = {
            "read": lambda: self._client.summary_by_id(UNKNOWN_PATIENT),
            "write": lambda: self._client.call("POST", "Bundle/$validate", bundle),
            "verify": lambda: self._client.call("POST", f"Patient/{UNKNOWN_PATIENT}/$verify", parameters),
        }
        for permission, call in calls.items():
            answer = call()
            refused = _reason(answer) == "permission-missing"
            told = f"got {answer.status} {_reason(answer)}"
            yield Finding(
                f"the key {'may' if permission in permissions else 'may not'} {permission}",
                refused is (permission not in permissions),
                told,
            )


def _finding(rule: str, answer: FacilityAnswer, status: int, reason: str | None = None) -> Finding:
    holds = answer.status == status and reason in (None, _reason(answer))
    return Finding(
        rule, holds, f"expected {status}{f' {reason}' if reason else ''}, got {answer.status} {_told(answer)}"
    )


def _reason(answer: FacilityAnswer) -> str | None:
    issues = answer.json.get("issue") if answer.status >= 400 else None
    return str(issues[0].get("diagnostics")) if issues else None


def _told(answer: FacilityAnswer) -> str:
    if answer.status < 400:
        return ""
    return f"{_reason(answer)}: {answer.json['issue'][0].get('details', {}).get('text', '')}"


def _clock(answer: FacilityAnswer) -> Finding:
    here, there = datetime.now(UTC), parsedate_to_datetime(answer.headers["date"])
    ahead = round((here - there).total_seconds())
    return Finding("this machine's clock is right", abs(ahead) <= signatures.CLOCK_SKEW, f"it is {ahead} s ahead")


def _read_key(answer: FacilityAnswer) -> tuple[set[str], datetime]:
    members = answer.json["parameter"]
    permissions = {each["valueCode"] for each in members if each["name"] == "permission"}
    (until,) = [each["valueInstant"] for each in members if each["name"] == "validUntil"]
    return permissions, datetime.fromisoformat(until)
