#!/bin/sh
# Bring a Chromium for the browser tests: browser.sh PYTHON. A system's own comes first, then
# Debian's package, then the one that Playwright brings. The tests look in the same order.
set -eu
python=$1

found() {
    for name in chromium chromium-browser google-chrome google-chrome-stable; do
        # Ubuntu's package is a stub that only says how to get a snap: so ask it something
        if command -v "$name" >/dev/null && "$name" --version >/dev/null 2>&1; then
            echo "The browser tests use $(command -v "$name")"
            return 0
        fi
    done
    return 1
}

found && exit 0

if [ "$(id -u)" = 0 ] && grep -qs '^ID=debian' /etc/os-release; then
    echo "Installing Debian's chromium for the browser tests"
    { apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium >/dev/null; } || true
    found && exit 0
fi

echo "Installing Playwright's chromium for the browser tests"
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    "$python" -m playwright install --with-deps chromium && exit 0
else
    "$python" -m playwright install chromium && exit 0
fi
echo "There is no browser for the tests, and none could be installed. Install Chromium or Chrome," >&2
echo "or leave those tests out: .venv/bin/python -m pytest -m 'not browser'" >&2
exit 1
