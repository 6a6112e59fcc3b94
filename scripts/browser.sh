#!/bin/sh
# Bring a Chromium for the browser tests: browser.sh PYTHON. The one that CHROMIUM names or the
# system has comes first, then Debian's package, then Playwright's own; the tests look so too.
# Of those the shell without windows comes first, see tests/browser/conftest.py.
set -eu
python=$1

found() {
    set -- chromium-headless-shell chromium
    [ -z "${CHROMIUM:-}" ] || set -- "$CHROMIUM"
    for name; do
        if browser=$(command -v "$name") && "$browser" --version >/dev/null 2>&1; then
            echo "The browser tests use $browser"
            return 0
        fi
    done
    return 1
}

found && exit 0

if [ "$(id -u)" = 0 ] && grep -qs '^ID=debian' /etc/os-release; then
    echo "Installing Debian's chromium for the browser tests"
    apt-get update -qq || true
    for package in chromium-headless-shell chromium; do
        apt-get install -y -qq --no-install-recommends "$package" >/dev/null && break
    done
    found && exit 0
fi

echo "Installing Playwright's chromium for the browser tests"
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    "$python" -m playwright install --with-deps chromium && exit 0
else
    "$python" -m playwright install chromium && exit 0
fi
echo "There is no browser for the tests, and none could be installed. Install Chromium and name it" >&2
echo "with CHROMIUM=/path/to/it, or leave those tests out: .venv/bin/python -m pytest -m 'not browser'" >&2
exit 1
