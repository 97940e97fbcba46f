#!/usr/bin/env python3
"""Makes the CSV tables of scenarios/data/ from the raw facts in scenarios/data/raw/ (standard library only).

    python3 tools/convert_data.py            write the tables
    python3 tools/convert_data.py --check    say whether the committed tables are what this script makes, and
                                             which numbers of the shipped scenarios have neither source nor `assumed`
"""
import csv
import io
import math
import sys
import tomllib
from pathlib import Path

import sharing_data as sharing

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "scenarios" / "data"
RAW = DATA / "raw"

MILLION = 1_000_000                      # mixes are whole millionths, so that each sums to exactly 1
HUAWEI_OF_FLAGGED = 0.8                  # assumed; the rest is ZTE
CORE_OF_ACCESS = 0.5                     # assumed: the Chinese share of the core, of that of 4G access
OUTPOST_TROOPS = 200                     # a host with fewer troops and no base has no outpost
IDEAL_POINT_LOW, IDEAL_POINT_HIGH = -1.106, 2.695      # the range of the 73
ALIGNMENT_ASSUMED = {"SRB": 0.5, "TWN": 0.7}           # these have no voting ideal point
STANCE = {"open": "open", "none": "open", "allowed": "open", "restricted": "restricted", "banned": "banned",
          "banned_de_facto": "banned", "banned_de_jure": "banned", "removal": "removal"}
LATER_NATO = {"NATO2020": "2020-03-27", "NATO2023": "2023-04-04", "NATO2024": "2024-03-07"}
LATER_MNNA = {"MNNA2019": "2019-07-31", "MNNA2022": "2022-03-10"}
GROUP_WEIGHTS = {"FVEY": 1.0, "NINE_EYES": 0.85, "FOURTEEN_EYES": 0.75, "NATO": 0.6, "EU": 0.5, "SSPAC": 0.45,
                 "MNNA": 0.0, "TIER_A": 0.0, "TIER_B": 0.0, "TIER_C": 0.0}
PARTNER_WEIGHTS = {"TIER_B": 0.5, "TIER_C": 0.4, "MNNA": 0.3}     # trust in the United States, and by it
MEMORANDUM = {"ISR"}                     # raw signals by a memorandum of 2009 that was published in 2013
LATER_THIRD_PARTY = {"UKR"}              # imagery and cooperation of the services from 2015, from press reports
MAXIMATOR = ["DEU", "DNK", "FRA", "NLD", "SWE"]


