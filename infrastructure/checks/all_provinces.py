"""Every province of the country, as `ssk province new` writes it: its three stacks synthesize without a finding.

python -m infrastructure.checks.all_provinces
"""

import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from infrastructure.acknowledgements import add_checks
from infrastructure.app import build, new_app
from infrastructure.config.new_province import write_province
from infrastructure.config.settings import read_provinces
from infrastructure.provinces import PROVINCES_SINCE_JULY_2025


def synthesize_defaults(codes: Iterable[str], folder: Path) -> None:
    """Write the settings of these provinces into `folder` and make their templates. Raises what a fault raises."""
    settings = folder / "provinces"
    settings.mkdir()
    for code in codes:
        write_province(settings, code=code, domain=f"hososuckhoe.p{code}.example", sender_id=f"SSKp{code}")
    for code, province in read_provinces(settings).items():
        app = new_app({"province": code}, outdir=folder / code)
        build(app, {code: province})
        add_checks(app)
        app.synth()
        print(f"{code} {province.name}", flush=True)  # noqa: T201 - it takes minutes


def main() -> None:
    """All of them."""
    with tempfile.TemporaryDirectory() as scratch:
        synthesize_defaults(PROVINCES_SINCE_JULY_2025, Path(scratch))
    sys.stdout.write(f"all {len(PROVINCES_SINCE_JULY_2025)} provinces synthesize\n")


if __name__ == "__main__":
    main()
