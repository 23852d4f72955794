"""The headers that every answer carries."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, Response

from config import Config

POLICY = "; ".join(
    [
        "default-src 'none'",
        "base-uri 'none'",
        "connect-src 'self'",
        "font-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "img-src 'self' data:",
        "manifest-src 'self'",
        "script-src 'self'",
        "style-src 'self'",
    ]
)
ALWAYS = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
MOVED_BY_ROUTING = 308
TWO_YEARS = "max-age=63072000; includeSubDomains"


def install(app: Flask, config: Config) -> None:
    """Every answer carries the policy; a page that says nothing of caching is kept by nobody.

    No answer leads to another site because whoever asked has named it as this one.
    """
    usual = [*ALWAYS.items(), ("Cache-Control", "private, no-store")]
    if config.is_https:
        usual.append(("Strict-Transport-Security", TWO_YEARS))

    def add(response: Response) -> Response:
        # To look for each of them in turn would cost many times as much.
        given = {name.lower() for name in response.headers.keys()}  # noqa: SIM118 - not a mapping
        response.headers.extend((name, value) for name, value in usual if name.lower() not in given)
        return response

    app.after_request(add)
    app.after_request(_stay_on_this_site)


def _stay_on_this_site(response: Response) -> Response:
    # Routing builds whole addresses, on the host that whoever asks has named.
    if response.status_code == MOVED_BY_ROUTING and response.location:
        within = urlsplit(response.location)._replace(scheme="", netloc="")
        response.location = "/" + within.geturl().lstrip("/")
    return response
