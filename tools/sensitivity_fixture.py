#!/usr/bin/env python3
"""Sensitivity indices of the Ishigami function as SALib gives them, for the tests of the program's own.

    python3 tools/sensitivity_fixture.py            lays out points and writes tests/data/salib-ishigami.json
    python3 tools/sensitivity_fixture.py --check    SALib still says the same of the points that lie there

Needs SALib (https://salib.readthedocs.io).
"""

import json
import sys
from importlib.metadata import version
from pathlib import Path

import numpy as np
from SALib.analyze import morris as analyze_morris
from SALib.analyze import sobol as analyze_sobol
from SALib.sample import morris as sample_morris
from SALib.sample import sobol as sample_sobol

FILE = Path(__file__).resolve().parent.parent / "tests" / "data" / "salib-ishigami.json"
PROBLEM = {"num_vars": 3, "names": ["x1", "x2", "x3"], "bounds": [[-np.pi, np.pi]] * 3}
SEED = 20190221
LEVELS = 4


def ishigami(points):
    """Ishigami and Homma 1990, with a = 7 and b = 0.1."""
    x1, x2, x3 = points.T
    return np.sin(x1) + 7 * np.sin(x2) ** 2 + 0.1 * x3**4 * np.sin(x1)


def sobol(points):
    found = analyze_sobol.analyze(PROBLEM, ishigami(points), calc_second_order=False, seed=SEED)
    return {"first_order": list(found["S1"]), "total": list(found["ST"])}


def morris(points):
    found = analyze_morris.analyze(PROBLEM, points, ishigami(points), num_levels=LEVELS, seed=SEED)
    return {name: [float(value) for value in found[name]] for name in ("mu", "mu_star", "sigma")}


def laid_out():
    saltelli = sample_sobol.sample(PROBLEM, 64, calc_second_order=False, seed=SEED)
    walks = sample_morris.sample(PROBLEM, 20, num_levels=LEVELS, seed=SEED)
    told = {"made_by": f"SALib {version('SALib')}, tools/sensitivity_fixture.py"}
    for name, points, indices in (("saltelli", saltelli, sobol), ("morris", walks, morris)):
        told[name] = {"points": points.tolist(), "values": ishigami(points).tolist(), **indices(points)}
    return told


def check():
    told = json.loads(FILE.read_text())
    for name, indices in (("saltelli", sobol), ("morris", morris)):
        points = np.array(told[name]["points"])
        found = {"values": ishigami(points), **indices(points)}
        for index, values in found.items():
            if not np.allclose(values, told[name][index], rtol=1e-9, atol=1e-9):
                sys.exit(f"{FILE.name}: SALib says other than `{index}` of `{name}`: {values}")
    print(f"{FILE.name}: SALib {version('SALib')} says the same")


if __name__ == "__main__":
    if "--check" in sys.argv[1:]:
        check()
    else:
        FILE.write_text(json.dumps(laid_out(), indent=1) + "\n")
