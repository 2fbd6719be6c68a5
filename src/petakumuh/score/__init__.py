"""Scoring by a regulation: volumes to scores, classes and reduction, each year from the year before.

Worse never scores lower; missing is missing, never zero. A rule set is data (`petakumuh.catalog.regulation`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
import pandas as pd

from petakumuh import findings
from petakumuh.catalog.checked import base_year
from petakumuh.catalog.regulation import DENOMINATORS
from petakumuh.errors import RecipeError
from petakumuh.findings import Finding
from petakumuh.model import NO_YEAR, Scores
from petakumuh.score import places, priority, shares
from petakumuh.score.oddities import of_baseline, of_clamps
from petakumuh.score.recap import UNSCORED, account, by_year
from petakumuh.score.services import indicators, served
from petakumuh.score.villages import by_village, close
from petakumuh.score.works import APPLIED, placed, remarks, years_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray
    from pandas import DataFrame

    from petakumuh.catalog.regulation import RuleSet

    Floats = NDArray[np.float64]
    Whole = NDArray[np.int16]

__all__ = ["WORKS", "Level", "score"]

Level = Literal["rt", "kawasan"]
WORKS = ("investasi_id", "rt", "kelurahan", "tahun", "kriteria", "volume", "satuan", "kegiatan", "status",
         "sumber_dana", "biaya", "berkas")  # fmt: skip
"""Columns of interventions; all but ``volume`` and ``biaya`` are text, empty where the file says nothing."""
_EXACT = 1e-9
"""What adding decimals leaves behind: 80 % served is 80 %."""
_BASE = "(tahun dasar)"
"""Label of the baseline's year where nothing says which it is."""


def score(
    baseline: DataFrame,
    investasi: DataFrame,
    rules: RuleSet,
    *,
    satuan: Level = "rt",
    rata_sektoral: str | None = None,
    kontribusi: str | None = None,
    pengurangan: str | None = None,
    nilai_terendah: str | None = None,
    pertimbangan: str | None = None,
    penyebut: Mapping[str, str] | None = None,
    tahun_dasar: int | None = None,
    status: Sequence[str] = ("selesai",),
    before: Sequence[Finding] = (),
) -> Scores:
    """Score every unit in every year.

    Parameters
    ----------
    baseline
        One row per RT: ``unit_id, kecamatan, kelurahan, rtrw, kawasan, berkas`` (text), the denominators and one
        column of volumes per criterion (floats, NaN where missing); and where it has them the columns of
        `petakumuh.score.priority.COLUMNS` (text), and ``id_berkas``, the ids as its file has them.
    investasi
        One row per intervention, with the columns of `WORKS`; ``rtrw`` besides where RT and RW stand apart.
    rules
        The rule set.
    satuan
        Score RT, or kawasan: the sums of their RT (the kelurahan, where no kawasan is named). A kawasan with an
        RT of which something is missing has no score.
    rata_sektoral, kontribusi, pengurangan, nilai_terendah, pertimbangan
        The ways that the rule set offers; by default its own.
    penyebut
        Criterion -> another denominator that the rule set allows for it.
    tahun_dasar
        Year of the baseline; by default the year before the first intervention, and it is said.
    status
        Statuses that count; interventions that say nothing about status are all taken as done.
    before
        What reading found.

    Raises
    ------
    RecipeError
        When the rule set does not offer what is chosen, or ids of units are not unique.
    ConservationError
        When the sums over kelurahan are not those of the whole.

    Notes
    -----
    A negative volume counts as nothing. Volumes beyond the denominator stay as they are: they score highest, and
    count fully in the means.
    """
    if satuan not in get_args(Level):
        offered = ", ".join(get_args(Level))
        raise RecipeError("nilai_salah", tabel="skor", kunci="satuan", nilai=satuan, pilihan=offered)
    chosen = {
        matter: rules.chosen(matter, wanted)
        for matter, wanted in (
            ("rata_sektoral", rata_sektoral),
            ("kontribusi", kontribusi),
            ("pengurangan", pengurangan),
            ("nilai_terendah", nilai_terendah),
            ("pertimbangan", pertimbangan),
        )
    }
    units, found = places.settled(baseline.reset_index(drop=True))
    if not units["unit_id"].is_unique:
        twice = units.loc[units["unit_id"].duplicated(), "unit_id"].iloc[0]
        raise RecipeError("unit_ganda", id=twice)
    over = _denominators(rules, penyebut or {})
    base, odd = _base_year(tahun_dasar, investasi)
    found += odd
    stated, below = units[list(rules.codes)].to_numpy(dtype=float), units[over].to_numpy(dtype=float)
    said, odd = priority.stated(units, rules.rencana)
    found += [*of_baseline(units, stated, below, over, rules), *odd, *places.spellings(units)]
    works, lost = placed(investasi, units, stated, rules, base=base, counted=status)
    found += lost + remarks(works, units, rules)
    heads = [one for one in dict.fromkeys((*DENOMINATORS, *over)) if one in units]
    units = units.assign(**{column: units[column].where(~(units[column] < 0)) for column in heads})
    below = units[over].to_numpy(dtype=float)
    years, works = _years(works, base)
    first = np.maximum(stated, 0.0)
    volumes, excess = shares.walk(first, _outcome(works, (len(units), len(years) - 1, len(rules.kriteria))))
    done = works[works["nasib"] == APPLIED]
    found += of_clamps(done, units, excess, volumes[:, :-1], years=years[1:], rules=rules)
    rt, home = units, np.arange(len(units))
    if satuan == "kawasan":
        units, volumes, below, said, home, odd = places.kawasan(units, volumes, over, said)
        found += odd
    return _scored(
        units,
        volumes,
        below,
        years,
        rules,
        rt=rt,
        home=home,
        said=said,
        chosen=chosen,
        works=works,
        found=[*before, *found],
        recipe={"satuan": satuan, "penyebut": dict(penyebut or {}), "status": list(status)},
    )


