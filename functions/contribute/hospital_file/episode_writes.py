"""One transaction for one episode: audit, guard of the record, pointer, head and parts, facts; or nothing of it."""

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

from functions.contribute import daily_quota, diagnoses
from functions.contribute.diagnoses import ReportedCondition
from functions.contribute.hospital_file import person_match
from functions.contribute.hospital_file.decision import Effect, Kept, effect_of
from functions.contribute.settings import ContributeSettings
from health_record.audit import audit_entries, replay_guard
from health_record.aws import rate_limits
from health_record.aws.clients import client
from health_record.aws.dynamo import Item, from_wire, to_wire
from health_record.aws.keyed_hash import KeyedHash
from health_record.aws.service_errors import is_transient
from health_record.aws.transaction import ConditionFailedError, Transaction
from health_record.episode import derive
from health_record.episode.source import KeptEpisode
from health_record.errors import UnavailableError
from health_record.facility.signed_call import FacilityCall
from health_record.hospital_file.episode import Episode
from health_record.identity import account_events, account_notices
from health_record.identity.identifiers import Pointer
from health_record.observability import count_metric
from health_record.record import access_policy, episodes, provenance, record_guard, record_reader
from health_record.record.record_reader import DecryptedRecord
from health_record.table_keys import record_keys

ATTEMPTS = 3
ACTION = "episode"
METRICS: Mapping[Effect, str] = {
    "create": "EpisodeKept",
    "replace": "EpisodeReplaced",
    "move": "EpisodeMoved",
    "touch": "EpisodeUnchanged",
    "nothing": "EpisodeUnchanged",
}


@dataclass(frozen=True)
class Sent:
    """An episode as it came: `number` is its place in the file (1 for the first), `prepared` that of the envelope."""

    episode: Episode
    number: int
    prepared: str
    file_sha256: str
    pointer: Pointer  # the number that led to the record


@dataclass(frozen=True)
class Written:
    """What became of an episode: the version that stands now, and whether that is of another record than was named.

    `is_older`: the file was prepared before the kept one, says something else, and was not kept.
    """

    effect: Effect
    encounter_id: str
    version: int
    is_of_another: bool
    is_older: bool


def write(config: ContributeSettings, call: FacilityCall, opened: DecryptedRecord, sent: Sent) -> Written:
    """Keep the episode for the opened record. Raises UnavailableError if others kept changing it meanwhile."""
    for _ in range(ATTEMPTS):
        plan = _Plan(config, call, opened, sent)
        if plan.try_write():
            plan.tell_former()
            count_metric(METRICS[plan.effect])
            encounter_id, version = plan.kept.id_of("Encounter"), plan.kept.version
            return Written(plan.effect, encounter_id, version, plan.is_of_another, plan.is_older)
    raise UnavailableError


@dataclass(frozen=True)
class Former:
    """Whose a moved episode was, its head, and whether it came by numbers on cards that were seen."""

    record: DecryptedRecord
    head: Item
    is_proven: bool


