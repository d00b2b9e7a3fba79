"""CloudTrail: every use of a key, and every touch of an item by others than the functions."""

from typing import Any

from tests.infrastructure.synthesis import SynthesizedStack


def _selectors(stack: SynthesizedStack) -> dict[str, dict[str, Any]]:
    (trail,) = stack.properties("AWS::CloudTrail::Trail").values()
    assert trail["IsLogging"]
    assert trail["EnableLogFileValidation"]
    return {
        one["Name"]: {
            field["Field"]: {operator: values for operator, values in field.items() if operator != "Field"}
            for field in one["FieldSelectors"]
        }
        for one in trail["AdvancedEventSelectors"]
    }


def test_every_use_of_a_key_is_logged_whoever_it_is(aws_stack: SynthesizedStack) -> None:
    """For a trail nothing but `eventSource` and `readOnly` narrows management events, and KMS's are among them."""
    assert _selectors(aws_stack)["Keys and settings"] == {"eventCategory": {"Equals": ["Management"]}}


def test_items_of_every_table_are_logged_but_for_what_the_functions_do(aws_stack: SynthesizedStack) -> None:
    fields = _selectors(aws_stack)["Items touched by others than the functions"]
    tables = {aws_stack.path(one["Fn::GetAtt"][0]) for one in fields["resources.ARN"]["StartsWith"]}
    roles = {aws_stack.path(_referred(one)) for one in fields["userIdentity.arn"]["NotStartsWith"]}

    assert fields["eventCategory"] == {"Equals": ["Data"]}
    assert fields["resources.type"] == {"Equals": ["AWS::DynamoDB::Table"]}
    assert tables == set(aws_stack.properties("AWS::DynamoDB::GlobalTable"))
    assert len(roles) == len(aws_stack.properties("AWS::Lambda::Function"))
    assert all(str(one["Fn::Join"][1][-1]) == "/" for one in fields["userIdentity.arn"]["NotStartsWith"])


def _referred(joined: dict[str, Any]) -> str:
    (role,) = [part["Ref"] for part in joined["Fn::Join"][1] if isinstance(part, dict) and "AWS::" not in part["Ref"]]
    return str(role)


def test_the_local_stack_has_no_trail(local_stack: SynthesizedStack) -> None:
    assert local_stack.properties("AWS::CloudTrail::Trail") == {}
