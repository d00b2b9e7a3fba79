"""AWS's command line as far as the operators' page uses it, for tests: a line becomes a call of the SDK.

An option is a member of the operation's input, spelled with hyphens; a structure or map is JSON or
`Key=value,Key=value` (https://docs.aws.amazon.com/cli/latest/userguide/cli-usage-parameters.html).
What AWS's own model does not know raises.
"""

import json
import re
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import jmespath
from botocore import xform_name
from botocore.client import BaseClient

PLACEHOLDER = re.compile(r"<([A-Za-z][^<>]*)>")
OF_THE_TOOL = {"query": 1, "output": 1, "region": 1, "cli-binary-format": 1, "cli-read-timeout": 1}  # words each takes
FENCED = re.compile(r"^ *```\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class CommandLine:
    """`aws <service> <operation>` with its options; `query` is what is picked from the answer."""

    service: str
    operation: str
    options: Mapping[str, list[str]]
    query: str | None

    def run(self, client: BaseClient) -> Any:
        """The answer, all pages of it as the tool reads them, or what `--query` picks of it."""
        method, wanted = self._call(client)
        if client.can_paginate(method):
            answer = client.get_paginator(method).paginate(**wanted).build_full_result()
        else:
            answer = getattr(client, method)(**wanted)
        return jmespath.search(self.query, answer) if self.query else answer

    def request(self, client: BaseClient) -> dict[str, Any]:
        """The call's parameters, held to the service's own model. Raises where AWS's tool would refuse the line."""
        method, wanted = self._call(client)
        client._convert_to_request_dict(  # type: ignore[attr-defined]
            wanted, client.meta.service_model.operation_model(client.meta.method_to_api_mapping[method]), "https://aws"
        )
        return wanted

    def _call(self, client: BaseClient) -> tuple[str, dict[str, Any]]:
        method = self.operation.replace("-", "_")
        model = client.meta.service_model.operation_model(client.meta.method_to_api_mapping[method])
        members = {xform_name(name, "-"): (name, shape) for name, shape in model.input_shape.members.items()}
        wanted = {}
        for option, words in self.options.items():
            if option.startswith("no-") and members[option[3:]][1].type_name == "boolean":
                wanted[members[option[3:]][0]] = False
                continue
            name, shape = members[option]  # KeyError: no such option
            wanted[name] = _value(shape, words)
        return method, wanted


def lines_of(page: str, program: str = "aws") -> list[str]:
    """Every line of the program in a page, in blocks and in the text, each once."""
    found = []
    for block in FENCED.findall(page):
        found += [re.sub(r"\s+", " ", line).strip() for line in block.replace("\\\n", " ").splitlines()]
    found += re.findall(r"`([^`\n]+(?:\n[^`\n]+)?)`", FENCED.sub("", page))
    lines = [re.sub(r"\s+", " ", line) for line in found]
    return list(
        dict.fromkeys(line for line in lines if line.startswith(f"{program} ") and " " in line[len(program) + 1 :])
    )


def filled(line: str, value_of: Callable[[str], str]) -> str:
    """The line with every `<name>` replaced."""
    return PLACEHOLDER.sub(lambda found: value_of(found[1]), line)


def parse(line: str) -> CommandLine:
    """Read a line. Raises ValueError for one that the tool would not take."""
    program, service, operation, *words = shlex.split(line)
    if program != "aws":
        raise ValueError(line)
    options: dict[str, list[str]] = {}
    name = ""
    for word in words:
        if word.startswith("--"):
            name = word[2:]
            options[name] = []
        elif name:
            options[name].append(word)
    own = {key: value[: OF_THE_TOOL[key]] for key, value in options.items() if key in OF_THE_TOOL}
    wanted = {key: value for key, value in options.items() if key not in OF_THE_TOOL}
    if (service, operation) == ("lambda", "invoke"):  # its last word is the file of the answer
        for value in wanted.values():
            del value[1:]
    return CommandLine(service, operation, wanted, own.get("query", [None])[0])


def _value(shape: Any, words: list[str]) -> Any:
    if shape.type_name == "boolean":
        return True
    if shape.type_name == "list" and not words[0].startswith("["):
        return [_value(shape.member, [word]) for word in words]
    (word,) = words
    match shape.type_name:
        case "integer" | "long":
            return int(word)
        case "blob":
            return word.encode()
        case "structure" | "map" | "list" if word[:1] in "{[":
            return json.loads(word)
        case "structure" | "map":
            return {key: _member(shape, key, text) for key, _, text in (one.partition("=") for one in word.split(","))}
    return word


def _member(shape: Any, key: str, text: str) -> Any:
    return text if shape.type_name == "map" else _value(shape.members[key], [text])
