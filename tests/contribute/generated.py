"""Generated Bundles: resources of every type of a hospital stay, broken at one to three places of any depth."""

import copy
from typing import Any

from hypothesis import strategies as st

from tests.contribute.bundles import bundle
from tests.contribute.test_a_whole_stay import stay
from tests.facility_desk import Resident, new_uuid
from tests.health_record.generated import JSON

TEXTS = (
    "",
    " ",
    "\x00",
    "\ud800",
    "a" * 5000,
    "1900-02-29",
    "2026-11-23T08:00:00+07:00",
    "9999-12-31T23:59:60Z",
    "0000",
    "<div xmlns='http://www.w3.org/1999/xhtml'><script>x</script></div>",
    "#contained",
    "Encounter/../Patient/x",
    "urn:uuid:x",
    f"Patient/{Resident().record_id}",
    f"Patient/{new_uuid()}",
    "https://elsewhere.example/Patient/1",
    "A90",
    "final",
    "JVBERi0x",
)
NUMBERS = (0, -1, 2**63, 10**40, 1e308, -0.0, 68.50)
MEMBERS = (
    *("extension", "contained", "id", "resourceType", "reference", "text", "coding", "value", "note"),
    *("_status", "_text", "_display"),
)
VALUES = st.sampled_from(TEXTS) | st.sampled_from(NUMBERS) | JSON
STAY = stay(Resident().record_id)


@st.composite
def broken_bundles(draw: st.DrawFn) -> dict[str, Any]:
    """One to three resources of the stay in a transaction, with one to three places changed."""
    kinds = draw(st.lists(st.sampled_from(sorted(STAY)), min_size=1, max_size=3, unique=True))
    sent: dict[str, Any] = bundle(*(STAY[kind] for kind in kinds))
    for _ in range(draw(st.integers(1, 3))):
        _break(draw, sent)
    return sent


def _break(draw: st.DrawFn, sent: dict[str, Any]) -> None:
    found = places(sent)
    if not found:
        return
    holder, key = draw(st.sampled_from(found))
    match draw(st.sampled_from(["replace", "remove", "double", "nest", "add", "move"])):
        case "replace":
            holder[key] = draw(VALUES)
        case "remove":
            del holder[key]
        case "double" if isinstance(holder, list):
            holder.append(copy.deepcopy(holder[key]))
        case "nest":
            for _ in range(draw(st.sampled_from([1, 2, 40]))):
                holder[key] = draw(st.sampled_from([[holder[key]], {"extension": [holder[key]]}]))
        case "move":
            holder[key] = copy.deepcopy(_value(draw(st.sampled_from(found))))
        case _ if isinstance(holder[key], dict):
            holder[key][draw(st.sampled_from(MEMBERS) | st.text(max_size=8))] = draw(VALUES)


def _value(place: tuple[Any, Any]) -> Any:
    holder, key = place
    present = key in holder if isinstance(holder, dict) else key < len(holder)
    return holder[key] if present else None


def places(body: Any) -> list[tuple[Any, Any]]:
    """Every place below `body`, as its holder and its key there."""
    found: list[tuple[Any, Any]] = []
    members = body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ()
    for key, value in members:
        found.append((body, key))
        found += places(value)
    return found
