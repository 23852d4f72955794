"""The headers that every answer carries."""

from __future__ import annotations

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
TWO_YEARS = "max-age=63072000; includeSubDomains"


def install(app: Flask, config: Config) -> None:
    """Every answer carries the policy; a page that says nothing of caching is kept by nobody."""
    usual = [*ALWAYS.items(), ("Cache-Control", "private, no-store")]
    if config.is_https:
        usual.append(("Strict-Transport-Security", TWO_YEARS))

    def add(response: Response) -> Response:
        # To look for each of them in turn would cost many times as much.
        given = {name.lower() for name in response.headers.keys()}  # noqa: SIM118 - not a mapping
        response.headers.extend((name, value) for name, value in usual if name.lower() not in given)
        return response

    app.after_request(add)
