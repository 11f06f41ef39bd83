"""faiss-cpu's side of bench/gallery.py; runs in an environment of its own."""

from typing import Any

import faiss
import numpy as np

from bench.sides import serve

NEAREST = 10
READY: dict[str, Any] = {}

faiss.omp_set_num_threads(1)


def work(given: list[str]) -> None:
    if not READY:
        references, READY["probes"] = np.load(given[0]), np.load(given[1])[: int(given[2])]
        READY["index"] = faiss.IndexFlatL2(references.shape[1])
        READY["index"].add(references)
    READY["index"].search(READY["probes"], NEAREST)


serve(work)
