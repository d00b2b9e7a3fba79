"""Files of bad software by every way that there is: by a call of one's own, in the gateway's JSON, by the command."""

import base64
import gzip
import json
from pathlib import Path

from so_suc_khoe_client.hospital_files.sender import Sender
from tests.conftest import World
from tests.contribute.test_hospital_files import WOMAN, everything, send, wholes
from tests.facility_desk import register, store_resident
from tests.hospital_file.bad_software import READ, WRONG
from tests.hospital_file.files import OUTPATIENT, sound


def test_a_file_is_the_same_episode_whichever_way_it_comes(world: World, tmp_path: Path) -> None:
    store_resident(world, WOMAN)
    desk = register(world, provider_code="79999", daily_patients=1000)
    for number, (name, bad) in enumerate(READ.items()):
        assert send(desk, bad.file, content_type="application/octet-stream")[0][1] in ("kept", "replaced", "unchanged")
        (episode,) = wholes(WOMAN)
        assert episode.content["tables"] == sound(bad.file)[0].content["tables"], name
        before = everything(world, "records", "keys", "facts")
        wrapped = json.dumps({"fileHSBase64": base64.b64encode(bad.file).decode()}).encode()
        if name != "base64 of base64 in lines":  # which is base64 three times then
            assert send(desk, wrapped, content_type="application/json") == [("200", "unchanged")], name
        path = tmp_path / f"{number}.xml"
        path.write_bytes(bad.file)
        sender = Sender(desk, tmp_path / f"state{number}")
        assert sender.send_file(path)
        assert [outcome.code for outcome in sender.ledger.outcomes()] == ["unchanged"], name
        assert everything(world, "records", "keys", "facts") == before, name


def test_what_is_refused_keeps_nothing_whichever_way_it_comes(world: World, tmp_path: Path) -> None:
    store_resident(world, WOMAN)
    desk = register(world, provider_code="79999", daily_patients=1000)
    before = everything(world, "records", "keys", "facts")
    for number, (name, (file, _)) in enumerate(WRONG.items()):
        assert send(desk, file) == [("422", "episode-invalid")], name
        path = tmp_path / f"{number}.xml"
        path.write_bytes(file)
        sender = Sender(desk, tmp_path / f"state{number}")
        sender.send_file(path)
        assert [outcome.code for outcome in sender.ledger.outcomes()] == ["episode-invalid"], name
    assert everything(world, "records", "keys", "facts") == before


def test_a_packed_file_is_the_file(world: World) -> None:
    store_resident(world, WOMAN)
    desk = register(world, provider_code="79999", daily_patients=1000)
    assert send(desk, OUTPATIENT) == [("201", "kept")]
    json_file = json.dumps({"fileHSBase64": base64.b64encode(OUTPATIENT).decode()}).encode()
    for kind, body in (("application/octet-stream", OUTPATIENT), ("application/json", json_file)):
        message = desk.sign_call("POST", "/hospital-files", gzip.compress(body), content_type=kind)
        message.headers["Content-Encoding"] = "gzip"
        answer = desk.send(message)
        (entry,) = answer.json["entry"]
        assert entry["response"]["outcome"]["issue"][0]["diagnostics"] == "unchanged", kind
    broken = desk.sign_call("POST", "/hospital-files", b"no gzip", content_type="application/octet-stream")
    broken.headers["Content-Encoding"] = "gzip"
    assert desk.send(broken).status == 400
