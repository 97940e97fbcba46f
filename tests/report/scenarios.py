"""Write scenarios that a report must bear: names that would be markup, and 195 nations.

    python3 scenarios.py TUTORIAL FOLDER
"""

import itertools
import random
import sys
from pathlib import Path


def hostile(tutorial):
    """The tutorial with a title and names that would be markup, quotes, and other scripts."""
    changed = {
        'title = "Three nations and one rule"': "title = \"</title><script>alert(1)</script> ]]> & 'quoted'\"",
        'name = "United States"': 'name = "<script>alert(\'x\')</script> & \\"États-Unis\\""',
        'name = "United Kingdom"': 'name = "Üñîtéd ]]> <b>Kïngdöm</b> of a very, very long name that goes on and on"',
        'name = "Germany"': 'name = "ألمانيا الاتحادية"',
    }
    text = tutorial
    for old, new in changed.items():
        assert old in text, old
        text = text.replace(old, new)
    more = 'set = { "model.w_guard" = 1.0 }', 'set = { "rules.no-flagged-core.grace_quarters" = 1 }', 'set = { "model.w_move" = 0.1 }'
    return text + "".join(f"\n[variants.v{number}]\n{change}\n" for number, change in enumerate(more))


def many(count=195):
    """So many nations, most with made-up codes and some with long names, in twelve pools around one owner."""
    luck = random.Random(195)
    made = ["".join(letters) for letters in itertools.product("XZQ", "AEIOU", "BCDFGHKLMNPRSTVZ")]
    codes = sorted(["USA", "GBR", "DEU", "FRA"] + [code for code in made if code not in ("XAF", "ZAF", "QAT")][: count - 4])
    text = ["format = 1", f'title = "{count} nations"', '[run]\nstart = "2019Q1"\nend = "2024Q4"\nseed = 3']
    for number, code in enumerate(codes):
        name = f"Democratic and Popular Republic of Côte d’{code.title()}ï" if number % 17 == 0 else f"{code.title()} Land"
        clearance = luck.choice(["top_secret", "secret", "confidential", "restricted"])
        text.append(
            f'[nations.{code}]\nname = "{name}"\nintelligence = {luck.randint(1, 100)}\nclearance = "{clearance}"\n'
            f'alignment_share = {luck.random():.2f}\nassumed = ["all"]\ndistance_km = {{ CHN = {luck.randint(500, 15000)} }}'
        )
        if code != "USA":
            part = luck.randint(0, 60) / 100
            mix = f"{{ huawei = {part:.2f}, ericsson = {1 - part:.2f} }}"
            layers = "\n".join(f"{layer} = {mix}" for layer in ("core", "access_4g", "access_5g"))
            text.append(f'[networks.{code.lower()}-n]\nnation = "{code}"\nsubscribers_million = 10\n{layers}')
    for pool in range(12):
        members = sorted({code for number, code in enumerate(codes) if number % 12 == pool} | {"USA"})
        listed = ", ".join(f'"{code}"' for code in members)
        text.append(f"[groups.G{pool}]\nmembers = [{listed}]\ntrust_weight = 0.9")
        text.append(f'[agreements.a{pool}]\nkind = "pool"\nmembers = [{listed}]\nceiling = "secret"')
    text.append(
        '[rivals.CHN]\nname = "China"\ncapability_share = 0.2\n[rivals.SWE]\nname = "Sweden"\ncapability_share = 0.0\n'
        '[vendors.huawei]\nhome = "CHN"\nprice_index = 0.75\nflagged_by = ["USA"]\n[vendors.ericsson]\nhome = "SWE"\n'
        "[rules.r]\nowner = \"USA\"\nforbids = [\"share\", \"work_alongside\"]\nwhen = 'context.core_flagged_percent > 0'\n"
        'grace_quarters = 4\nenforcement = "automatic"\ntear_line = "confidential"\n'
        '[events.warning]\non = "2019-02-21"\nannounce = "r"\n[variants.soft]\nset = { "rules.r.enforcement" = "discretionary" }'
    )
    return "\n".join(text) + "\n"


def main():
    tutorial, folder = Path(sys.argv[1]).read_text(encoding="utf-8"), Path(sys.argv[2])
    (folder / "hostile.toml").write_text(hostile(tutorial), encoding="utf-8")
    (folder / "many.toml").write_text(many(), encoding="utf-8")


if __name__ == "__main__":
    main()
