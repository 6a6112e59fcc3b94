"""What `make audit` says of an audit, and that nobody is alarmed where none was possible."""

from __future__ import annotations

import pytest

from scripts import audit

SOUND = {"name": "numpy", "version": "2.0", "vulns": []}
UNASKED = {"name": "ours", "skip_reason": "not on the index"}
BAD = {
    "name": "old",
    "version": "1.0",
    "vulns": [{"id": "PYSEC-1", "fix_versions": ["1.1"]}, {"id": "PYSEC-2", "fix_versions": []}],
}


def test_known_vulnerabilities_fail_and_say_what_mends_them(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert audit.report([SOUND, BAD, UNASKED]) == 1
    said = capsys.readouterr().out
    assert "old 1.0: PYSEC-1, fixed in 1.1" in said and "PYSEC-2, fixed in no release" in said
    assert "2 packages audited, 1 with" in said


def test_none_known_is_well_and_nobody_asked_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert audit.report([SOUND]) == 0
    assert audit.report([UNASKED]) == 0
    assert "Nothing was audited" in capsys.readouterr().err


def test_offline_it_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(audit, "COMMAND", ("sh", "-c", "echo no route to host >&2; exit 1"))
    assert audit.main() == 0
    assert "no route to host" in capsys.readouterr().err
