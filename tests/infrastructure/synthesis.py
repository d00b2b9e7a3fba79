"""A synthesized stack as the tests look at it: resources by type, named by their construct's path."""

import contextlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from infrastructure.acknowledgements import add_checks
from infrastructure.app import build, new_app


@dataclass(frozen=True)
class SynthesizedStack:
    """A CDK output folder and one template in it: that of `ssk-79`, unless `beside` names another."""

    folder: Path
    template: dict[str, Any]

    def beside(self, stack_name: str) -> "SynthesizedStack":
        """Another stack of the same folder."""
        return _read(self.folder, stack_name)

    def of_type(self, kind: str) -> dict[str, dict[str, Any]]:
        """The resources of a CloudFormation type by logical id."""
        return {name: found for name, found in self.template["Resources"].items() if found["Type"] == kind}

    def properties(self, kind: str) -> dict[str, dict[str, Any]]:
        """Their properties by the path of the construct (`Otp/Function`)."""
        return {path_of(found): found["Properties"] for found in self.of_type(kind).values()}

    def path(self, logical_id: str) -> str:
        """The construct's path of a logical id."""
        return path_of(self.template["Resources"][logical_id])


def path_of(resource: dict[str, Any]) -> str:
    """`ssk-79/Otp/Function/Resource` -> `Otp/Function`."""
    path: str = resource["Metadata"]["aws:cdk:path"]
    return path.partition("/")[2].removesuffix("/Resource")


def synthesize(folder: Path, *, judged: bool = False, **context: str) -> SynthesizedStack:
    """The stacks of this context (every province, unless it names one), of which province 79 is returned.

    `judged` by cdk-nag: a finding is in the report that lies beside the templates, and stops no other test.
    """
    app = new_app({"aws:cdk:enable-path-metadata": "true", **context}, outdir=folder)
    build(app)
    if judged:
        add_checks(app)
    with contextlib.suppress(RuntimeError):
        app.synth()
    return _read(folder, "ssk-79")


def _read(folder: Path, stack_name: str) -> SynthesizedStack:
    return SynthesizedStack(folder, json.loads((folder / f"{stack_name}.template.json").read_text(encoding="utf-8")))