def _denominators(rules: RuleSet, wanted: Mapping[str, str]) -> list[str]:
    """Give the column that each criterion is divided by."""
    for code, column in wanted.items():
        allowed = {one.kode: (one.penyebut, *one.penyebut_lain) for one in rules.kriteria}
        if column not in allowed.get(code, ()):
            offered = ", ".join(f"{one} = {'/'.join(ways)}" for one, ways in allowed.items() if len(ways) > 1)
            raise RecipeError(
                "nilai_salah", tabel=rules.id, kunci="penyebut", nilai=f"{code} = {column}", pilihan=offered or "–"
            )
    return [wanted.get(one.kode, one.penyebut) for one in rules.kriteria]


def _base_year(stated: int | None, investasi: DataFrame) -> tuple[int, list[Finding]]:
    """Give the baseline's year; 0 where nothing tells it, and a refusal of what is no year."""
    if (year := base_year(stated, "skor")) is not None:
        return year, []
    known = [one for one in years_of(investasi).unique() if one > 0] if len(investasi) else []
    if not known:
        return 0, []
    base = int(min(known)) - 1
    return base, [Finding("tahun_dasar_diduga", "peringatan", "baseline", values={"tahun": str(base)})]


def _years(works: DataFrame, base: int) -> tuple[list[str], DataFrame]:
    """List every year from the baseline to the last work, and after all (tanpa tahun); say each work's place."""
    done = works["nasib"] == APPLIED
    dated = works.loc[done & (works["tahun_ke"] > 0), "tahun_ke"]
    last = int(dated.max()) if len(dated) else base
    years = [str(base) if base else _BASE, *(str(one) for one in range(base + 1, last + 1))]
    at = works["tahun_ke"] - base - 1
    if (done & (works["tahun_ke"] == 0)).any():
        years.append(NO_YEAR)
        at = at.where(works["tahun_ke"] > 0, len(years) - 2)
    return years, works.assign(ke=at)


def _outcome(works: DataFrame, shape: tuple[int, int, int]) -> Floats:
    """Add the volumes up by unit, year and criterion, in an order that is not that of the file."""
    done = works.loc[works["nasib"] == APPLIED, ["unit", "ke", "pada", "volume"]]
    if done.empty:
        return np.zeros(shape)
    done = done.sort_values(["unit", "ke", "pada", "volume"], kind="stable")
    cells = np.ravel_multi_index(tuple(done[name].to_numpy() for name in ("unit", "ke", "pada")), shape)
    volumes = done["volume"].to_numpy(dtype=float)
    return np.bincount(cells, weights=volumes, minlength=int(np.prod(shape))).astype(float).reshape(shape)


