"""Fits the line of ``local.engines.speech.confidence`` on recordings of the fitting texts: prints its bends.

python -m evaluation.speech.fit_confidence
"""

from __future__ import annotations

import argparse

from evaluation.speech.calibration import calibration_error, fitted_knots, pairs_of
from evaluation.speech.measuring import hear, uncalibrated, word_error_rate
from evaluation.speech.recordings import CONDITIONS, recordings
from evaluation.speech.texts import FITTING


def main() -> None:
    """Hears every fitting text in every condition; a few minutes."""
    argparse.ArgumentParser(
        "python -m evaluation.speech.fit_confidence", description=(__doc__ or "").splitlines()[0]
    ).parse_args()
    with uncalibrated():
        found = hear(recordings(FITTING, tuple(CONDITIONS)))
    pairs = pairs_of(found)
    print(
        f"# {len(pairs)} words, word error {word_error_rate(found):.3f}, error {calibration_error(pairs):.3f}"
    )
    print("KNOTS = (")
    for probability, share in fitted_knots(pairs):
        print(f"    ({probability:.3f}, {share:.3f}),")
    print(")")


if __name__ == "__main__":
    main()