def rows(name):
    with open(RAW / name, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def number(value, digits=6):
    text = f"{value:.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


class Facts:
    """The raw rows of the 73 nations, and who belongs to what."""

    def __init__(self):
        self.nations = {row["iso3"]: row for row in rows("nations-2019.csv")}
        self.tags = {iso: set(filter(None, row["groups"].split(";"))) for iso, row in self.nations.items()}
        five = self.tagged("FVEY")
        nine = five + self.tagged("9E")
        self.groups = {"FVEY": five, "NINE_EYES": nine, "FOURTEEN_EYES": nine + self.tagged("14E"),
                       "NATO": self.tagged("NATO"), "EU": self.tagged("EU"),
                       "SSPAC": five + self.tagged("SSPAC"), "MNNA": self.tagged("MNNA")}
        for tier in "ABC":
            self.groups[f"TIER_{tier}"] = [iso for iso, row in self.nations.items() if row["nsa_cno_tier"] == tier]
        self.groups = {name: sorted(members) for name, members in self.groups.items()}

    def tagged(self, tag):
        return [iso for iso, tags in self.tags.items() if tag in tags]

    def has(self, iso, group):
        return iso in self.groups[group]

    def has_memorandum(self, iso):
        return iso in MEMORANDUM

    def third_party(self, iso):
        """In 2013 by the leaked list, or by later cooperation in press reports."""
        return self.nations[iso]["nsa_third_party_2013"] == "1" or iso in LATER_THIRD_PARTY

    def pact(self, iso):
        return self.nations[iso]["us_defence_pact"] == "1"

    def relation_level(self, iso):
        """How far the United States trusts a partner with its secrets: clearance and bilateral ceiling."""
        close = any(self.has(iso, group) for group in ("FOURTEEN_EYES", "NATO", "TIER_A", "TIER_B"))
        if close or self.has_memorandum(iso):
            return "secret"
        return "confidential" if self.third_party(iso) or self.pact(iso) or self.has(iso, "TIER_C") else "restricted"


def nation_rows(facts):
    services, contests = sharing.services(facts.nations), sharing.contests()
    return [nation_row(facts, iso, services[iso], contests) for iso in sorted(facts.nations)]


def nation_row(facts, iso, service, contests):
    raw = facts.nations[iso]
    cost, rollout_start, rollout_years = means(raw)
    assumed = ["intelligence", "intelligence_low", "intelligence_high", "raw_share", "own_assessment",
               "contest_share.RUS", "contest_share.CHN", "clearance", "cost_sensitivity_share", "rollout_start",
               "rollout_years"]
    assumed += ["alignment_share"] if iso in ALIGNMENT_ASSUMED else []
    assumed += ["export_share.CHN"]
    remark = "intelligence rests on an assumed military spending" if iso in sharing.SPENDING_ASSUMED_MUSD else ""
    source = "cow-nmc atop-5.1 cow-distance bsv-2019 stance-2018q4"
    return {
        "id": iso, "name": raw["name"], "cow_code": raw["cow_code"],
        **service["columns"],
        "military_spending_musd": raw["military_spending_musd"], "capability_share": raw["capability_share"],
        "alignment_share": number(alignment(raw), 4), "pacts": ";".join(pacts(facts, iso)),
        "distance_km.RUS": raw["distance_russia_km"], "distance_km.CHN": raw["distance_china_km"],
        "contest_share.RUS": contests.get((iso, "RUS"), "0"), "contest_share.CHN": contests.get((iso, "CHN"), "0"),
        "export_share.CHN": number(float(raw["china_export_share_2019"]) / 100, 4),
        "clearance": clearance(facts, iso), "stance": STANCE[raw["stance_2018q4"]],
        "cost_sensitivity_share": number(cost, 2), "rollout_start": rollout_start, "rollout_years": rollout_years,
        "source": f"{source} {service['source']}".rstrip(), "assumed": ";".join(assumed),
        "remark": remark,
    }


def alignment(raw):
    if raw["iso3"] in ALIGNMENT_ASSUMED:
        return ALIGNMENT_ASSUMED[raw["iso3"]]
    return (float(raw["unga_ideal_2019"]) - IDEAL_POINT_LOW) / (IDEAL_POINT_HIGH - IDEAL_POINT_LOW)


def pacts(facts, iso):
    """Pacts with the United States (ATOP), and the North Atlantic pact; both sides list each other."""
    allies = set(facts.groups["NATO"]) if facts.has(iso, "NATO") else set()
    allies |= {other for other in facts.nations if facts.pact(other)} if iso == "USA" else set()
    allies |= {"USA"} if facts.pact(iso) else set()
    return sorted(allies - {iso})


def clearance(facts, iso):
    if facts.has(iso, "FVEY"):
        return "top_secret"
    later = facts.tags[iso] & set(LATER_NATO)      # so that their joining can matter; ceilings bind before it
    return "secret" if later else facts.relation_level(iso)


def means(raw):
    """Assumed: a state that spends much on each unit of capability is rich, feels the cost less, builds earlier."""
    if not raw["military_spending_musd"]:
        cost = 0.45
    else:
        per_capability = float(raw["military_spending_musd"]) / float(raw["capability_share"])
        cost = min(0.9, max(0.35, 0.85 - 0.25 * math.log10(per_capability / 100_000)))
    if raw["iso3"] in ("USA", "KOR"):
        return cost, "2019Q2", "6"
    for limit, start, years in ((0.52, "2019Q4", "7"), (0.62, "2020Q3", "8"), (0.72, "2021Q3", "9")):
        if cost < limit:
            return cost, start, years
    return cost, "2022Q3", "11"


def group_rows(facts):
    """The groups, and one pair with the United States for each partner whom no common group stands for."""
    made = []
    for name, members in facts.groups.items():
        made.append({"id": name, "members": ";".join(members), "trust_weight": number(GROUP_WEIGHTS[name], 2),
                     "defence_pact": "true" if name == "NATO" else "", "source": "groups-2019", "assumed": "trust_weight", "remark": ""})
    for iso in sorted(facts.nations):
        weight = max((w for group, w in PARTNER_WEIGHTS.items() if facts.has(iso, group)), default=0.0)
        shared = max((GROUP_WEIGHTS[group] for group, members in facts.groups.items()
                      if iso in members and "USA" in members), default=0.0)
        if weight > shared:
            made.append({"id": f"US_{iso}", "members": f"USA;{iso}", "trust_weight": number(weight, 2),
                         "defence_pact": "", "source": "groups-2019", "assumed": "trust_weight",
                         "remark": "cooperation with the United States alone"})
    return sorted(made, key=lambda row: row["id"])


def network_rows(facts):
    operators = rows("operators-assumed.csv")
    made = []
    for iso in sorted(facts.nations):
        own = [row for row in operators if row["nation"] == iso]
        total = sum(float(row["subscribers_million"]) for row in own)
        weighted = sum(float(row["subscribers_million"]) * float(row["flagged_weight"]) for row in own) / total
        nation_share = float(facts.nations[iso]["share4g_2019"]) / 100
        largest = max(own, key=lambda row: float(row["subscribers_million"]))
        for row in own:
            share = nation_share * float(row["flagged_weight"]) / weighted
            if share > 1:
                sys.exit(f"{row['id']}: a flagged share of {share:.3f} is more than the whole network")
            made.append(network_row(facts.nations[iso], row, share, row is largest))
    return sorted(made, key=lambda row: row["id"])


def network_row(raw, row, share, carries_government):
    share_5g = 0.0 if raw["stance_2018q4"] == "banned" else share
    confidence = {"S": "sourced", "M": "medium confidence", "L": "low confidence, a guess to be varied"}
    made = {"id": row["id"], "nation": row["nation"], "operator": row["operator"],
            "subscribers_million": row["subscribers_million"],
            "traffic": "public;government" if carries_government else "public"}
    for layer, flagged in (("core", share * CORE_OF_ACCESS), ("access_4g", share), ("access_5g", share_5g)):
        for vendor, part in mix(flagged, row).items():
            made[f"{layer}.{vendor}"] = number(part / MILLION) if part else ""
    made["source"] = "share4g-2019"
    made["assumed"] = "all"
    made["remark"] = f"nation's 4G share {raw['share4g_2019']} %: {confidence[raw['share4g_conf']]}"
    return made


def mix(flagged, row):
    """Whole millionths that sum to one million; the largest of the others takes the rounding."""
    chinese = round(flagged * MILLION)
    parts = {"huawei": round(chinese * HUAWEI_OF_FLAGGED)}
    parts["zte"] = chinese - parts["huawei"]
    others = {vendor: float(row[vendor]) for vendor in ("ericsson", "nokia", "samsung")}
    for vendor, weight in others.items():
        parts[vendor] = round((MILLION - chinese) * weight / sum(others.values()))
    parts[max(others, key=others.get)] += MILLION - sum(parts.values())
    return parts


def mission_rows(_):
    return [{"id": row["id"], "sender": row["sender_iso3"], "host": row["host_iso3"], "kind": row["kind"],
             "posts_count": row["posts_count"], "source": "wikidata-2022"}
            for row in sorted(rows("missions-2022.csv"), key=lambda row: row["id"])]


def outpost_rows(facts):
    functions = sharing.outpost_values()
    made = []
    for iso in sorted(facts.nations):
        raw = facts.nations[iso]
        troops, bases, sites = (int(raw[key] or 0)
                                for key in ("us_troops_mar2019", "us_bases_2018", "us_lilypads_2018"))
        if iso != "USA" and (troops >= OUTPOST_TROOPS or bases > 0):
            made.append({"id": f"usa-{iso.lower()}-outpost", "sender": "USA", "host": iso, "kind": "outpost",
                         "posts_count": str(max(1, bases + sites)), "troops": str(troops),
                         "value": number(sharing.outpost_value(troops, functions.get(iso)), 1),
                         "source": f"dmdc-2019 vine-2018 {functions.get(iso, {}).get('source', '')}".rstrip(),
                         "assumed": "value", "remark": functions.get(iso, {}).get("remark", "")})
    return made


def agreement_rows(facts):
    groups = facts.groups
    pools = [
        ("five-eyes", "Five Eyes (UKUSA)", groups["FVEY"], "top_secret", "ukusa"),
        ("sseur", "SIGINT Seniors Europe (the fourteen)", groups["FOURTEEN_EYES"], "secret",
         "sseur-press intercept-2018"),
        ("sspac", "SIGINT Seniors Pacific", groups["SSPAC"], "confidential", "intercept-2018"),
        ("nato", "North Atlantic Treaty Organization", groups["NATO"], "secret", "nato ballast-2017"),
        ("european-sigint", "European SIGINT group (Maximator)", MAXIMATOR, "secret", "jacobs-2020"),
        ("eu", "European Union", groups["EU"], "restricted", "eu"),
    ]
    made = [{"id": id_, "title": title, "kind": "pool", "members": ";".join(sorted(members)), "ceiling": ceiling,
             **sharing.pool_terms(id_, source), "remark": ""} for id_, title, members, ceiling, source in pools]
    for iso in facts.nations:
        if iso != "USA":
            name = facts.nations[iso]["name"]
            ceiling = "top_secret" if facts.has(iso, "FVEY") else facts.relation_level(iso)
            made.append({"id": f"usa-{iso.lower()}", "title": f"United States and {name}", "kind": "bilateral",
                         "members": f"USA;{iso}", "ceiling": ceiling, **sharing.us_terms(facts, iso),
                         "remark": ""})
    made += sharing.other_agreement_rows(facts, lambda iso: clearance(facts, iso))
    return sorted(made, key=lambda row: row["id"])


def joining_rows(facts):
    """A group with a year behind it becomes the events of joining."""
    made = []
    for iso in sorted(facts.nations):
        for tag, date in {**LATER_NATO, **LATER_MNNA}.items():
            if tag in facts.tags[iso]:
                targets = ["nato", "NATO"] if tag in LATER_NATO else ["MNNA"]
                for target in targets:
                    kind = "agreement" if target == "nato" else "group"
                    made.append({"id": f"{iso.lower()}-joins-{target.lower()}-{kind}", "on": date, "join": target,
                                 "nation": iso, "source": "groups-2019"})
    return sorted(made, key=lambda row: row["id"])


def recorded_rows(_):
    made = []
    for row in rows("stances-calibration.csv"):
        if row["quarter"] >= "2019Q1":
            made.append({"id": f"recorded-{row['iso3'].lower()}-{row['quarter'].lower()}", "on": row["quarter"],
                         "stance": STANCE[row["stance"]], "nation": row["iso3"], "source": "stances-calibration",
                         "remark": f"{row['stance']}, confidence {row['confidence']}"})
    return sorted(made, key=lambda row: row["id"])


TABLES = {
    "nations-2019.csv": nation_rows,
    "groups-2019.csv": group_rows,
    "networks-2019.csv": network_rows,
    "missions-2022.csv": mission_rows,
    "outposts-2019.csv": outpost_rows,
    "rivalries-2019.csv": sharing.rivalry_rows,
    "agreements-2019.csv": agreement_rows,
    "events-joining.csv": joining_rows,
    "events-recorded-stances.csv": recorded_rows,
}
COPIED = ["stances-calibration.csv", "access-shares-2022-calibration.csv"]


def render(table):
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=list(table[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(table)
    return out.getvalue()


def make():
    facts = Facts()
    made = {name: render(build(facts)) for name, build in TABLES.items()}
    made.update({name: (RAW / name).read_text(encoding="utf-8") for name in COPIED})
    return made


# ---- every number has a source, or says that it is assumed -------------------------------------------------

EXEMPT = {"run", "format"}                # a seed and a version are nobody's finding


def is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def numbers(table, prefix=""):
    """The dotted keys of a table that hold numbers."""
    for key, value in table.items():
        if is_number(value) or (isinstance(value, list) and any(map(is_number, value))):
            yield prefix + key
        elif isinstance(value, dict):
            yield from numbers(value, f"{prefix}{key}.")


def is_covered(key, table):
    assumed = table.get("assumed", [])
    return bool(table.get("source")) or "all" in assumed or key in assumed or key.split(".")[0] in assumed


def toml_gaps(path):
    with open(path, "rb") as file:
        scenario = tomllib.load(file)
    for section, entries in scenario.items():
        if section in EXEMPT or not isinstance(entries, dict):
            continue
        for id_, entry in entries.items():
            entry = entry if isinstance(entry, dict) else {id_: entry}
            yield from (f"{path.relative_to(ROOT)}: {section}.{id_}.{key}"
                        for key in numbers(entry) if not is_covered(key, entry))


def csv_gaps(path):
    with open(path, newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            row["assumed"] = [key for key in (row.get("assumed") or "").split(";") if key]
            for key, cell in row.items():
                if isinstance(cell, str) and looks_numeric(cell) and not is_covered(key, row):
                    yield f"{path.relative_to(ROOT)}: {row['id']}.{key}"


def looks_numeric(cell):
    try:
        return math.isfinite(float(cell))
    except ValueError:
        return False


def unexplained_sources():
    """Source keys of the tables that README.md does not explain."""
    explained = (DATA / "README.md").read_text(encoding="utf-8")
    for name in TABLES:
        with open(DATA / name, newline="", encoding="utf-8") as file:
            keys = {key for row in csv.DictReader(file) for key in row["source"].split()}
        yield from (f"scenarios/data/{name}: source `{key}`" for key in sorted(keys) if f"`{key}`" not in explained)


def gaps():
    scenarios = sorted(ROOT.glob("scenarios/**/*.toml"))
    # Priors are judgements with a reason each, and no table of a scenario.
    tables = sorted(path for path in DATA.glob("*.csv") if path.name not in (*COPIED, "priors.csv"))
    return [gap for path in scenarios for gap in toml_gaps(path)] + [gap for path in tables for gap in csv_gaps(path)]


def check():
    faults = []
    for name, text in make().items():
        path = DATA / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            faults.append(f"scenarios/data/{name}: is not what this script makes; run `python3 tools/convert_data.py`")
    faults += [f"{gap}: neither a source nor `assumed`" for gap in gaps()]
    faults += [f"{key} is not explained in scenarios/data/README.md" for key in unexplained_sources()]
    print("\n".join(faults) if faults else "tables up to date; every number has a source or says that it is assumed")
    return 1 if faults else 0


def main(arguments):
    if arguments == ["--check"]:
        return check()
    if arguments:
        print(__doc__, file=sys.stderr)
        return 2
    for name, text in make().items():
        (DATA / name).write_text(text, encoding="utf-8")
        print(f"scenarios/data/{name}: {text.count(chr(10)) - 1} rows")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
