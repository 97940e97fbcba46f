"""The core of the model in Mesa: nations and operators as agents, plain Python.

    cargo bench --bench kernel -- --export core.json
    python benches/mesa/model.py core.json

Prints the time of a quarter and the means of the main metrics over the run. It covers what the hand-written kernel covers
(procurement, one rule applied to the letter, sharing with fusion, trust, the measures of ties and pictures). The measures are
those of networkx, numpy and scipy, as a modeller in Python would take them, and like the kernel it computes them again only
where what they depend on changed. Its luck is Python's own, so its numbers are those of another run, not the same.
"""
import json
import math
import statistics
import sys
import time

import mesa
import networkx as nx
import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform


def graph_of(nations, ties):
    graph = nx.Graph()
    graph.add_nodes_from(range(nations))
    graph.add_weighted_edges_from((a, b, tie) for (a, b), tie in ties.items())
    return graph


class Operator(mesa.Agent):
    """A network: three layers, each with a supply contract."""

    def __init__(self, model, data):
        super().__init__(model)
        self.nation = data["nation"]
        self.subscribers = data["subscribers"]
        self.layers = []
        for rank, layer in enumerate(data["layers"]):
            built = model.rollout(self.nation) if rank == 2 else 1.0
            standing = [share * built for share in layer["mix"]]
            self.layers.append({
                "lots": [standing],
                # What would be installed if the government set no limits: the same lots, bought without the law.
                "market": [list(standing)],
                "open": False,
                "wanted": list(layer["mix"]),
                "instead": [0.0] * len(layer["mix"]),
                "built": built,
                "expires": int(self.random.random() * model.params["contract_years"] * 4),
            })

    def part(self, layer, counts):
        return sum(part for lot in layer["lots"] for v, part in enumerate(lot) if counts[v])

    def shares(self, layer, lots="lots"):
        shares = [sum(parts) for parts in zip(*layer[lots])] or [0.0] * len(layer["wanted"])
        total = sum(shares)
        return [share / total for share in shares] if total > 0 else shares

    def procure(self):
        old = self.shares(self.layers[1], "market")
        for rank, layer in enumerate(self.layers):
            self.contract(rank, layer, old)
            early = self.renew(rank, layer)
            self.model.cost += early * self.subscribers * (0.2, 0.4, 0.4)[rank] * self.model.params["unit_cost_usd"]

    def contract(self, rank, layer, old):
        model, p = self.model, self.model.params
        if model.steps < layer["expires"]:
            return
        standing = self.shares(layer, "market") if layer["built"] > 0 else layer["wanted"]
        incumbent = [0.5 * s + 0.5 * o for s, o in zip(standing, old)] if rank == 2 else standing
        row = model.trust[self.nation]
        total = sum(t * t for t in row)
        banned = sum(t * t for j, (t, s) in enumerate(zip(row, model.world["stance"])) if s >= 2 and j != self.nation)
        expected = model.world["risk"][self.nation] + (banned / total if total > 0 else 0.0)
        covered = model.world["covered"]
        everybody = range(len(incumbent))
        layer["wanted"] = self.choose(expected, incumbent, list(everybody)) or layer["wanted"]
        lawful = [v for v in everybody if not covered[v]]
        layer["instead"] = self.choose(expected, incumbent, lawful) or [0.0 for _ in everybody]
        layer["open"] = False
        layer["expires"] = model.steps + int(p["contract_years"] * 4)

    def choose(self, expected, incumbent, offered):
        """The order from the offer chosen among those of some vendors; none if nobody offers."""
        model, p = self.model, self.model.params
        if not offered:
            return None

        def worth(v):
            risk = expected if model.world["covered"][v] else 0.0
            return (-p["w_price"] * model.world["price"][v] + p["w_quality"] * model.world["quality"][v]
                    - p["w_foresight"] * risk)

        utility = {v: worth(v) + p["w_incumbent"] * incumbent[v] for v in offered}
        kept = sum(incumbent[v] for v in offered)
        if kept > 0:
            utility[None] = sum(incumbent[v] * worth(v) for v in offered) / kept + p["w_incumbent"] * kept
        gumbel = lambda: -math.log(-math.log(max(self.random.random(), 1e-300)))
        best = max(utility, key=lambda option: p["vendor_beta"] * utility[option] + gumbel())
        if best is None:
            return [part / kept if v in offered else 0.0 for v, part in enumerate(incumbent)]
        return [1.0 if v == best else 0.0 for v in range(len(incumbent))]

    def buy(self, layer, amount, order):
        if amount <= 0:
            return
        if not layer["open"]:
            for lots in ("lots", "market"):
                layer[lots].append([0.0] * len(order))
            layer["open"] = True
        for lots, proportions in (("lots", order), ("market", layer["wanted"])):
            layer[lots][-1] = [part + amount * share for part, share in zip(layer[lots][-1], proportions)]

    def retire(self, lots, amount):
        left = amount
        while left > 0 and lots:
            size = sum(lots[0])
            if size > left:
                lots[0] = [part * (1 - left / size) for part in lots[0]]
                left = 0.0
            else:
                lots.pop(0)
                left -= size
        return amount - left

    def lawful(self, layer):
        """What is ordered in place of covered equipment."""
        covered = self.model.world["covered"]
        for order in (layer["instead"], layer["wanted"], [1.0] * len(covered)):
            lawful = [0.0 if covered[v] else part for v, part in enumerate(order)]
            if sum(lawful) > 0:
                return [part / sum(lawful) for part in lawful]
        return [0.0] * len(covered)

    def renew(self, rank, layer):
        model, p = self.model, self.model.params
        covered, stance = model.world["covered"], model.world["stance"][self.nation]
        largest = 1.0 if stance == 0 else p["access_cap"] if stance == 1 and rank > 0 else 0.0
        instead, wanted = self.lawful(layer), sum(w for v, w in enumerate(layer["wanted"]) if covered[v])
        denied = max(wanted - largest, 0.0)
        order = [w * (largest / wanted if covered[v] and denied > 0 else 1.0) + denied * instead[v]
                 for v, w in enumerate(layer["wanted"])]
        built = max(layer["built"], model.rollout(self.nation)) if rank == 2 else 1.0
        growth = max(built - layer["built"], 0.0)
        due = min(p["turnover_factor"] / (4 * p["refresh_years"][rank]), 1.0) * layer["built"]
        retired = self.retire(layer["lots"], due)
        self.retire(layer["market"], due)
        layer["open"] = layer["open"] and bool(layer["lots"]) and bool(layer["market"])
        layer["built"] = max(layer["built"], built)
        self.buy(layer, growth + retired, order)
        present = self.part(layer, covered)

        def excess(target, years):
            return max(present - target * layer["built"], 0.0) / max(round(years * 4) - (model.steps - 1), 1)

        capped = excess(0.0 if rank == 0 else p["access_cap"], p["core_years"]) if stance >= 1 else 0.0
        removed = excess(0.0, p["removal_years"][rank]) if stance >= 3 else 0.0
        early = left = max(capped, removed)
        for at, lot in enumerate(layer["lots"]):
            part = sum(amount for v, amount in enumerate(lot) if covered[v])
            swapped = min(part, left)
            if swapped > 0:
                layer["lots"][at] = [amount * (1 - swapped / part if covered[v] else 1.0) + swapped * instead[v]
                                     for v, amount in enumerate(lot)]
                left -= swapped
        return early


