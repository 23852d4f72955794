"""A page body squeezed once, though a fresh form token is written into it for every visitor."""

from __future__ import annotations

import struct
import zlib

GZIP_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
RAW_DEFLATE = -15
LEVEL = 6


class SplitBody:
    """The body as the parts around its token (one part when there is none).

    The squeezed form is one gzip member (RFC 1952): each part is deflated by itself up to a byte boundary,
    and the token goes between them as a stored block (RFC 1951, 3.2.4): nothing is squeezed twice.
    """

    def __init__(self, written: bytes, token: bytes) -> None:
        self.parts = written.split(token) if token else [written]
        last = len(self.parts) - 1
        self._deflated = [_deflate(part, is_last=number == last) for number, part in enumerate(self.parts)]
        self.size = len(written) + sum(map(len, self._deflated))
        self._whole = self._wrap(written, self._deflated[0]) if not token else b""

    def plain(self, token: bytes) -> bytes:
        """The body with that token in its places."""
        return token.join(self.parts)

    def squeezed(self, token: bytes) -> bytes:
        """The gzip of the body with that token in its places."""
        if self._whole:
            return self._whole
        return self._wrap(self.plain(token), _stored(token).join(self._deflated))

    @staticmethod
    def _wrap(plain: bytes, deflated: bytes) -> bytes:
        return GZIP_HEADER + deflated + struct.pack("<LL", zlib.crc32(plain), len(plain) & 0xFFFFFFFF)


def _deflate(part: bytes, *, is_last: bool) -> bytes:
    squeezer = zlib.compressobj(LEVEL, zlib.DEFLATED, RAW_DEFLATE)
    return squeezer.compress(part) + squeezer.flush(zlib.Z_FINISH if is_last else zlib.Z_FULL_FLUSH)


def _stored(token: bytes) -> bytes:
    length = len(token)
    return b"\x00" + struct.pack("<HH", length, length ^ 0xFFFF) + token
