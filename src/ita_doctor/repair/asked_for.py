"""What an option asks for and no finding: a renewal, a certificate that the CA sent back, one of the master."""

from __future__ import annotations

import posixpath
from typing import List

from ita_doctor.codecs.cert import is_issued_by, read_certificate
from ita_doctor.codecs.key import open_key, read_key
from ita_doctor.codecs.pem import scan
from ita_doctor.codecs.private import lock_key, new_key
from ita_doctor.model.artifact import Certificate, KeyFile, Lost
from ita_doctor.model.plan import BadPlan, Needs
from ita_doctor.model.secret import Secret
from ita_doctor.repair.basis import Basis
from ita_doctor.repair.remedies._registry import Line, Treatment
from ita_doctor.repair.remedies.certificates import bundle_with, certify, server_lines, signed
from ita_doctor.repair.remedies.secrets import leave_request, password_for_new_key, put_key, waiting_spki


def renew(basis: Basis) -> List[Treatment]:
    """A new key and certificate, all in one go; without a CA a request for a new key."""
    if basis.answers.ca_cert is None:
        return [one for one in leave_request(basis) if one.needs is None]
    key, password = new_key(), password_for_new_key(basis)
    locked = lock_key(key, password)
    spki = open_key(_key_file(locked), password).spki
    return [put_key(basis, locked, password), signed(basis, spki)]


def place_certificate(basis: Basis) -> List[Treatment]:
    """The certificate that was given, where the key that is there or the one that waits fits it. Raises BadPlan where neither does."""
    der = basis.answers.certificate
    assert der is not None
    given = read_certificate(der)
    _refuse_invalid(given, basis)
    key = basis.key()
    if key is not None and key.spki == given.spki:
        return [certify(basis, der, basis.answers.certificate_path)]
    locked, stash = basis.answers.waiting_key, basis.answers.waiting_stash
    if locked is not None and stash is not None and waiting_spki(basis) == given.spki:
        steps = (basis.write("prv", locked), basis.write("stash", stash))
        waiting = posixpath.splitext(basis.answers.request_path)[0] + ".pem"
        return [Treatment("key.restore", steps, facts={"source": waiting}), certify(basis, der, basis.answers.certificate_path)]
    waits = "nor the key that waits for it" if locked is not None else "and no request waits: run fix without --certificate first, which leaves one"
    raise BadPlan(f"--certificate: {given.subject}: this certificate does not fit the key in {basis.path('prv')}, {waits}")


def place_server(basis: Basis) -> List[Treatment]:
    """The master's certificate that was given, into the bundle, where neither it nor what issued it stands there."""
    der, own = basis.answers.server, basis.setup.own
    if der is None or isinstance(own, Lost):
        return []
    server, held = read_certificate(der), basis.certificates("bundle").certificates
    if any(one.der == der or is_issued_by(server, one) for one in held):
        return []
    bundle = bundle_with(basis, own.der)
    if isinstance(bundle, Needs):
        return []
    return [
        Treatment(
            "bundle.rebuild",
            (basis.write("bundle", bundle, basis.setup.own_artifact),),
            facts={"where": basis.path("bundle")},
            shown=(*server_lines(basis), Line("bundle.rebuild")),
        )
    ]


def _refuse_invalid(given: Certificate, basis: Basis) -> None:
    own, now = basis.setup.own, basis.setup.now
    if given.not_before <= now <= given.not_after:
        return
    if isinstance(own, Lost) or own.not_before <= now <= own.not_after or own.der != given.der:
        raise BadPlan(f"--certificate: {given.subject}: this certificate is not valid today; have the CA sign the request again")


def _key_file(pem: Secret) -> KeyFile:
    return read_key(scan(pem.reveal().decode("ascii")))
