"""What the last release deployed that holds data, and what a new template would do to it.

`released.json` is a compact picture of the released templates. A release writes it anew, on purpose:

    python -m infrastructure.checks.stateful_resources

A template that drops or replaces one of these resources is refused by a test: CloudFormation would make an empty one.
"""

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from infrastructure.app import build, new_app

RELEASED_FILE = Path(__file__).with_name("released.json")
STACKS = ("ssk-79-edge", "ssk-79", "ssk-79-backup")  # all provinces have stacks of one shape
# Resources that hold data, names or trust, and their properties that CloudFormation changes by replacing them
# ("createOnly" of their schemas), or whose change makes new content.
STATEFUL_TYPES: dict[str, tuple[str, ...]] = {
    "AWS::Backup::BackupVault": ("BackupVaultName", "EncryptionKeyArn"),
    "AWS::CertificateManager::Certificate": ("DomainName", "ValidationMethod", "KeyAlgorithm"),
    "AWS::CloudFront::Distribution": (),
    "AWS::DynamoDB::GlobalTable": ("TableName", "KeySchema", "LocalSecondaryIndexes"),
    "AWS::KMS::Key": ("KeySpec", "KeyUsage", "MultiRegion"),
    "AWS::Logs::LogGroup": ("LogGroupName",),
    "AWS::S3::Bucket": ("BucketName",),
    "AWS::SNS::Topic": ("TopicName", "FifoTopic"),
    "AWS::SQS::Queue": ("QueueName", "FifoQueue"),
    "AWS::SecretsManager::Secret": ("Name", "GenerateSecretString"),
}

type Template = Mapping[str, Any]
type Picture = dict[str, dict[str, Any]]


def stateful_resources(template: Template) -> Picture:
    """Of each resource that holds something: its type, what happens to it at a deletion, and what must not change."""
    return {
        name: {
            "type": resource["Type"],
            "kept": outlives_its_stack(resource) and resource.get("UpdateReplacePolicy") == "Retain",
            "fixed": _fixed(resource),
        }
        for name, resource in sorted(template["Resources"].items())
        if resource["Type"] in STATEFUL_TYPES
    }


def outlives_its_stack(resource: Mapping[str, Any]) -> bool:
    """Whether CloudFormation keeps what was in use when the stack is deleted (`infrastructure/data/removal.py`)."""
    return resource.get("DeletionPolicy") in ("Retain", "RetainExceptOnCreate")


def _fixed(resource: Mapping[str, Any]) -> dict[str, Any]:
    properties = resource.get("Properties", {})
    fixed = {key: properties[key] for key in STATEFUL_TYPES[resource["Type"]] if key in properties}
    for replica in properties.get("Replicas", []):  # a replica that is dropped loses its data
        fixed.setdefault("Regions", []).append(replica["Region"])
    return fixed


def find_losses(released: Picture, template: Template) -> list[str]:
    """What the new template would take away or replace, one sentence each; new resources are welcome."""
    now = stateful_resources(template)
    return [sentence for name, before in released.items() if (sentence := _loss(name, before, now.get(name)))]


def _loss(name: str, before: dict[str, Any], now: dict[str, Any] | None) -> str | None:
    what = f"{before['type']} {name}"
    if now is None:
        return f"{what} is gone"
    if now["type"] != before["type"]:
        return f"{what} has become {now['type']}"
    if before["kept"] and not now["kept"]:
        return f"{what} is no longer retained"
    changed = sorted(
        key for key in {*before["fixed"], *now["fixed"]} if before["fixed"].get(key) != now["fixed"].get(key)
    )
    return f"{what} would be replaced: {', '.join(changed)} changed" if changed else None


def main() -> None:
    """Write the picture of what is about to be released."""
    with tempfile.TemporaryDirectory() as folder:
        app = new_app({"province": "79"}, outdir=Path(folder))
        build(app)
        app.synth()
        made = {
            name: stateful_resources(json.loads((Path(folder) / f"{name}.template.json").read_text(encoding="utf-8")))
            for name in STACKS
        }
    RELEASED_FILE.write_text(json.dumps(made, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
