"""Look up the installed packages in the public list of known vulnerabilities.

Exit status: 0 none known, or nobody could be audited (and then it says so); 1 some are known.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

COMMAND = (sys.executable, "-m", "pip_audit", "--format", "json", "--progress-spinner", "off")


def main() -> int:
    """Run pip-audit on this environment and say in lines what it found."""
    done = subprocess.run(COMMAND, capture_output=True, text=True)
    try:
        packages: list[dict[str, Any]] = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        reason = done.stderr.strip().splitlines()[-1:] or ["no answer"]
        print(f"Nothing was audited: {reason[0]}\nTry again while online.", file=sys.stderr)
        return 0
    return report(packages)


def report(packages: list[dict[str, Any]]) -> int:
    """Print what is known of the packages; the exit status."""
    audited = [package for package in packages if "vulns" in package]
    if not audited:
        print("Nothing was audited: the index here tells no vulnerabilities.", file=sys.stderr)
        return 0
    bad = [package for package in audited if package["vulns"]]
    for package in bad:
        for each in package["vulns"]:
            fixed = ", ".join(each.get("fix_versions", [])) or "no release yet"
            print(f"{package['name']} {package['version']}: {each['id']}, fixed in {fixed}")
    skipped = len(packages) - len(audited)
    print(
        f"{len(audited)} packages audited, {len(bad)} with known vulnerabilities, {skipped} skipped"
    )
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