def _scored(
    units: DataFrame,
    volumes: Floats,
    below: Floats,
    years: Sequence[str],
    rules: RuleSet,
    *,
    rt: DataFrame,
    home: NDArray[np.intp],
    said: DataFrame,
    chosen: Mapping[str, str],
    works: DataFrame,
    found: list[Finding],
    recipe: Mapping[str, Any],
) -> Scores:
    """Turn volumes into scores, the table of units and the recap."""
    share = shares.shares(volumes, below[:, None, :])
    nilai, total, missing = shares.sums(share, rules, int(chosen["nilai_terendah"]))
    means = shares.sector_means(share, rules, chosen["rata_sektoral"])
    mean = shares.total_mean(means)
    grade = shares.class_at(total, rules)
    given = shares.contribution(mean, total, rules, chosen["kontribusi"])
    found += _strange_contributions(units, given, years)
    area = units["luas_verifikasi_ha"].to_numpy(dtype=float)
    less = shares.reduction(chosen["pengurangan"], area, grade, given=given, served=_served(share, rules))
    less[missing] = np.nan
    keys = places.labelled(units[["unit_id", "kecamatan", "kelurahan", "rtrw"]], years, "tahun")
    names = [*(one.kode for one in rules.kelas), UNSCORED]
    kinds = np.where(missing, len(rules.kelas), grade)
    table = (
        keys
        | _marks(nilai, share, rules)
        | {
            "total": pd.arrays.IntegerArray(total.ravel(), missing.ravel()),
            "tingkat": places.taken(names, kinds.ravel()),
            "rata_sektoral": mean.ravel(),
            "kontribusi": given.ravel(),
            "luas_verifikasi_ha": np.repeat(area, len(years)),
            "pengurangan_ha": less.ravel(),
        }
    )
    told = findings.frame(found)
    sums = by_year(units, grade, missing, less, years=years, rules=rules)
    lowest = int(chosen["nilai_terendah"])
    towns = by_village(
        units, volumes, below, total=total, missing=missing, less=less, years=years, rules=rules, lowest=lowest
    )
    close(towns, sums)
    served_by = indicators(volumes, below, years, rules)
    recap = {
        "tahun": {year: row | {"indikator": served_by[year]} for year, row in sums.items()},
        "investasi": account(works),
        "temuan": findings.counts(told),
        "resep": {"aturan": rules.id, "sumber": rules.sumber, **chosen, **recipe, "tahun_dasar": years[0]},
    }
    return Scores(
        unit=units.drop(columns=[*rules.codes, *priority.COLUMNS, "berkas", "id_berkas"], errors="ignore"),
        tabel=pd.DataFrame(table),
        volume=pd.DataFrame(keys | _columns("volume", volumes, rules)),
        persen=pd.DataFrame(keys | _columns("persen", share, rules) | _aspects(means, rules)),
        kelurahan=towns,
        pelayanan=served(units, volumes, below, years, rules),
        prioritas=priority.priorities(units, said, names, kinds, plans=rules.rencana, way=chosen["pertimbangan"]),
        kewenangan=priority.authorities(rt, (grade > 0)[home] & ~missing[home], missing[home], rules.rencana),
        investasi=works.drop(columns=["unit", "pada", "ke", "tahun_ke", "rtrw"], errors="ignore"),
        rekap=recap,
        findings=told,
        aturan=rules,
    )


def _marks(nilai: Whole, share: Floats, rules: RuleSet) -> dict[str, Any]:
    """Give the scores of each criterion, missing where its share is."""
    return {
        f"nilai_{code}": pd.arrays.IntegerArray(nilai[..., at].ravel(), np.isnan(share[..., at]).ravel())
        for at, code in enumerate(rules.codes)
    }


def _columns(word: str, values: Floats, rules: RuleSet) -> dict[str, Floats]:
    return {f"{word}_{code}": values[..., at].ravel() for at, code in enumerate(rules.codes)}


def _aspects(means: Floats, rules: RuleSet) -> dict[str, Floats]:
    return {f"rata_{key}": means[..., at].ravel() for at, key in enumerate(rules.aspek)}


def _served(share: Floats, rules: RuleSet) -> NDArray[np.bool_]:
    """Whether the aspects that the rule set names are served far enough."""
    if not rules.layanan_aspek:
        return np.ones(share.shape[:2], dtype=bool)
    means = shares.sector_means(share, rules, "polos")
    wanted = [list(rules.aspek).index(one) for one in rules.layanan_aspek]
    enough: NDArray[np.bool_] = np.all(1 - means[..., wanted] >= rules.layanan_minimal - _EXACT, axis=-1)
    return enough


def _strange_contributions(units: DataFrame, given: Floats, years: Sequence[str]) -> list[Finding]:
    """Name contributions that are no share of anything: the formula ``form`` gives them where means are small."""
    strange = np.argwhere((given < 0) | (given > 1))
    return [
        Finding(
            "kontribusi_di_luar",
            "peringatan",
            "baseline",
            str(units["berkas"].iloc[at]),
            (str(units["unit_id"].iloc[at]),),
            values={"tahun": years[year], "persen": float(given[at, year]) * 100},
        )
        for at, year in strange.tolist()
    ]
