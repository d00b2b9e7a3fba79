#!/bin/sh
# Writes every requirement file anew from pyproject.toml, with the hashes of all files of each version and without
# download addresses. `make lock ARGS=--upgrade` takes newer versions where pyproject.toml allows them.
set -eu
cd -- "$(dirname -- "$0")/.."

# lock GROUP FILE [ARGUMENT...]
lock() {
    group=$1 file=$2
    shift 2
    uv pip compile --quiet --universal --python-version 3.13 --generate-hashes --no-emit-index-url \
        --no-emit-find-links --custom-compile-command "make lock" --group "pyproject.toml:$group" \
        --output-file "$file" "$@"
}

lock dev ops/requirements/dev.txt "$@"
lock emulator ops/requirements/emulator.txt "$@"
lock rules ops/requirements/rules.txt "$@"
lock fuzz ops/requirements/fuzz.txt --constraint ops/requirements/dev.txt "$@"
lock dependencies-layer layers/dependencies/requirements.txt "$@"
lock analytics-layer layers/analytics/requirements.txt "$@"