class _Plan:
    """Everything that keeping one episode writes, as the tables stand now."""

    def __init__(self, config: ContributeSettings, call: FacilityCall, opened: DecryptedRecord, sent: Sent) -> None:
        self._config, self._opened, self._sent = config, opened, sent
        self._call = replace(call, record_id=opened.record_id, nonce=audit_entries.further_key(call.nonce, sent.number))
        provider_code = str(call.facility.provider_code)
        macs = KeyedHash.from_settings(config)
        self._provider_code = provider_code
        self._pointer = episodes.pointer_pk(macs, provider_code, sent.episode.key)
        self._numbers = access_policy.numbers_behind(opened.identity, found_by=sent.pointer)
        self._mac = episodes.content_mac(opened.key, sent.episode.content)
        self._before = _pointer(config, self._pointer)
        self.effect = effect_of(self._before, record_id=opened.record_id, prepared=sent.prepared, mac=self._mac)
        self._former = self._load_former() if self.effect == "move" else None
        self.kept = KeptEpisode(
            record_id=opened.record_id,
            provider_code=provider_code,
            facility_id=call.facility.id,
            facility_name=call.facility.name,
            prepared=sent.prepared,
            recorded=datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            file_sha256=sent.file_sha256,
            content=sent.episode.content,
            version=self._version(),
        )

    @property
    def is_of_another(self) -> bool:
        """Whether an older file names another person than the kept one: nothing is kept, and it counts as a read."""
        return (
            self.effect == "nothing" and self._before is not None and self._before.record_id != self._opened.record_id
        )

    @property
    def is_older(self) -> bool:
        """Whether what was sent says something else than the kept file, and is older."""
        before = self._before
        return before is not None and before.mac != self._mac and self._sent.prepared < before.prepared

    def _load_former(self) -> Former | None:
        """Whose the episode was until now; None for a record that is no more, or whose visit is swept.

        Raises ConflictError for one that a card vouches for, unless a card vouches for the other record as well: what
        anybody may declare takes no visit from its proven person.
        """
        assert self._before is not None
        record = record_reader.load_record(self._config, self._before.record_id)
        head = record.items.get(self._head_sk(record)) if record else None
        if record is None or head is None:
            return None
        is_proven = access_policy.is_proven_entry(record.identity, head.get("numbers"))
        if is_proven and self._sent.pointer not in self._opened.identity.seen_numbers:
            raise person_match.several_error()
        return Former(record, head, is_proven)

    def _version(self) -> int:
        if self._before is None or self.effect == "create":
            return 1
        return self._before.version + (self.effect in ("replace", "move"))

    def tell_former(self) -> None:
        """Send the former person a message that the visit moved, if a card had proven that it was theirs."""
        if self._former is not None and self._former.is_proven:
            meta, identity = self._former.record.meta, self._former.record.identity
            account_notices.send(
                identity.phone, "visit-moved", counted_by=meta.account, facility_id=self._call.facility.id
            )

    def try_write(self) -> bool:
        """False if somebody else changed what the plan stands on. Raises ReplayedError."""
        transaction = Transaction()
        line = self._call.audit_entry(ACTION, "allowed")
        transaction.add("audit", replay_guard.put_in_transaction(self._config.table_audit, line))
        items: list[Item] = []
        if self.effect != "nothing":
            transaction.add("guard", record_guard.check_unchanged(self._config.table_records, self._opened.meta))
            for name, member in self._members():
                transaction.add(name, member)
                if name == "item":
                    items.append(from_wire(member["Put"]["Item"]))
        consumption = (
            daily_quota.consume_episode(self._config, self._call, self._opened.record_id, items) if items else None
        )
        done = False
        try:
            done = self._commit(transaction)
        finally:
            if not done and consumption is not None:
                rate_limits.refund(consumption)
        return done

    @staticmethod
    def _commit(transaction: Transaction) -> bool:
        try:
            transaction.commit()
        except ConditionFailedError as refused:
            if "audit" in refused.names:
                raise replay_guard.ReplayedError from refused
            return False
        except Exception as error:
            if is_transient(error):  # others kept writing to the same items, or AWS was busy: this episode's alone
                raise UnavailableError from error
            raise  # what no repeat would mend is told as what it is
        return True

    def _members(self) -> Iterator[tuple[str, dict[str, Any]]]:
        yield "pointer", self._put_pointer()
        table = self._config.table_records
        if self.effect == "touch":
            sk, opened = self._head_sk(self._opened), self._opened
            touched = provenance.seal(
                opened.key, opened.record_id, sk, {"prepared": self._sent.prepared, "numbers": self._numbers}, "touched"
            )
            yield "head", _set(table, opened.record_id, sk, touched=touched)
            return
        made = derive.resources(self.kept)
        former = self._resources_before() if self.effect == "replace" else []
        if gone := derive.withdrawn(former, made):
            self.kept = replace(self.kept, content={**self.kept.content, derive.GONE: gone})
        for item in episodes.items_of(self._opened.key, self.kept, self._mac, self._pointer, self._numbers):
            yield "item", {"Put": {"TableName": table, "Item": to_wire(item)}}
        for member in self._facts(self._opened, [*made, *gone]):
            yield "fact", member
        if self.effect == "move":
            yield from self._withdraw()

    def _put_pointer(self) -> dict[str, Any]:
        item = {
            "pk": self._pointer,
            "record_id": self._opened.record_id,
            "version": self.kept.version,
            "prepared": self._sent.prepared,
            "mac": self._mac,
        }
        put: dict[str, Any] = {"TableName": self._config.table_keys, "Item": to_wire(item)}
        if self._before is None:
            put["ConditionExpression"] = "attribute_not_exists(pk)"
        else:
            put["ConditionExpression"] = "record_id = :record AND version = :version AND prepared = :prepared"
            put["ExpressionAttributeValues"] = to_wire(
                {
                    ":record": self._before.record_id,
                    ":version": self._before.version,
                    ":prepared": self._before.prepared,
                }
            )
        return {"Put": put}

    def _resources_before(self) -> list[dict[str, Any]]:
        """What the version before said, what it had withdrawn included."""
        found = self._whole_of(self._opened)
        return derive.resources(found) if found else []

    def _withdraw(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """The episode at its former person is entered in error; nothing of it is counted any more."""
        if self._former is None:
            return
        holder = self._former.record
        former = episodes.whole(self._config.table_records, holder, self._former.head)
        if former is None:
            return
        withdrawn = {episodes.WITHDRAWN: True}
        yield "former", _set(self._config.table_records, holder.record_id, self._head_sk(holder), **withdrawn)
        lost = replace(self._call, record_id=holder.record_id).audit_entry("episode-withdrawn", "allowed")
        # Its person sees in the own list that it was taken back.
        lost["pk"] = audit_entries.further_key(lost["pk"], "lost")
        yield "lost", replay_guard.put_in_transaction(self._config.table_audit, lost)
        if self._former.is_proven:
            yield "event", account_events.put_item(holder.meta.account, "visit-moved", holder.record_id)
        errors = [derive.in_error(each) for each in derive.resources(former) if each["resourceType"] == "Condition"]
        for member in self._facts(holder, errors):
            yield "fact", member

    def _whole_of(self, holder: DecryptedRecord) -> KeptEpisode | None:
        pk, table = record_keys.record_pk(holder.record_id), self._config.table_records
        answer = client("dynamodb").query(
            TableName=table,
            KeyConditionExpression="pk = :pk AND sk = :sk",
            ExpressionAttributeValues=to_wire({":pk": pk, ":sk": self._head_sk(holder)}),
            ConsistentRead=True,
        )
        heads = [provenance.reveal(holder.key, holder.record_id, from_wire(item)) for item in answer["Items"]]
        return episodes.whole(table, holder, heads[0]) if heads else None

    def _head_sk(self, holder: DecryptedRecord) -> str:
        name = episodes.episode_id(holder.key, self._provider_code, self._sent.episode.key)
        return record_keys.episode_sk(name)

    def _facts(self, holder: DecryptedRecord, resources: list[dict[str, Any]]) -> list[dict[str, Any]]:
        conditions = [each for each in resources if each["resourceType"] == "Condition"]
        reported = [
            ReportedCondition(each, self.kept.recorded, corrects=self.effect != "create") for each in conditions
        ]
        day = datetime.datetime.now(ZoneInfo(self._config.time_zone)).date()
        return diagnoses.build_writes(self._config.table_facts, holder, self._call, reported, day)


def _pointer(config: ContributeSettings, pk: str) -> Kept | None:
    """What the pointer says; None where there is none, or where it leads to a record that is no more."""
    keys = {config.table_keys: {"Keys": [to_wire({"pk": pk})], "ConsistentRead": True}}
    answer = client("dynamodb").batch_get_item(RequestItems=keys)
    if answer.get("UnprocessedKeys"):
        raise UnavailableError
    found = [from_wire(item) for item in answer["Responses"].get(config.table_keys, [])]
    if not found:
        return None
    (item,) = found
    return Kept(item["record_id"], int(item["version"]), item["prepared"], item["mac"])


def _set(table: str, record_id: str, sk: str, **values: bytes | bool) -> dict[str, Any]:
    names = {f"#{name}": name for name in values}
    return {
        "Update": {
            "TableName": table,
            "Key": to_wire({"pk": record_keys.record_pk(record_id), "sk": sk}),
            "UpdateExpression": "SET " + ", ".join(f"#{name} = :{name}" for name in values),
            "ConditionExpression": "attribute_exists(pk)",
            "ExpressionAttributeNames": names,
            "ExpressionAttributeValues": to_wire({f":{name}": value for name, value in values.items()}),
        }
    }
