"""Secrets that are derived by the site's key from what they are for, so that they need never be kept."""

from __future__ import annotations

import base64
import hashlib
import hmac

SECRET_BYTES = 20


def derived_secret(purpose: str, secret_key: str, *, size: int = SECRET_BYTES) -> str:
    """The one secret for that purpose: HMAC-SHA-256 cut to so many bytes, in base 32 (RFC 2104, RFC 4648)."""
    drawn = hmac.digest(secret_key.encode(), purpose.encode(), hashlib.sha256)
    return base64.b32encode(drawn[:size]).decode().lower()
