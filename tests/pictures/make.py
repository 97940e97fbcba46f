"""Makes the worlds of this folder, and what numpy and scipy say of their pictures and blocs.

    python3 -m venv venv && venv/bin/pip install numpy==2.4.6 scipy==1.17.1 && venv/bin/python tests/pictures/make.py

worlds.csv   one row a world: nations, effective number of pictures, mean overlap, number of blocs at 0.5
amounts.csv  one row for every producer and reader: what the reader may read of it in a quarter, where it is not 0
nations.csv  one row a nation: the sum of its overlaps with all, and its bloc

`huawei.csv` is input: (world, producer, reader, amount) of the 73 nations of 2019, before and while rules are in force,
written by `NOFORN_BLESS=1 cargo test --release --test engine pictures`.
"""

import csv
from pathlib import Path

import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform

HERE = Path(__file__).parent


def produced(rng, n):
    """What each nation produces: a few produce most."""
    return np.round(rng.lognormal(0.0, 1.5, n), 4)


def read(rng, production, may_read):
    """Amounts (producer, reader) where `may_read` gives the share that may go, 0 to 1; own production is whole."""
    amounts = np.round(production[:, None] * may_read, 4)
    np.fill_diagonal(amounts, production)
    return amounts


def clubs(rng, n, count, inside, across):
    """Clubs that share nearly all inside and little across, around a hub that most share with."""
    club = rng.integers(0, count, n)
    same = club[:, None] == club[None, :]
    chance = np.where(same, inside, across)
    chance[0, :] = chance[:, 0] = 0.8
    share = (rng.random((n, n)) < chance) * rng.uniform(0.4, 1.0, (n, n))
    return read(rng, produced(rng, n), share)


def hub_cuts(rng, n, part):
    """All share with all, but the greatest producer sends nothing to a part of the others."""
    production = produced(rng, n)
    production[0] = production.sum()
    share = rng.uniform(0.8, 1.0, (n, n))
    share[0, rng.random(n) < part] = 0.0
    return read(rng, production, share)


def sparse(rng, n, density):
    share = (rng.random((n, n)) < density) * rng.random((n, n))
    return read(rng, produced(rng, n), share)


def nested_pools(rng, n, count):
    """Pools of growing size around the first nations, the inner ones with more of everything."""
    share = np.zeros((n, n))
    for at in range(count):
        size = max(2, n * (at + 1) // count)
        share[:size, :size] = np.maximum(share[:size, :size], rng.uniform(0.1, 1.0) * (1.0 - at / (count + 1)))
    return read(rng, produced(rng, n), share * rng.uniform(0.9, 1.0, (n, n)))


def some_produce_nothing(rng, n):
    """Nations that produce nothing, some of which read nothing either."""
    production = produced(rng, n) * (rng.random(n) < 0.5)
    return read(rng, production, (rng.random((n, n)) < 0.4) * rng.random((n, n)))


def worlds():
    for n in (3, 4, 5, 7, 12, 25, 48, 73, 100, 200):
        yield f"clubs-{n}", clubs(np.random.default_rng(n), n, 2 + n // 20, 0.9, 0.1)
    for n in (3, 6, 20, 64, 130):
        yield f"hub-cuts-{n}", hub_cuts(np.random.default_rng(100 + n), n, 0.6)
    for n, density in ((3, 0.5), (10, 0.3), (40, 0.1), (65, 0.9), (90, 0.05)):
        yield f"sparse-{n}", sparse(np.random.default_rng(200 + n), n, density)
    for n, count in ((8, 2), (15, 4), (30, 3), (73, 5), (129, 4)):
        yield f"pools-{n}", nested_pools(np.random.default_rng(300 + n), n, count)
    for n in (3, 9, 33, 80):
        yield f"silent-{n}", some_produce_nothing(np.random.default_rng(400 + n), n)
    yield "alone-3", np.diag([1.0, 2.0, 3.0])
    yield "nothing-4", np.zeros((4, 4))
    yield "all-share-20", np.repeat(produced(np.random.default_rng(5), 20)[:, None], 20, axis=1)
    with open(HERE / "huawei.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    for world in dict.fromkeys(row["world"] for row in rows):
        cells = [row for row in rows if row["world"] == world]
        n = 1 + max(int(row["producer"]) for row in cells)
        amounts = np.zeros((n, n))
        for row in cells:
            amounts[int(row["producer"]), int(row["reader"])] = float(row["amount"])
        yield world, amounts


def overlaps(amounts):
    n = len(amounts)
    s = np.eye(n)
    for i in range(n):
        for j in range(n):
            either = np.maximum(amounts[:, i], amounts[:, j]).sum()
            if i != j and either > 0:
                s[i, j] = np.minimum(amounts[:, i], amounts[:, j]).sum() / either
    return s


def effective_number(s):
    """Leinster and Cobbold's diversity of order 1 of equally frequent kinds with similarities s."""
    n = len(s)
    p = np.full(n, 1 / n)
    return float(np.exp(-(p * np.log(s @ p)).sum()))


def main():
    tables = {
        "worlds": [("world", "nations", "effective_number", "mean_overlap", "blocs")],
        "amounts": [("world", "producer", "reader", "amount")],
        "nations": [("world", "nation", "overlap_sum", "bloc")],
    }
    for name, amounts in worlds():
        n = len(amounts)
        s = overlaps(amounts)
        distances = squareform(1 - s, checks=False)
        bloc = fcluster(linkage(distances, "average"), 0.5, "distance")
        mean = (s.sum() - n) / (n * (n - 1))
        tables["worlds"].append((name, n, effective_number(s), mean, len(set(bloc))))
        tables["nations"] += [(name, i, s[i].sum(), bloc[i]) for i in range(n)]
        if not name.startswith("huawei"):
            cells = zip(*np.nonzero(amounts))
            tables["amounts"] += [(name, i, j, f"{amounts[i, j]:.12g}") for i, j in cells]
    for table, rows in tables.items():
        with open(HERE / f"{table}.csv", "w", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(rows)
    print(len(tables["worlds"]) - 1, "worlds")


main()
