"""A 32-bit number in a picture's brightness that nobody sees, and that JPEG and scaling leave there.

Improved spread spectrum (H. S. Malvar, D. A. F. Florêncio, IEEE Transactions on Signal Processing 51, 2003):
each bit has a pseudo-random carrier over several hundred DCT coefficients of the middle frequencies; the
embedder, which knows the picture, moves the picture's own projection on that carrier to a fixed distance on
the bit's side of zero, and the reader asks on which side it is. The DCT is that of the picture scaled to
512 x 512, so that a copy of another size has the same coefficients. Sixteen bits of check come after the 32:
a picture without a mark, or with a damaged one, reads as none. What is cropped or rotated reads as none too.
"""

from __future__ import annotations

import binascii
import functools

import numpy as np
import numpy.typing as npt
from PIL import Image

__all__ = ["MIN_SIDE_PX", "embed", "read"]

# A smaller picture has too little room, and is refused.
MIN_SIDE_PX = 128
_SIDE = 512
_ID_BITS, _CHECK_BITS = 32, 16
# Cycles a picture: below, a mark is seen; above, JPEG and scaling take it.
_LOWEST, _HIGHEST = 20, 100
# Orthonormal DCT units: 48 bits together move a pixel by about 1.5 of 255.
_DISTANCE = 110.0
_ROUNDS = 3  # clipping and rounding take some of it, most of all on white ground
_SEED = 0x4252414944

Floats = npt.NDArray[np.float64]


def embed(image: Image.Image, number: int) -> Image.Image:
    """``image`` (RGB or RGBA) with ``number``, 0 to 2**32 - 1, in it; transparency stays as it is.

    Raises ``ValueError`` for a picture with a side below ``MIN_SIDE_PX``, or a number that doesn't fit.
    """
    if min(image.size) < MIN_SIDE_PX:
        raise ValueError(f"a picture of {image.width} x {image.height} is too small for a watermark")
    signs = _signs(number)
    alpha = image.getchannel("A") if image.mode == "RGBA" else None
    marked = image.convert("RGB")
    for _ in range(_ROUNDS):
        missing = signs * _DISTANCE - _projections(marked)
        missing[missing * signs < 0] = 0.0  # what is on its side already, and further, may stay
        pattern = _inverse(_spread(missing))
        scaled = Image.fromarray(pattern.astype(np.float32)).resize(marked.size, Image.Resampling.BICUBIC)
        changed = np.asarray(marked, np.float32) + np.asarray(scaled, np.float32)[:, :, None]
        marked = Image.fromarray(np.clip(np.rint(changed), 0, 255).astype(np.uint8))
    if alpha is not None:
        marked.putalpha(alpha)
    return marked


def read(image: Image.Image) -> int | None:
    """The number in ``image``; ``None`` where there is none that can be read."""
    bits = (_projections(image.convert("RGB")) > 0).astype(np.uint8)
    packed = np.packbits(bits).tobytes()
    number, check = packed[: _ID_BITS // 8], packed[_ID_BITS // 8 :]
    return int.from_bytes(number, "big") if check == _check(number) else None


def _signs(number: int) -> Floats:
    """+1 or -1 for each bit of the number and its check."""
    if not 0 <= number < 1 << _ID_BITS:
        raise ValueError(f"a watermark holds {_ID_BITS} bits, not {number}")
    body = number.to_bytes(_ID_BITS // 8, "big")
    bits = np.unpackbits(np.frombuffer(body + _check(body), np.uint8))
    return bits.astype(np.float64) * 2 - 1


def _check(body: bytes) -> bytes:
    return binascii.crc_hqx(body, 0xFFFF).to_bytes(_CHECK_BITS // 8, "big")


def _projections(image: Image.Image) -> Floats:
    """The picture's projection on each bit's carrier."""
    grey = image.convert("L").resize((_SIDE, _SIDE), Image.Resampling.BICUBIC)
    matrix = _low_frequencies()
    coefficients = matrix @ np.asarray(grey, np.float64) @ matrix.T
    places, carriers = _carriers()
    projected: Floats = (coefficients.ravel()[places] * carriers).sum(axis=1)
    return projected


def _spread(amounts: Floats) -> Floats:
    """The DCT coefficients of low frequencies that add ``amounts`` to the projections."""
    places, carriers = _carriers()
    coefficients = np.zeros(_HIGHEST * _HIGHEST)
    coefficients[places.ravel()] = (carriers * amounts[:, None]).ravel()
    return coefficients.reshape(_HIGHEST, _HIGHEST)


def _inverse(coefficients: Floats) -> Floats:
    matrix = _low_frequencies()
    pattern: Floats = matrix.T @ coefficients @ matrix
    return pattern


@functools.cache
def _carriers() -> tuple[npt.NDArray[np.int64], Floats]:
    """For each bit the places of its own coefficients among the low ones, and its unit vector over them."""
    rows, columns = np.mgrid[0:_SIDE, 0:_SIDE]
    radius = np.hypot(rows, columns)
    inside = np.flatnonzero(((radius >= _LOWEST) & (radius < _HIGHEST) & (rows > 0) & (columns > 0)).ravel())
    random = np.random.default_rng(_SEED)
    bits = _ID_BITS + _CHECK_BITS
    each = len(inside) // bits
    places = random.permutation(inside)[: each * bits].reshape(bits, each)
    signs = random.integers(0, 2, places.shape) * 2.0 - 1.0
    low = places // _SIDE * _HIGHEST + places % _SIDE
    return low, signs / np.sqrt(each)


@functools.cache
def _low_frequencies() -> Floats:
    """The orthonormal DCT-II of length 512, of which marks use no more."""
    index, frequency = np.arange(_SIDE), np.arange(_HIGHEST)
    matrix: Floats = np.cos(np.pi * (2 * index[None, :] + 1) * frequency[:, None] / (2 * _SIDE))
    matrix *= np.sqrt(2 / _SIDE)
    matrix[0] /= np.sqrt(2)
    return matrix
