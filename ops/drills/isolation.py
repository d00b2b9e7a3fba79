"""`ssk isolation-drill`: two provinces side by side on one emulator, one account, that must not see each other.

The same people declare in both by the same phones. Then every function's role of each province is tried on everything
of the other, and what one province issued (sessions, posters, signatures, wrapped keys) is shown to the other.
"""

import argparse
import datetime
import shutil
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from health_record.instants import HOME_ZONE
from ops.drills import drill_stack, table_dump
from ops.drills.drill_stack import Finding
from ops.drills.table_dump import TableStore
from ops.errors import OpsError
from ops.local import demo_facility
from ops.local.aws import create_client, read_outputs
from ops.local.stack_location import REGION, StackLocation, read_location
from ops.pilot import target
from ops.pilot.caller import Caller
from ops.pilot.journey import Journey, Outcome, sms_inbox_path_of
from ops.pilot.residents import people
from ops.pilot.residents.answers import AnswerSheet
from ops.pilot.timing import Stopwatch
from ops.poster_ids import PosterSigner
from ops.progress_steps import ProgressSteps
from so_suc_khoe_client import FacilityClient

OTHER_PROVINCE = "40"
RESIDENTS = 6
DENIED = ("AccessDenied", "AccessDeniedException", "403")
NOBODY = {"pk": {"S": "nobody"}, "sk": {"S": "nobody"}}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument("--json", action="store_true", help="print the findings as one JSON object in the last line")


def run(arguments: argparse.Namespace) -> int:
    """Drill and tell; 1 when one province saw anything of the other."""
    first = drill_stack.new_location(read_location().folder, "isolation-drill")
    second = drill_stack.second_location(first, OTHER_PROVINCE)
    with (
        ProgressSteps() as steps,
        drill_stack.run_stack(first, steps),
        drill_stack.run_stack(second, steps, guest=True),
    ):
        with steps.step("Letting the same people declare in both"):
            declared = [_declare(place) for place in (first, second)]
        with steps.step("Trying every role, key and session on the other province"):
            findings = [
                *_own_rows(first, second),
                *(one for pair in ((first, second), (second, first)) for one in _strangers(*pair)),
            ]
    shutil.rmtree(first.folder, ignore_errors=True)
    findings.insert(0, Finding("residents declared in both provinces", sum(declared), 2 * RESIDENTS - sum(declared)))
    return drill_stack.print_findings(
        f"Provinces {first.province} and {second.province}", findings, as_json=arguments.json
    )


def _declare(place: StackLocation) -> int:
    """The same households by the same phones in each province, with records of their own; how many declared."""
    journey = _journey(place)
    outcomes: list[Outcome] = []
    for account in people.invent_accounts(RESIDENTS, 1, datetime.datetime.now(HOME_ZONE).date()):
        account.residents = [replace(one, record_id=str(uuid.uuid4())) for one in account.residents]
        outcomes.append(journey.run(account))
    return sum(len(one.declared) for one in outcomes)


def _journey(place: StackLocation) -> Journey:
    stack = target.read_target(place)
    return Journey(
        origin=place.web_url,
        sms_inbox_path=sms_inbox_path_of(stack.sms_inbox_url),
        poster=_poster(place),
        sheet=AnswerSheet(stack.questionnaire(), people.ward_of(place.province)),
        stopwatch=Stopwatch(),
        facility=stack.facility,
        sampled=lambda _: False,
    )


def _poster(place: StackLocation) -> str:
    signer = PosterSigner.from_kms_key(
        create_client(place, "kms"), read_outputs(place)["PhoneMacKeyId"], place.province
    )
    return signer.poster_id(people.ward_of(place.province), "drill")


def _own_rows(first: StackLocation, second: StackLocation) -> Iterator[Finding]:
    """No partition of one province is one of the other, though phones and numbers are the same."""
    stores = (TableStore.from_local_stack(first), TableStore.from_local_stack(second))
    for table in ("access", "records", "keys", "facts", "audit"):
        one, other = ({item["pk"]["S"] for item in store.read_table(table)} - {_days_money()} for store in stores)
        yield Finding(f"{table}: partitions of one province only", len(one | other), len(one & other))


def _days_money() -> str:
    """The one counter that every province has under the same name, in its own table: what today's messages cost."""
    return f"budget#sms#{datetime.datetime.now(HOME_ZONE).date()}"


def _strangers(mine: StackLocation, theirs: StackLocation) -> Iterator[Finding]:
    """What `mine` issued and may do, tried on `theirs`."""
    way = f"{mine.province} at {theirs.province}"
    tried = [_refused(attempt) for attempt in _attempts(mine, theirs)]
    yield Finding(f"{way}: calls of a function's role, each refused", len(tried), tried.count(False))
    own = [not _refused(attempt) for attempt in _own_attempts(mine)]
    yield Finding(f"{mine.province} at home: a call that the role has", len(own), own.count(False))
    rows = [row for row in TableStore.from_local_stack(mine).read_table("keys") if "wrapped" in row]
    opened = sum(not _refused(partial(TableStore.from_local_stack(theirs).decrypt_data_key, row)) for row in rows)
    yield Finding(f"{way}: wrapped keys that stay shut", len(rows), opened)
    doors = [_session_is_refused(mine, theirs), _poster_is_nothing(mine, theirs), _facility_is_refused(mine, theirs)]
    yield Finding(f"{way}: session, poster and facility, each refused", len(doors), doors.count(False))


