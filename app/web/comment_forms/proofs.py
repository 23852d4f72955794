"""A proof of work: the browser works for a moment before it sends, which is dear for whoever sends thousands.

It is never the only way: without it fewer comments are taken from one network, and no page needs script.
"""

from __future__ import annotations

from altcha import ChallengeParameters, Payload, create_challenge, verify_solution
from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from app.models.consultation import Consultation
from app.web.access import public
from app.web.clock import now
from app.web.forms import TOKEN_LIFETIME
from app.web.limits import private_key, wait_before
from app.web.public.consultations import consultation_to_read

pages = Blueprint("proofs", __name__)

# A challenge takes 256 tries on average, each about a millisecond in a browser; checking it takes one.
ALGORITHM = "PBKDF2/SHA-256"
COST = 2_000
LONGEST_PROOF = 2_000


@pages.route("/<lang>/consultations/<slug>/challenge")
@public
def challenge(slug: str) -> ResponseReturnValue:
    """A fresh challenge for a browser that is about to send comments to the consultation."""
    consultation = consultation_to_read(slug)
    made = create_challenge(
        ALGORITHM,
        COST,
        expires_at=now() + TOKEN_LIFETIME,
        data={"consultation": consultation.id},
        hmac_secret=_key(),
    )
    return jsonify(made.to_dict())


def is_proved(written: str, consultation: Consultation) -> bool:
    """Whether the browser solved one of our challenges for this consultation, and not for others before."""
    if not written or len(written) > LONGEST_PROOF:
        return False
    if not verify_solution(written, _key()).verified:
        return False
    parameters: ChallengeParameters = Payload.from_base64(written).challenge.parameters
    is_for_this = (parameters.data or {}).get("consultation") == consultation.id
    return is_for_this and wait_before("proof", parameters.nonce) == 0


def _key() -> str:
    return private_key("proof of work")
