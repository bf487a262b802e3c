"""The master's key stores and its CA, as far as they lie on this machine."""

from __future__ import annotations

from typing import NamedTuple, Tuple, Union

from ita_doctor.model.artifact import Certificate, Lost


class KeyStore(NamedTuple):
    """The store that holds the master's own key (TWSServerKeyFile.jks)."""

    path: str
    server: Certificate
    """What stands under the alias that the master presents."""
    is_shipped: bool
    """Its password is one that the product is shipped with."""


class TrustStore(NamedTuple):
    """The store of certificates that the master trusts (TWSServerTrustFile.jks)."""

    path: str
    certificates: Tuple[Tuple[str, Certificate], ...]
    """(alias, certificate) of what has to do with the agent: its own, what stands under its alias, and those that bear its issuer's name."""
    is_shipped: bool


class CaPair(NamedTuple):
    """TWSca.crt and TWSca.key."""

    path: str
    """Of the certificate."""
    certificate: Certificate
    key_path: str
    """'' where no key is at hand."""
    key: Union[bytes, Lost]
    """The public half of the key (DER)."""
    signed_own: bool = False
    """Whether the key is another than the certificate's, and made the agent's certificate: then the certificate is what does not belong."""