def _session_is_refused(mine: StackLocation, theirs: StackLocation) -> bool:
    """A fresh session of one province shown to the other."""
    account = people.invent_accounts(1, 2, datetime.datetime.now(HOME_ZONE).date())[0]
    with Caller(mine.web_url, account.client_address, Stopwatch()) as caller:
        _journey(mine).sign_in(caller, account)
        at_home = caller.call("home", "GET", "/v1/records", expect=None).status
        with Caller(theirs.web_url, account.client_address, Stopwatch()) as abroad:
            cookies = {"Cookie": caller.cookie_header}
            return (at_home, abroad.call("abroad", "GET", "/v1/records", expect=None, headers=cookies).status) == (
                200,
                401,
            )


def _poster_is_nothing(mine: StackLocation, theirs: StackLocation) -> bool:
    with Caller(theirs.web_url, "127.0.0.1", Stopwatch()) as caller:
        status = caller.call("visit", "POST", "/v1/visits", {"poster": _poster(mine)}, expect=None).status
    counted = {item["pk"]["S"] for item in TableStore.from_local_stack(theirs).read_table("facts")}
    return status == 204 and f"poster#{_poster(mine)}" not in counted


def _facility_is_refused(mine: StackLocation, theirs: StackLocation) -> bool:
    key = demo_facility.private_key_file(mine).read_bytes()
    desk = FacilityClient(theirs.web_url, demo_facility.KEY_ID, key, practitioner="dien-tap", timeout=60)
    return desk.summary("http://fhir.ehealth.gov.vn/core/sid/national_id", "079185001234", "1985-03-02").status == 401


@dataclass(frozen=True)
class _Session:
    """Clients under one function's role."""

    place: StackLocation
    credentials: dict[str, str]
    serves_api: bool

    def client(self, service: str) -> Any:
        return boto3.client(
            service,
            region_name=REGION,
            endpoint_url=self.place.aws_endpoint_url,
            aws_access_key_id=self.credentials["AccessKeyId"],
            aws_secret_access_key=self.credentials["SecretAccessKey"],
            aws_session_token=self.credentials["SessionToken"],
            config=Config(retries={"total_max_attempts": 1}, proxies={}),
        )


def _sessions(place: StackLocation) -> Iterator[_Session]:
    """A session under the role of each function of the province's stack."""
    pages = (
        create_client(place, "cloudformation")
        .get_paginator("list_stack_resources")
        .paginate(StackName=place.stack_name)
    )
    found = [one for page in pages for one in page["StackResourceSummaries"]]
    functions = [one["PhysicalResourceId"] for one in found if one["ResourceType"] == "AWS::Lambda::Function"]
    if not functions:
        raise OpsError(f"The stack {place.stack_name} has no function.")
    for name in functions:
        known = create_client(place, "lambda").get_function_configuration(FunctionName=name)
        answer = create_client(place, "sts").assume_role(RoleArn=known["Role"], RoleSessionName="isolation-drill")
        yield _Session(place, answer["Credentials"], "SSK_ORIGIN_SECRET_ARN" in known["Environment"]["Variables"])


def _attempts(mine: StackLocation, theirs: StackLocation) -> Iterator[Callable[[], Any]]:
    """Every kind of call that some function makes, by each role of `mine` on each thing of `theirs`."""
    of_theirs = read_outputs(theirs)
    for session in _sessions(mine):
        yield from _on_tables(session, of_theirs)
        yield from _on_keys_and_buckets(session, of_theirs)


def _on_tables(session: _Session, deployed: dict[str, str]) -> Iterator[Callable[[], Any]]:
    dynamodb = session.client("dynamodb")
    for name, table in deployed.items():
        if not name.startswith("Table"):
            continue
        key = NOBODY if name not in ("TableKeys", "TableAudit") else {"pk": NOBODY["pk"]}
        yield partial(dynamodb.get_item, TableName=table, Key=key)
        yield partial(dynamodb.put_item, TableName=table, Item=key)
        yield partial(dynamodb.delete_item, TableName=table, Key=key)
        yield partial(dynamodb.scan, TableName=table, Limit=1)
        found = {"KeyConditionExpression": "pk = :pk", "ExpressionAttributeValues": {":pk": NOBODY["pk"]}}
        yield partial(dynamodb.query, TableName=table, **found)


def _on_keys_and_buckets(session: _Session, deployed: dict[str, str]) -> Iterator[Callable[[], Any]]:
    kms, s3 = session.client("kms"), session.client("s3")
    secrets, functions = session.client("secretsmanager"), session.client("lambda")
    context = {"province": OTHER_PROVINCE, "record": "nobody"}
    for root in ("MacKeyId", "PhoneMacKeyId"):
        yield partial(kms.generate_mac, KeyId=deployed[root], MacAlgorithm="HMAC_SHA_256", Message=b"x")
    yield partial(kms.generate_data_key, KeyId=deployed["DataKeyId"], KeySpec="AES_256", EncryptionContext=context)
    yield partial(secrets.get_secret_value, SecretId=deployed["OriginSecretArn"])
    yield partial(functions.invoke, FunctionName=deployed["AggregateFunction"], InvocationType="DryRun")
    for bucket in (deployed["SiteBucket"], deployed["InsightsBucket"]):
        yield partial(s3.list_objects_v2, Bucket=bucket)
        yield partial(s3.put_object, Bucket=bucket, Key="snapshots/x", Body=b"")


def _own_attempts(mine: StackLocation) -> Iterator[Callable[[], Any]]:
    """What shows that the roles are in force at all: each API function reads its own origin secret."""
    deployed = read_outputs(mine)
    for session in _sessions(mine):
        if not session.serves_api:
            continue
        yield partial(session.client("secretsmanager").get_secret_value, SecretId=deployed["OriginSecretArn"])


def _refused(attempt: Callable[[], Any]) -> bool:
    """Whether AWS said no. Anything else that goes wrong is no refusal."""
    try:
        attempt()
    except ClientError as error:
        code = error.response["Error"]["Code"]
        return code in (*DENIED, *table_dump.NOT_THIS_KEY)
    return False
