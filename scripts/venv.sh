#!/bin/sh
# Make a virtual environment: venv.sh PYTHON FOLDER. Replaces a broken one.
set -eu
python=$1
folder=$2

fail() {
    printf '%s\n' "$1" >&2
    rm -rf "$folder"
    exit 1
}

command -v "$python" >/dev/null ||
    fail "There is no $python here. Install Python 3.10 or newer, or name yours: make PYTHON=/path/to/python3"
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 10))' ||
    fail "$("$python" --version) is too old: 3.10 or newer is needed. Name another: make PYTHON=/path/to/python3"

# Debian and Ubuntu ship Python without ensurepip; their package brings it to the system's python.
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    package="python$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')-venv"
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        echo "Installing $package"
        { apt-get update -qq && apt-get install -y -qq "$package" >/dev/null; } || true
    fi
    "$python" -c 'import ensurepip, venv' 2>/dev/null ||
        fail "$python cannot make virtual environments. On Debian or Ubuntu: sudo apt install $package"
fi

echo "Making $folder with $("$python" --version)"
rm -rf "$folder"
"$python" -m venv "$folder" || fail "$python could not make $folder: see the lines above."
