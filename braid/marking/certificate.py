"""The signer's certificate where the user has none: an issuer made for it and forgotten at once.

C2PA refuses a certificate that signs itself, so there are two. Nobody's list of trusted issuers has ours: a
statement that it signs reads as unaltered and untrusted. Whoever has a certificate puts it in its place.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

__all__ = ["make_chain", "raw_signature"]

_YEARS = 10
_HALF = 32  # bytes of a number of P-256
_NO_USES = dict.fromkeys(
    (
        *(
            "digital_signature",
            "content_commitment",
            "key_encipherment",
            "data_encipherment",
            "key_agreement",
        ),
        *("key_cert_sign", "crl_sign", "encipher_only", "decipher_only"),
    ),
    False,
)


def make_chain(public_key_der: bytes, *, organisation: str, now: datetime) -> str:
    """The certificate of the key (SubjectPublicKeyInfo, P-256) and its issuer's, as PEM.

    The issuer's key exists until this returns. Raises ``ValueError`` for another kind of key.
    """
    key = serialization.load_der_public_key(public_key_der)
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise ValueError("the signing key must be an elliptic curve key on P-256")
    issuer = ec.generate_private_key(ec.SECP256R1())
    issuers_name = _name(organisation, f"{organisation} issuer")

    def begun(subject: x509.Name, public: ec.EllipticCurvePublicKey, uses: str) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuers_name)
            .public_key(public)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(minutes=5))
            .not_valid_after(now + timedelta(days=365 * _YEARS))
            .add_extension(x509.KeyUsage(**{**_NO_USES, uses: True}), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.public_key()), critical=False
            )
        )

    signers = (
        begun(_name(organisation, f"{organisation} generation"), key, "digital_signature")
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
    )
    own = begun(issuers_name, issuer.public_key(), "key_cert_sign").add_extension(
        x509.BasicConstraints(ca=True, path_length=0), critical=True
    )
    chain = [made.sign(issuer, hashes.SHA256()) for made in (signers, own)]
    return "".join(made.public_bytes(serialization.Encoding.PEM).decode() for made in chain)


def raw_signature(der: bytes) -> bytes:
    """KMS's ASN.1 signature as COSE has it: r and s, 32 bytes each."""
    first, second = utils.decode_dss_signature(der)
    return first.to_bytes(_HALF, "big") + second.to_bytes(_HALF, "big")


def _name(organisation: str, common: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )
