"""`stack.json`: what other programs have to know of a running local stack."""

import json
from typing import Any

from ops.errors import OpsError
from ops.local import demo_facility
from ops.local.aws import read_outputs
from ops.local.source_hash import current_commit
from ops.local.stack_location import REGION, StackLocation

TABLES = ("access", "records", "keys", "facts", "facilities", "audit")


def write_stack_file(place: StackLocation) -> dict[str, Any]:
    """Describe the stack that runs at `place`, in its file; returns the content."""
    deployed = read_outputs(place)
    content = {
        "province": place.province,
        "commit": current_commit(),
        "web_url": place.web_url,
        "api_url": f"{place.web_url}/v1",
        "aws_endpoint_url": place.aws_endpoint_url,
        "region": REGION,
        "sms_inbox_url": f"{place.web_url}/_local/sms",
        "tables": {name: deployed[f"Table{name.capitalize()}"] for name in TABLES},
        "buckets": {"site": deployed["SiteBucket"], "insights": deployed["InsightsBucket"]},
        "demo_facility": {
            "id": demo_facility.FACILITY_ID,
            "key_id": demo_facility.KEY_ID,
            "private_key_file": str(demo_facility.private_key_file(place)),
        },
    }
    fresh = place.stack_file.with_suffix(".new")
    fresh.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    fresh.replace(place.stack_file)
    return content


def read_stack_file(place: StackLocation) -> dict[str, Any]:
    """What the file says. Raises OpsError when no stack runs here."""
    try:
        content: dict[str, Any] = json.loads(place.stack_file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise OpsError("No local stack runs here: start one with `make up`.") from error
    return content
