"""What our side brings into one connection: versions, ciphers, certificate and key, as pyOpenSSL of any age wants them."""

from __future__ import annotations

import warnings
from typing import NamedTuple, Optional, Tuple

from OpenSSL import SSL, crypto

from ita_doctor.model.network import CIPHERS, VERSIONS, Identity

_LEGACY_SERVER_CONNECT = 0x4
"""OpenSSL 3 turns away masters without RFC 5746, which the agent's older OpenSSL does not; pyOpenSSL has no name for it."""

_OFF = {
    "TLSv1": SSL.OP_NO_TLSv1,
    "TLSv1.1": SSL.OP_NO_TLSv1_1,
    "TLSv1.2": SSL.OP_NO_TLSv1_2,
    "TLSv1.3": getattr(SSL, "OP_NO_TLSv1_3", 0x20000000),
}


class Offer(NamedTuple):
    """What our side brings into one connection."""

    host: str
    versions: Tuple[str, ...] = VERSIONS
    ciphers: str = CIPHERS
    identity: Optional[Identity] = None


def make_context(offer: Offer) -> Tuple[SSL.Context, str, bool]:
    """A context for one connection, the ciphers that it offers, and whether it has a certificate to send."""
    context, ciphers = _bare_context(offer)
    if offer.identity is None:
        return context, ciphers, False
    with warnings.catch_warnings():  # only the first connection has an identity: no other thread of ours runs yet
        warnings.simplefilter("ignore")
        try:
            _use(context, offer.identity)
        except (SSL.Error, crypto.Error, ValueError, TypeError):
            return (*_bare_context(offer), False)
    return context, ciphers, True


def _bare_context(offer: Offer) -> Tuple[SSL.Context, str]:
    """A context that verifies nothing: what was presented is compared with the bundle by the rules."""
    context = SSL.Context(SSL.SSLv23_METHOD)
    context.set_verify(SSL.VERIFY_NONE, lambda *_: True)
    context.set_options(SSL.OP_ALL | _LEGACY_SERVER_CONNECT)
    if hasattr(context, "set_min_proto_version"):
        context.set_min_proto_version(0x301)  # TLS 1.0: else the system's openssl.cnf has the word
    for version in VERSIONS:
        if version not in offer.versions:
            context.set_options(_OFF[version])
    wanted = offer.ciphers if "@SECLEVEL" in offer.ciphers else f"{offer.ciphers}:@SECLEVEL=0"
    for ciphers in (wanted, CIPHERS):
        try:
            context.set_cipher_list(ciphers.encode("ascii", "replace"))
        except SSL.Error:
            continue
        return context, ciphers
    raise AssertionError("OpenSSL does not know its own ciphers")


def _use(context: SSL.Context, identity: Identity) -> None:
    """
    Give *context* certificate and key; raises one of the libraries' errors where they cannot be loaded or do not fit.

    The new pyOpenSSL wants objects of cryptography, the old one takes only its own. The certificate comes first: OpenSSL says nothing when a
    certificate that does not fit pushes out the key.
    """
    from cryptography import x509
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        context.use_certificate(x509.load_der_x509_certificate(identity.certificate))
    except (TypeError, ValueError):
        context.use_certificate(crypto.load_certificate(crypto.FILETYPE_ASN1, identity.certificate))
    password = identity.password.reveal() if identity.password else None
    try:
        key = load_pem_private_key(identity.key.reveal(), password, unsafe_skip_rsa_key_validation=True)
        context.use_privatekey(key)  # type: ignore[arg-type]  # a kind that is not for TLS is a TypeError
    except (TypeError, ValueError, UnsupportedAlgorithm):  # an empty password, because None would ask on the terminal
        context.use_privatekey(crypto.load_privatekey(crypto.FILETYPE_PEM, identity.key.reveal(), password or b""))
