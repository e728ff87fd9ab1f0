"""A statement stands in the file, says what was made by what, and breaks with the file."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from fractions import Fraction

import av
import c2pa
import numpy as np
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from braid.marking.certificate import make_chain, raw_signature
from braid.marking.manifest import Ingredient, Provenance, Signing, check, sign
from tests.unit.marking.drawings import pictures

NOW = datetime(2026, 11, 29, tzinfo=UTC)
PROVENANCE = Provenance(
    title="dog.png",
    model_id="stability.stable-image-core-v1:1",
    task="text_to_image",
    asset_id="dog-0123456789abcdef0123",
    prompt_sha256="ab" * 32,
    made_at="2026-11-29T10:00:00Z",
    watermark=42,
    is_composite=False,
)


def _public(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> bytes:
    public = key.public_key()
    return public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


@pytest.fixture(scope="module")
def signing() -> Signing:
    key = ec.generate_private_key(ec.SECP256R1())
    chain = make_chain(_public(key), organisation="Braid", now=datetime.now(UTC))
    return Signing(lambda data: raw_signature(key.sign(data, ec.ECDSA(hashes.SHA256()))), chain)


def _encoded(image_format: str) -> bytes:
    saved = io.BytesIO()
    next(pictures(1)).save(saved, image_format)
    return saved.getvalue()


def _video() -> bytes:
    saved = io.BytesIO()
    with av.open(saved, "w", format="mp4") as container:
        stream = container.add_stream("libx264", rate=24)
        stream.width, stream.height, stream.pix_fmt, stream.time_base = 64, 64, "yuv420p", Fraction(1, 24)
        for _ in range(12):
            frame = av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), "rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return saved.getvalue()


FILES = {
    "image/png": lambda: _encoded("PNG"),
    "image/jpeg": lambda: _encoded("JPEG"),
    "video/mp4": _video,
}


@pytest.mark.parametrize("media_type", FILES)
def test_what_was_signed_is_read_back(signing: Signing, media_type: str) -> None:
    signed = sign(FILES[media_type](), media_type, PROVENANCE, signing)
    found = check(signed, media_type)
    assert found is not None
    assert (found.model_id, found.asset_id, found.watermark) == (PROVENANCE.model_id, PROVENANCE.asset_id, 42)
    assert found.problems == ()
    # The honest part: whose signature it is nobody vouches for.
    assert not found.is_trusted


@pytest.mark.parametrize("media_type", FILES)
def test_a_changed_file_doesnt_pass(signing: Signing, media_type: str) -> None:
    signed = bytearray(sign(FILES[media_type](), media_type, PROVENANCE, signing))
    signed[-40] ^= 0xFF
    found = check(bytes(signed), media_type)
    assert found is None or found.problems


@pytest.mark.parametrize("media_type", FILES)
def test_what_is_unsigned_has_no_statement(media_type: str) -> None:
    assert check(FILES[media_type](), media_type) is None


def test_another_ones_signature_doesnt_pass(signing: Signing) -> None:
    other = ec.generate_private_key(ec.SECP256R1())
    forged = Signing(lambda data: raw_signature(other.sign(data, ec.ECDSA(hashes.SHA256()))), signing.chain)
    with pytest.raises(c2pa.C2paError, match="signature does not match"):
        sign(_encoded("PNG"), "image/png", PROVENANCE, forged)


def test_what_it_was_made_from_is_named(signing: Signing) -> None:
    body = _encoded("PNG")
    providers_own = sign(body, "image/png", PROVENANCE, signing)
    made = Provenance(
        **{
            **vars(PROVENANCE),
            "is_composite": True,
            "ingredients": (
                Ingredient("the provider's output", "image/png", providers_own, is_parent=True),
                Ingredient("reference.jpg", "image/jpeg", _encoded("JPEG")),
            ),
        }
    )
    signed = sign(body, "image/png", made, signing)
    found = check(signed, "image/png")
    assert found is not None
    assert found.problems == ()
    assert b"compositeWithTrainedAlgorithmicMedia" in signed
    assert b"reference.jpg" in signed


def test_the_prompt_isnt_in_the_file(signing: Signing) -> None:
    signed = sign(_encoded("PNG"), "image/png", PROVENANCE, signing)
    assert b"ab" * 32 in signed
    assert b"trainedAlgorithmicMedia" in signed


def test_a_chain_has_a_signer_and_an_issuer_and_no_other_key() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    signer, issuer = x509.load_pem_x509_certificates(
        make_chain(_public(key), organisation="O", now=NOW).encode()
    )
    signer.verify_directly_issued_by(issuer)
    assert signer.public_key() == key.public_key()
    for wrong in (ec.generate_private_key(ec.SECP384R1()), rsa.generate_private_key(65537, 2048)):
        with pytest.raises(ValueError, match="P-256"):
            make_chain(_public(wrong), organisation="O", now=NOW)
