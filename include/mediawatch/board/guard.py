"""What keeps a reader safe: headers on every answer, addresses that stay here, forms of bounded size."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256
from urllib.parse import parse_qsl, urlsplit

from fastapi import HTTPException, Request
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

COOKIE = "mediawatch_language"
LARGEST_FORM = 4_096
"""Bytes; the forms have a few short fields."""
_OWN = "X-Own-Style"

POLICY = (
    "default-src 'none'; style-src {style}; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS: Mapping[str, str] = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cache-Control": "private, no-cache",
}


class Guard:
    """ASGI middleware: every answer carries HEADERS and a content policy that lets nothing run."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, with headers added to what is sent."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                own = headers.get(_OWN)
                headers.update(HEADERS)
                headers["Content-Security-Policy"] = POLICY.format(style=f"'sha256-{own}'" if own else "'self'")
                if own:
                    del headers[_OWN]
            await send(message)

        await self._app(scope, receive, guarded)


def style_digest(html: str) -> str:
    """The SHA-256 (base64) of a page's one style element, for its content policy."""
    style, end, _ = html.partition("<style>")[2].partition("</style>")
    return b64encode(sha256((style if end else "").encode()).digest()).decode()


def own_address(where: Request | str) -> str:
    """Path and query of a request, or a path that a form names, below the board's root; `/` for anything else."""
    if isinstance(where, Request):
        path = where.scope["path"].removeprefix(where.scope.get("root_path", "")) or "/"
        query = where.scope["query_string"].decode("ascii", "replace")
        kept = [pair for pair in query.split("&") if pair and not pair.startswith("lang=")]
        return f"{path}?{'&'.join(kept)}" if kept else str(path)
    parts = urlsplit(where)
    is_own = where.startswith("/") and not where.startswith(("//", "/\\")) and not parts.netloc and where.isprintable()
    return where if is_own and "\\" not in where else "/"


def check_origin(request: Request) -> None:
    """Refuse with 403 what another site sends in a reader's name.

    It runs before every route (`create_app`), so that none that changes something can do without.
    """
    if request.method in ("GET", "HEAD"):
        return
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise HTTPException(403)
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        raise HTTPException(403)  # older browsers tell no more than this


async def read_form(request: Request) -> dict[str, str]:
    """A small form.  Raises HTTPException 400 for one with more fields than ours have, 413 for a larger one."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_FORM:
            raise HTTPException(413)
    try:
        return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=10))
    except ValueError:  # more fields than any form of ours
        raise HTTPException(400) from None
