"""Drawing pages: the frame that all six sites share, their colours, and pictures small enough to stand inline."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from random import Random
from urllib.parse import quote


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A site's dress: two colours, a font stack and the width of its text in pixels."""

    ink: str
    accent: str
    paper: str
    fonts: str
    width: int = 1040


def page(
    *, title: str, look: Look, lang: str, body: str, head: Iterable[str] = (), charset: str | None = "utf-8"
) -> str:
    """A whole page; `charset` None leaves the encoding undeclared."""
    declared = f'<meta charset="{charset}">' if charset else ""
    lines = "\n".join(head)
    return f"""<!DOCTYPE html>
<html lang="{lang}">
<head>
{declared}
<title>{escape(title)}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
{lines}
<style>{stylesheet(look)}</style>
</head>
<body>
{body}
</body>
</html>
"""


def stylesheet(look: Look) -> str:
    """The style of all pages in the colours of `look`."""
    return (
        f":root{{--ink:{look.ink};--accent:{look.accent};--paper:{look.paper}}}"
        f"body{{margin:0;background:var(--paper);color:#222;font:16px/1.75 {look.fonts}}}"
        "a{color:var(--ink);text-decoration:none}a:hover{text-decoration:underline}"
        "header.site{background:var(--ink);color:#fff;padding:14px 0}header.site a{color:#fff}"
        f".wrap{{max-width:{look.width}px;margin:0 auto;padding:0 18px}}"
        ".logo{font-size:28px;font-weight:700;letter-spacing:1px}.slogan{opacity:.75;margin-left:14px;font-size:14px}"
        "nav.top{background:var(--accent);font-size:15px}"
        "nav.top a{color:#fff;display:inline-block;padding:6px 16px 6px 0}"
        ".columns{display:flex;gap:36px;margin-top:22px}.main{flex:1;min-width:0}.side{width:270px;font-size:14px}"
        "h1{font-size:29px;line-height:1.35;margin:6px 0 10px}.meta,.byline,time{color:#888;font-size:14px}"
        ".side h3,.more h3{border-left:4px solid var(--accent);padding-left:10px;font-size:16px}"
        "figure{margin:18px 0}"
        "img{max-width:100%;border-radius:3px;display:block}figcaption,.cap{color:#777;font-size:13px}"
        "ol,ul{padding-left:22px}"
        ".teaser{border-bottom:1px solid #ddd;padding:12px 0}.teaser h2{font-size:19px;margin:0}"
        ".rank{font-size:14px;border-top:2px solid var(--accent);margin-top:34px;padding-top:8px}.rank ol{columns:2}"
        ".article-header{margin:22px 0}address{display:inline;font-style:normal;letter-spacing:.5px;font-size:14px}"
        ".en-title{font-size:20px;font-weight:400;color:#555;margin:0 0 6px}.article-paragraph{margin:0 0 1em}"
        ".newsletter,.comments{background:#f0f0f0;padding:2px 16px 14px;margin:22px 0}"
        ".tools span{background:#eee;border-radius:3px;padding:2px 9px;margin-right:6px;font-size:13px}"
        "footer{margin-top:48px;padding:20px 0 36px;background:#ececec;color:#777;font-size:13px}"
        "@media(max-width:800px){.columns{display:block}.side{width:auto}.rank ol{columns:1}}"
    )


def masthead(name: str, slogan: str, sections: Sequence[tuple[str, str]]) -> str:
    """The head of every page; `sections` are (address, label)."""
    links = "".join(f'<a href="{address}">{escape(label)}</a>' for address, label in sections)
    return (
        f'<header class="site"><div class="wrap"><a class="logo" href="/">{escape(name)}</a>'
        f'<span class="slogan">{escape(slogan)}</span></div></header>\n'
        f'<nav class="top"><div class="wrap">{links}</div></nav>'
    )


def linked(entries: Iterable[tuple[str, str]], *, tag: str = "ul", attributes: str = "") -> str:
    """A list of links from (address, title)."""
    items = "\n".join(f'<li><a href="{address}">{escape(title)}</a></li>' for address, title in entries)
    return f"<{tag}{attributes}>\n{items}\n</{tag}>"


def footer(*lines: str) -> str:
    """The foot of every page."""
    return f'<footer><div class="wrap">{"<br>".join(lines)}</div></footer>'


def picture(seed: str, alt: str, *, width: int = 640, height: int = 300) -> str:
    """An `img` with a small landscape drawn from `seed`, as a data address of well under 1 kB."""
    rng = Random(seed)  # noqa: S311
    hue = rng.randrange(360)
    peaks = " ".join(f"{x},{rng.randrange(120, 250)}" for x in range(0, width + 1, 80))
    waves = " ".join(f"{x},{rng.randrange(220, 280)}" for x in range(0, width + 1, 64))
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">'
        f'<rect width="{width}" height="{height}" fill="hsl({hue},45%,82%)"/>'
        f'<circle cx="{rng.randrange(60, width - 60)}" cy="70" r="34" fill="hsl({(hue + 40) % 360},80%,90%)"/>'
        f'<path d="M0,{height} L{peaks} L{width},{height}Z" fill="hsl({hue},30%,52%)"/>'
        f'<path d="M0,{height} L{waves} L{width},{height}Z" fill="hsl({hue},35%,32%)"/></svg>'
    )
    source = "data:image/svg+xml," + quote(svg, safe="/:=,()' ")
    return f'<img src="{escape(source)}" alt="{escape(alt)}" width="{width}" height="{height}">'
