"""Every alarm links to a section of the operators' page that is there."""

import re
from pathlib import Path

from tests.infrastructure.synthesis import SynthesizedStack

PAGE = (Path(__file__).parents[2] / "docs" / "operations.md").read_text(encoding="utf-8")


def test_every_alarm_has_its_section(
    aws_stack: SynthesizedStack, edge_stack: SynthesizedStack, backup_stack: SynthesizedStack
) -> None:
    alarms = [
        alarm["AlarmDescription"]
        for stack in (aws_stack, edge_stack, backup_stack)
        for alarm in stack.properties("AWS::CloudWatch::Alarm").values()
    ]
    sections = {
        heading.lower().replace(" ", "-")
        for heading in re.findall(r"^### (.+)$", PAGE[PAGE.index("\n## Alarms\n") :], re.MULTILINE)
    }
    linked = {text.rpartition("#")[2] for text in alarms}
    assert linked == sections, linked ^ sections
    assert len(alarms) >= 25
