"""Makes the graphs of this folder and what networkx says of them.

    python3 -m venv venv && venv/bin/pip install networkx==3.6.1 && venv/bin/python tests/graphs/make.py

graphs.csv  one row a graph: size, F of the partition in nodes.csv, DF
nodes.csv   one row a node: its bloc in that partition
edges.csv   one row a tie
blocs.csv   one row a bloc of the partition: members, share of its flow that stays inside
"""

import csv
import itertools
import math
import random
from pathlib import Path

import networkx as nx

HERE = Path(__file__).parent


def weighted(graph, seed, low=0.5, high=1.0):
    rng = random.Random(seed)
    for _, _, data in sorted(graph.edges(data=True), key=lambda e: tuple(sorted(e[:2]))):
        data["weight"] = round(rng.uniform(low, high), 6)
    return graph


def planted(sizes, p_in, p_out, seed):
    n = len(sizes)
    p = [[p_in if i == j else p_out for j in range(n)] for i in range(n)]
    return nx.Graph(nx.stochastic_block_model(sizes, p, seed=seed))


def alliances(seed):
    """Overlapping clubs around a hub, as an alliance is: a core pool, two regional pools, spokes."""
    rng = random.Random(seed)
    graph = nx.empty_graph(73)
    pools = [range(0, 5), range(0, 14), range(3, 33), range(28, 45)]
    for pool in pools:
        graph.add_edges_from(itertools.combinations(pool, 2))
    graph.add_edges_from((0, j) for j in range(1, 68) if rng.random() < 0.8)
    return weighted(graph, seed, 0.05, 1.0)


def graphs():
    for n in (0, 1, 2, 3, 7):
        yield f"empty-{n}", nx.empty_graph(n)
    for n in (2, 3, 10, 65):
        yield f"complete-{n}", nx.complete_graph(n)
    for n in (4, 30, 129):
        yield f"star-{n}", nx.star_graph(n - 1)
    for n in (5, 100):
        yield f"path-{n}", nx.path_graph(n)
    yield "cycle-64", nx.cycle_graph(64)
    yield "karate", nx.Graph(nx.karate_club_graph().edges())
    strong = nx.karate_club_graph()
    for _, _, data in strong.edges(data=True):
        data["weight"] = round(data["weight"] / 7, 6)
    yield "karate-weighted", strong
    yield "les-miserables", nx.convert_node_labels_to_integers(scaled(nx.les_miserables_graph(), 31))
    yield "florentine", nx.convert_node_labels_to_integers(nx.florentine_families_graph())
    yield "women", nx.convert_node_labels_to_integers(nx.davis_southern_women_graph())
    for a, b in ((5, 0), (10, 1), (20, 10)):
        yield f"barbell-{a}-{b}", nx.barbell_graph(a, b)
    yield "lollipop", nx.lollipop_graph(12, 20)
    yield "bipartite-8-13", nx.complete_bipartite_graph(8, 13)
    yield "bipartite-random", nx.bipartite.random_graph(30, 40, 0.1, seed=3)
    for groups, size in ((6, 5), (12, 8)):
        yield f"caveman-{groups}-{size}", nx.connected_caveman_graph(groups, size)
    yield "cliques-apart", nx.caveman_graph(7, 6)
    yield "grid-12", nx.convert_node_labels_to_integers(nx.grid_2d_graph(12, 12))
    yield "tree", nx.balanced_tree(3, 4)
    for n, p in ((10, 0.3), (50, 0.02), (50, 0.1), (73, 0.3), (100, 0.05), (70, 0.9), (200, 0.04)):
        yield f"erdos-renyi-{n}-{p}", nx.gnp_random_graph(n, p, seed=n)
        yield f"erdos-renyi-weighted-{n}-{p}", weighted(nx.gnp_random_graph(n, p, seed=n + 1), n)
    for n in (60, 200):
        yield f"preferential-{n}", nx.barabasi_albert_graph(n, 3, seed=n)
    yield "small-world", nx.connected_watts_strogatz_graph(150, 6, 0.1, seed=5)
    for sizes, p_in, p_out in (
        ([20, 20], 0.7, 0.05),
        ([30, 20, 10], 0.8, 0.05),
        ([25] * 8, 0.6, 0.03),
        ([12] * 6, 0.9, 0.1),
        ([40, 30, 20, 10], 0.7, 0.04),
    ):
        name = "-".join(map(str, sizes)) if len(set(sizes)) > 1 else f"{len(sizes)}x{sizes[0]}"
        yield f"planted-{name}", planted(sizes, p_in, p_out, seed=7)
        yield f"planted-weighted-{name}", weighted(planted(sizes, p_in, p_out, seed=8), 9)
    yield "disconnected", nx.disjoint_union_all(
        [nx.gnp_random_graph(20, 0.4, seed=1), nx.empty_graph(5), nx.cycle_graph(9), nx.complete_graph(4)]
    )
    for seed in (1, 2, 3):
        yield f"alliances-{seed}", alliances(seed)


def scaled(graph, by):
    for _, _, data in graph.edges(data=True):
        data["weight"] = round(data["weight"] / by, 6)
    return graph


def partition(graph):
    """A partition to measure: a Louvain run."""
    if not graph.size():
        return [{node} for node in graph]
    return sorted(map(sorted, nx.community.louvain_communities(graph, seed=0)), key=lambda bloc: bloc[0])


def fragmentation(blocs, n):
    of = {node: k for k, bloc in enumerate(blocs) for node in bloc}
    pairs = list(itertools.combinations(range(n), 2))
    return sum(of[i] != of[j] for i, j in pairs) / len(pairs) if pairs else 0.0


def distance_fragmentation(graph):
    n = len(graph)
    if n < 2:
        return 0.0
    hops = [d for _, row in nx.all_pairs_shortest_path_length(graph) for d in row.values() if d]
    value = 1 - math.fsum(1 / d for d in hops) / (n * (n - 1))
    assert abs(value - (1 - nx.global_efficiency(graph))) < 1e-12
    return value


def internal_share(graph, bloc):
    volume = nx.volume(graph, bloc, weight="weight")
    return 1 - nx.cut_size(graph, bloc, weight="weight") / volume if volume else 0.0


def main():
    tables = {
        "graphs": [("graph", "n", "f", "df")],
        "nodes": [("graph", "node", "bloc")],
        "edges": [("graph", "i", "j", "weight")],
        "blocs": [("graph", "bloc", "members", "internal_flow_share")],
    }
    for name, graph in graphs():
        n = len(graph)
        assert sorted(graph) == list(range(n)), name
        blocs = partition(graph)
        tables["graphs"].append((name, n, fragmentation(blocs, n), distance_fragmentation(graph)))
        of = {node: k for k, bloc in enumerate(blocs) for node in bloc}
        tables["nodes"] += [(name, i, of[i]) for i in range(n)]
        edges = sorted((min(i, j), max(i, j), w) for i, j, w in graph.edges(data="weight", default=1))
        tables["edges"] += [(name, *edge) for edge in edges]
        tables["blocs"] += [(name, k, len(bloc), internal_share(graph, bloc)) for k, bloc in enumerate(blocs)]
    for table, rows in tables.items():
        with open(HERE / f"{table}.csv", "w", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(rows)
    print(len(tables["graphs"]) - 1, "graphs,", len(tables["edges"]) - 1, "ties")


main()
