"""What every page has in common: a head whose policy lets nothing in from outside."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from importlib.resources import files

from screener.reports.html.markup import safe


def head(title: str, program: str, style: str, script: str = "") -> str:
    """The page's doctype and head. Only this style, this script and pictures inside the page are let in."""
    allowed = f"'{_hash(script)}'" if script else "'none'"
    policy = (
        f"default-src 'none'; img-src data:; style-src '{_hash(style)}'; script-src {allowed}; "
        "base-uri 'none'; form-action 'none'"
    )
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark"><meta name="referrer" content="no-referrer">'
        f'<meta name="generator" content="{safe(program)}">'
        f"<title>{safe(title)}</title>"
        f"<style>{style}</style></head>\n"
    )


def asset(name: str) -> str:
    """A file that stands in every page, as text."""
    return files("screener.reports").joinpath("assets", name).read_text("utf-8")


def _hash(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode('utf-8')).digest()).decode('ascii')}"