class Nation(mesa.Agent):
    """A nation: produces reports and decides who reads them."""

    def __init__(self, model, number):
        super().__init__(model)
        self.number = number

    def poisson(self, mean):
        count, product, limit = 0, self.random.random(), math.exp(-mean)
        while product > limit:
            count += 1
            product *= self.random.random()
        return count

    def produce(self):
        model, p = self.model, self.model.params
        for _ in range(self.poisson(model.world["means"][self.number])):
            product = 0 if self.random.random() < model.world["raw_share"][self.number] else 1
            level = self.random.choices(range(5), model.world["mix"][product])[0]
            reserve = self.random.random()
            warning = self.random.random() < p["warning_share"]
            delicacy = self.random.random() * p["delicacy_share"]
            friction = self.random.random() < p["side_list_friction"]
            subject = self.random.randrange(model.n)
            model.fresh.append(self.release((product, reserve), level, subject, warning, delicacy, friction))

    def release(self, kind, level, subject, warning, delicacy, friction):
        model, me = self.model, self.number
        carried = model.class_of(*kind)
        needed = model.threshold(level)
        row = model.trust[me]
        lawful = model.lawful(level, me)
        safe = {to for to in lawful if row[to] >= needed}
        cleared = model.cleared[level]
        reached = {to for to in carried["bilateral"][level][me] if to in safe and row[to] >= needed + delicacy}
        listed = set()
        for members, ceiling in carried["pools"]:
            if ceiling < level or me not in members:
                continue
            others = members - {me}
            model.counts["pool_due"] += 1
            if others <= safe:
                reached |= others
            else:
                model.counts["pool_thinned"] += 1
                listed |= others & safe
        reached &= cleared
        listed &= cleared
        release = reached | listed
        if not friction:
            reached = release
        elif model.params["rel_to_relay"] and reached != release:
            passed = set(reached)
            for holder in reached:
                passed |= model.lawful(level, holder)
            reached = reached | (passed & release)
        report = {"owners": {me}, "producer": me, "level": level, "levels": {me: level}, "subject": subject,
                  "warning": warning, "reserve": kind[1], "release": {me: release | {me}}, "reached": reached | {me}}
        model.count(report, carried["joined"][level][me], listed - reached)
        return report

    def fuse(self, mine):
        model, me = self.model, self.number
        if self.random.random() >= model.params["fusion_share"]:
            return None
        work = lambda a, b: b in model.lawful(0, a)
        usable = [other for other in model.collected if other["producer"] != me and me in other["reached"]
                  and work(me, other["producer"]) and work(other["producer"], me)]
        if not usable:
            return None
        same = [other for other in usable if other["subject"] == mine["subject"]]
        other = self.random.choice(same or usable)
        them = other["producer"]
        levels = {**mine["levels"], **other["levels"]}
        level = max(levels.values())
        release = {**mine["release"], **other["release"]}

        def admits(nation):
            foreign = [owner for owner in levels if owner != nation]
            return all(nation in release[owner] and nation in model.cleared[levels[owner]]
                       and all(nation in model.lawful(levels[o], owner) for o in foreign) for owner in foreign)

        reserve = max(mine["reserve"], other["reserve"])
        joined = model.class_of(1, reserve)["joined"][level]
        reached = {nation for nation in mine["reached"] | other["reached"] if admits(nation)}
        report = {"owners": {me, them}, "producer": me, "level": level, "levels": levels, "subject": mine["subject"],
                  "warning": mine["warning"], "reserve": reserve, "release": release, "reached": reached}
        model.count(report, (joined[me] & joined[them]) - {me, them}, set())
        return report


