# shellcheck shell=sh
# Sourced by bootstrap.sh. Python 3.13 hides in many places, and pyenv's shims are on PATH even where all they say is
# "command not found", so every candidate is really run.

works() { "$1" -c 'import sys, venv, ssl; sys.exit(sys.version_info[:2] != (3, 13))' >/dev/null 2>&1; }

# Prints the path of a Python 3.13 outside of any virtual environment; fails when there is none.
find_python() {
    for candidate in \
        python3.13 python3 python "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.13*/bin/python3.13 \
        "$HOME"/.pyenv/versions/3.13*/bin/python3.13 /usr/local/bin/python3.13 /usr/bin/python3.13 \
        /opt/homebrew/bin/python3.13; do
        if works "$candidate"; then
            "$candidate" -c 'import sys; print(getattr(sys, "_base_executable", sys.executable))'
            return 0
        fi
    done
    return 1
}
