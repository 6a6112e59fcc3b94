"""What the CNN alone makes of FER+ test faces: cut as in a clip, as tiles they are, and spoiled."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from vidsent.training import metrics
from vidsent.training.fer import NO_LABEL, FerSplit
from vidsent.training.metrics import Metric, bootstrap
from vidsent.training.per_label import label_rows
from vidsent.training.tile_variants import changes

FERPLUS = (
    "FER+ test split, majority of the votes of 7 emotions after dropping single votes; left out "
    "where the majority is unknown, not a face or contempt, or no vote is left"
)
CUT = (
    "CNN alone; each tile laid into a photograph, found and cut as faces of a clip are, or read as "
    "it is where the detector sees none"
)
ALONE = f"{FERPLUS}; {CUT}"
TILES = f"{FERPLUS}; CNN alone, on the tiles as they are"
UNTIED = (
    f"{ALONE}; left out as well where two choices share the most votes, so that none leads (in "
    "the other rows the first of them in the order of FER+'s file is the label)"
)
PUBLISHED = (
    "FER+ test split as its authors test on it and published figures count: faces of which more "
    "than half of the votes, single ones dropped, say one of 8 emotions; contempt, which the CNN "
    f"never answers, is always wrong; {CUT}"
)
FER2013 = f"FER2013 test split (PrivateTest) with its first labels; trained on FER+; {CUT}"
AUC = "area under the ROC curve, each label against the rest, mean over labels"


def recognition_rows(test: FerSplit, probs: np.ndarray, given: np.ndarray) -> dict[str, Metric]:
    """How often the CNN is right; `probs` (N, 7) of all faces as they are cut, `given` as tiles."""
    plus, old = test.majority() != NO_LABEL, test.fer2013 != NO_LABEL
    truth, answers = test.majority()[plus], probs[plus].argmax(1)
    older = test.fer2013[old], probs[old].argmax(1)
    leads = plus & ~test.tied()
    untied = test.majority()[leads], probs[leads].argmax(1)
    eight = test.absolute_majority()
    clear = eight != NO_LABEL
    agreed = eight[clear], probs[clear].argmax(1)
    return {
        "ferplus_accuracy": bootstrap(metrics.accuracy, truth, answers, protocol=ALONE),
        "ferplus_accuracy_untied": bootstrap(metrics.accuracy, *untied, protocol=UNTIED),
        "ferplus_accuracy_as_published": bootstrap(metrics.accuracy, *agreed, protocol=PUBLISHED),
        "ferplus_accuracy_tiles": bootstrap(
            metrics.accuracy, truth, given[plus].argmax(1), protocol=TILES
        ),
        "ferplus_macro_f1": bootstrap(metrics.macro_f1, truth, answers, protocol=ALONE),
        "ferplus_uar": bootstrap(metrics.uar, truth, answers, protocol=ALONE),
        "ferplus_auc": bootstrap(metrics.auc, truth, probs[plus], protocol=f"{AUC}; {ALONE}"),
        "fer2013_accuracy": bootstrap(metrics.accuracy, *older, protocol=FER2013),
    }


def by_label_rows(counts: np.ndarray) -> dict[str, Metric]:
    """The classification report of the confusion matrix (7, 7), each number a row of its own."""
    return label_rows(counts, "ferplus", ALONE)


def variant_rows(test: FerSplit, read: Callable[[np.ndarray], np.ndarray]) -> dict[str, Metric]:
    """Accuracy on tiles spoiled in one way each; `read` gives the CNN's probabilities (N, 7)."""
    kept = test.majority() != NO_LABEL
    truth, rows = test.majority()[kept], {}
    for name, (change, how) in changes().items():
        answers = read(np.stack([change(tile) for tile in test.images[kept]])).argmax(1)
        protocol = f"{FERPLUS}; CNN alone, on the tiles {how}"
        rows[f"ferplus_accuracy_{name}"] = bootstrap(
            metrics.accuracy, truth, answers, protocol=protocol
        )
    return rows
