"""XML as careless programs write it: bare ampersands and angle brackets, names of HTML entities,
control characters. Nothing here expands an entity that a file defines.
"""

from __future__ import annotations

import html
import re

_DECLARATION = re.compile(r"\A\s*<\?xml[^>]{0,200}\?>")  # its encoding is no longer true
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # in XML 1.0
_AMPERSAND = re.compile(r"&(#\d{1,8};|#[xX][0-9a-fA-F]{1,7};|[a-zA-Z][a-zA-Z0-9]{1,30};)?")
_BRACKET = re.compile(r"<(?![a-zA-Z_/!?])")
_CDATA = "<![CDATA["
_KNOWN = ("amp;", "lt;", "gt;", "quot;", "apos;")


def mended(text: str) -> str:
    """The text of an XML file with what is bare in it escaped, and without its declaration."""
    text = _ILLEGAL.sub("", _DECLARATION.sub("", text))
    first, *others = text.split(_CDATA)
    if "<!DOCTYPE" in first or "<!ENTITY" in first:
        return text  # it is refused as it is
    parts = [_escaped(first)]
    for other in others:
        inner, end, after = other.partition("]]>")
        parts.append(f"{_CDATA}{inner}{end}{_escaped(after)}" if end else _escaped(inner))
    return "".join(parts)


def _escaped(text: str) -> str:
    return _BRACKET.sub("&lt;", _AMPERSAND.sub(_entity, text))


def _entity(match: re.Match[str]) -> str:
    """A reference that XML knows; others as the character they mean, or as they stand."""
    name = match[1]
    if name in _KNOWN:
        return match.group()
    if name is None:
        return "&amp;"
    meant = html.unescape(match.group())
    if meant == match.group():
        return f"&amp;{name}"
    return html.escape(_ILLEGAL.sub("", meant.replace("\ufffd", "")))
