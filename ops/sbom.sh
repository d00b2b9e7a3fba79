#!/bin/sh
# Writes a bill of materials (CycloneDX 1.6, JSON) of each requirement file to .local/sbom, the same bytes for the same
# pins: what the two layers ship, what development and the gate install, what the emulator is made of.
set -eu
cd -- "$(dirname -- "$0")/.."

into=${1:-.local/sbom}
mkdir -p "$into"

# sbom NAME FILE
sbom() {
    # It warns that nobody is the root of the dependencies: a requirement file is a list.
    PYTHONWARNINGS=ignore .venv/bin/cyclonedx-py requirements --output-reproducible \
        --output-file "$into/$1.cdx.json" "$2"
    echo "$into/$1.cdx.json"
}

for file in layers/*/requirements.txt; do
    layer=${file%/requirements.txt}
    sbom "layer-${layer##*/}" "$file"
done
for file in ops/requirements/*.txt; do
    name=${file##*/}
    sbom "${name%.txt}" "$file"
done