class Alliance(mesa.Model):
    """The whole: quarters in which operators buy, the owner looks, nations share, trust answers."""

    def __init__(self, world, seed):
        super().__init__(seed=seed)
        self.world, self.params, self.n = world, world["model"], world["nations"]
        sets = lambda planes: [[set(row) for row in plane] for plane in planes]
        self.joined = sets(world["joined"])
        self.classes = [
            {**of, "joined": sets(of["joined"]), "bilateral": sets(of["bilateral"]),
             "pools": [(set(members), ceiling) for members, ceiling in of["pools"]]}
            for of in world["classes"]
        ]
        self.cleared = [set(row) for row in world["cleared"]]
        self.trust = [list(row) for row in world["trust"]]
        self.standing = [None] * self.n
        self.cut, self.cost, self.fresh, self.kept, self.collected = set(), 0.0, [], [], []
        self.counts = {}
        everyone = range(self.n)
        for of in self.classes:
            pools = lambda giver, level: [members for members, ceiling in of["pools"] if ceiling >= level and giver in members]
            of["pooled"] = [[set().union(*pools(giver, level)) for giver in everyone] for level in range(5)]
        self.due = [[sum(part for part, of, level in self.parts(giver) if to in of["joined"][level][giver]) for to in everyone]
                    for giver in everyone]
        self.free, self.sent, self.blocs, self.measuring = None, None, [], 0.0
        self.operators = [Operator(self, data) for data in world["networks"]]
        self.nations = [Nation(self, number) for number in range(self.n)]
        self.datacollector = mesa.DataCollector(model_reporters={
            "reach_share": lambda m: m.counts["read"] / m.counts["due"],
            "withheld_share": lambda m: m.counts["withheld"] / m.counts["due"],
            "pool_thinning_share": lambda m: m.counts["pool_thinned"] / max(m.counts["pool_due"], 1),
            "reports_produced": lambda m: m.counts["produced"],
            "core_flagged_share": lambda m: statistics.mean(m.flagged),
            "bloc_count": lambda m: len(m.blocs),
            "fragmentation_index": lambda m: m.fragmentation,
            "distance_fragmentation_index": lambda m: m.distance_fragmentation,
            "effective_pictures": lambda m: m.effective_pictures,
            "picture_overlap_share": lambda m: m.picture_overlap,
        })

    def class_of(self, product, reserve):
        """Which agreements carry a report."""
        return next(of for of in self.classes if of["product"] == product and reserve < of["until"])

    def parts(self, giver):
        """The parts of classes and levels in the value of what a nation collects."""
        for of in self.classes:
            for level, part in enumerate(self.world["parts"][giver][of["product"]]):
                yield part * of["share"], of, level

    def rollout(self, nation):
        start, years = self.world["rollout"][nation]
        elapsed = (self.world["start"] + max(self.steps - 1, 0) - start) / 4
        return 0.0 if elapsed < 0 else 1 / (1 + math.exp(-2 * math.log(9) / years * (elapsed - years / 2)))

    def threshold(self, level):
        return 0.0 if level == 0 else self.params["trust_for_level"][level - 1]

    def lawful(self, level, giver):
        joined = self.joined[level][giver]
        return joined - self.cut if giver == self.world["owner"] else joined

    def count(self, report, due, lost):
        counts, read = self.counts, report["reached"] - report["owners"]
        stopped = self.cut if self.world["owner"] in report["owners"] else set()
        left = due - read
        counts["produced"] += 1
        counts["due"] += len(due)
        counts["read"] += len(due & read)
        counts["withheld"] += len(left & stopped)
        counts["friction"] += len((left - stopped) & lost)
        counts["untrusted"] += len(left - stopped - lost)
        if report["warning"] and report["subject"] in due and report["subject"] != report["producer"]:
            counts["warnings"] += 1
            counts["warnings_missed"] += report["subject"] not in read

    def look(self):
        flagged, owner = self.world["flagged"], self.world["owner"]
        sums, weights = [0.0] * self.n, [0.0] * self.n
        for operator in self.operators:
            shares = operator.shares(operator.layers[0])
            sums[operator.nation] += operator.subscribers * sum(s for v, s in enumerate(shares) if flagged[v])
            weights[operator.nation] += operator.subscribers
        self.flagged = [s / w if w > 0 else 0.0 for s, w in zip(sums, weights)]
        restore = round(self.params["restore_years"] * 4)
        for nation in range(self.n):
            if nation == owner:
                continue
            seen = math.ceil(self.flagged[nation] * self.params["vigilance_share"] * 100 - 1e-9)
            standing = self.standing[nation]
            if self.steps - 1 >= self.world["grace"] and seen > 0:
                self.standing[nation] = "triggered"
            elif standing == "triggered" and restore > 0:
                self.standing[nation] = self.steps + restore
            elif not (isinstance(standing, int) and self.steps < standing):
                self.standing[nation] = None
        self.cut = {nation for nation, standing in enumerate(self.standing) if standing is not None}

    def answer(self):
        p, owner = self.params, self.world["owner"]
        pace = min(p["trust_recovery_rate"] / 4, 1.0)
        for row, first in zip(self.trust, self.world["trust"]):
            for to, start in enumerate(first):
                row[to] += (start - row[to]) * pace
        for nation in self.cut:
            self.trust[nation][owner] *= math.exp(-p["trust_loss_rate"] * 0.75 / 4)

    def weigh(self):
        """What every pair may send of what agreements allow, in the direction that carries the smaller part; and the share
        of each nation's reports that every other may get."""
        delicacy = self.params["delicacy_share"]
        sent = [[0.0] * self.n for _ in range(self.n)]
        for giver in range(self.n):
            row = self.trust[giver]
            for part, of, level in self.parts(giver):
                pooled = of["pooled"][level][giver]
                for to in self.lawful(level, giver) & of["joined"][level][giver] & self.cleared[level]:
                    beyond = row[to] - self.threshold(level)
                    if beyond >= 0:
                        whole = to in pooled or delicacy <= 0
                        sent[giver][to] += part * (1.0 if whole else min(beyond / delicacy, 1.0))
        ties = {}
        for a in range(self.n):
            for b in range(a):
                if sent[a][b] > 0 and sent[b][a] > 0:
                    ties[a, b] = min(sent[a][b] / self.due[a][b], sent[b][a] / self.due[b][a])
        return ties, sent

    def measure(self):
        (ties, sent), n = self.weigh(), self.n
        free = {pair: tie for pair, tie in ties.items() if tie >= self.params["free_share"]}
        if free != self.free:
            self.free = free
            graph = graph_of(n, free)
            self.distance_fragmentation = 1 - nx.global_efficiency(graph)
        if sent != self.sent:
            self.sent = sent
            overlap = self.overlaps(np.array(sent))
            numbers = fcluster(linkage(squareform(1 - overlap, checks=False), "average"),
                               1 - self.params["bloc_overlap"], "distance")
            sizes = np.bincount(numbers)[1:]
            self.blocs = list(sizes)
            self.fragmentation = 1 - (sizes * (sizes - 1)).sum() / (n * (n - 1))
            self.effective_pictures = float(np.exp(-np.log(overlap.mean(axis=1)).mean()))
            self.picture_overlap = (overlap.sum() - n) / (n * (n - 1))

    def overlaps(self, sent):
        """How far what two nations may read of every producer is the same."""
        produced = np.array(self.world["means"]) * np.array(self.world["mean_value"])
        amounts = sent * produced[:, None]
        np.fill_diagonal(amounts, produced)
        pictures = amounts.T
        common = np.minimum(pictures[:, None, :], pictures[None, :, :]).sum(axis=2)
        either = np.maximum(pictures[:, None, :], pictures[None, :, :]).sum(axis=2)
        overlap = np.divide(common, either, out=np.zeros_like(common), where=either > 0)
        np.fill_diagonal(overlap, 1.0)
        return overlap

    def step(self):
        self.counts = dict.fromkeys(("produced", "due", "read", "withheld", "friction", "untrusted", "pool_due",
                                     "pool_thinned", "warnings", "warnings_missed"), 0)
        self.cost, self.fresh = 0.0, []
        self.kept = [(made, report) for made, report in self.kept if self.steps - made < 4]
        self.agents_by_type[Operator].do("procure")
        self.look()
        self.agents_by_type[Nation].do("produce")
        self.collected = list(self.fresh)
        for report in self.collected:
            assessment = self.nations[report["producer"]].fuse(report)
            if assessment:
                self.fresh.append(assessment)
        self.kept += [(self.steps, report) for report in self.fresh]
        self.answer()
        begun = time.process_time()
        self.measure()
        self.measuring += time.process_time() - begun
        self.datacollector.collect(self)


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        world = json.load(file)
    times, measuring = [], []
    for seed in range(int(sys.argv[2]) if len(sys.argv) > 2 else 3):
        model = Alliance(world, seed)
        start = time.process_time()
        for _ in range(world["quarters"]):
            model.step()
        times.append((time.process_time() - start) / world["quarters"])
        measuring.append(model.measuring / world["quarters"])
        means = model.datacollector.get_model_vars_dataframe().mean()
    print(f"mesa_version {mesa.__version__}")
    print(f"mesa_us_per_quarter {statistics.median(times) * 1e6:.0f}")
    print(f"mesa_us_of_measures {statistics.median(measuring) * 1e6:.0f}")
    for name, value in means.items():
        print(f"mesa_mean_{name} {value:.4f}")


main()
