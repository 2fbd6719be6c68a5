"""A million RT-years scored, beside a loop of pandas apply that does the same row by row.

Usage: python benchmarks/score.py [RT]

The baseline is made from a fixed seed (200,000 RT by default) with 500,000 interventions over four years, so
five years each; about every fifth is for more than is left, as in a real city. The loop is measured on a part
of the RT, compared cell by cell, and scaled up.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

import numpy as np
import pandas as pd

from petakumuh.catalog.regulation import rule_set
from petakumuh.score import WORKS, score

YEARS = (2020, 2021, 2022, 2023)
PART = 2_000
RULES = rule_set()
HEADS = ("jumlah_bangunan", "jumlah_penduduk", "jumlah_kk", "jalan_ideal_m", "drainase_ideal_m")


def make(units: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Make a baseline and its interventions."""
    random = np.random.default_rng(20261122)
    ids = np.arange(units).astype(str)
    base: dict[str, Any] = {
        "unit_id": ids,
        "kecamatan": "K",
        "kelurahan": np.char.add("Kel ", (np.arange(units) % 2000).astype(str)),
    }
    base |= {"rtrw": np.char.add("RT", ids), "kawasan": "", "berkas": "baseline.csv"}
    base |= {"luas_verifikasi_ha": random.uniform(0.2, 3, units).round(4)}
    base |= {name: random.integers(20, 400, units).astype(float) for name in HEADS}
    over = {one.kode: base[one.penyebut] for one in RULES.kriteria}
    base |= {code: (random.beta(0.5, 0.9, units) * whole).round(2) for code, whole in over.items()}
    rows = units * 5 // 2
    unit, at = random.integers(0, units, rows), random.integers(0, len(RULES.codes), rows)
    stated = np.column_stack([base[code] for code in RULES.codes])[unit, at]
    works = pd.DataFrame(dict.fromkeys(WORKS, ""), index=range(rows)).assign(
        investasi_id=np.arange(rows).astype(str),
        rt=ids[unit],
        tahun=random.choice(np.array(YEARS), rows).astype(str),
        kriteria=np.array(RULES.codes)[at],
        volume=(stated * random.uniform(0.1, 1.2, rows)).round(2),
        biaya=np.nan,
        berkas="investasi.csv",
    )
    return pd.DataFrame(base), works


def by_apply(base: pd.DataFrame, works: pd.DataFrame) -> pd.DataFrame:
    """Score as a notebook would: year by year, a function applied to each row."""

    def one(row: pd.Series[float]) -> pd.Series[float]:
        total = 0
        for rule in RULES.kriteria:
            share = row[rule.kode] / row[rule.penyebut] * 100
            total += 5 if share >= 75.995 else 3 if share >= 50.995 else 1 if share >= 24.995 else 0
        return pd.Series(
            {"total": total, "tingkat": ["TK", "KR", "KS", "KB"][sum(total >= k for k in (16, 38, 60))]}
        )

    state = base.set_index("unit_id")
    codes = list(RULES.codes)
    found = [state.apply(one, axis=1).assign(tahun="2019")]
    for year in YEARS:
        mine = works[(works["tahun"] == str(year)) & works["rt"].isin(state.index)]
        done = mine.pivot_table(index="rt", columns="kriteria", values="volume", aggfunc="sum")
        done = done.reindex(index=state.index, columns=codes).fillna(0.0)
        state[codes] = (state[codes] - done).clip(lower=0)
        found.append(state.apply(one, axis=1).assign(tahun=str(year)))
    return pd.concat(found).reset_index()


def main() -> None:
    """Measure both and compare what they give."""
    units = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
    base, works = make(units)
    started = time.perf_counter()
    scores = score(base, works, RULES, tahun_dasar=2019)
    seconds = time.perf_counter() - started
    started = time.perf_counter()
    theirs = by_apply(base.head(PART), works)
    loop = (time.perf_counter() - started) * units / min(PART, units)
    both = theirs.merge(scores.tabel, on=["unit_id", "tahun"], suffixes=("_loop", ""))
    told = {
        "rt_tahun": len(scores.tabel),
        "investasi": len(works),
        "temuan": len(scores.findings),
        "detik": round(seconds, 1),
        "detik_apply_diperkirakan": round(loop, 1),
        "kali": round(loop / seconds, 1),
        "sel_beda": int(
            (both["total_loop"] != both["total"]).sum() + (both["tingkat_loop"] != both["tingkat"]).sum()
        ),
        "sel_dibandingkan": 2 * len(both),
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main()
