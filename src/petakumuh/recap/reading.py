"""Recaps as they lie on disk, each with its scores: its own, or those of the ``skor_rekap.json`` beside it."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from petakumuh.account import ADDITIVE
from petakumuh.catalog.planning import INDICATORS
from petakumuh.errors import InputError
from petakumuh.findings import Finding
from petakumuh.model import AREA_LEVELS, NO_YEAR, OUTSIDE
from petakumuh.recap.hectares import SUMMED

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

__all__ = ["has_indicator", "read_recaps", "require_scores_once"]

_SCORES = "skor_rekap.json"
_RECAP = "rekap.json"
_BASELINE = "(tahun dasar)"
"""The year of a baseline that has none."""
_DEEPEST, _MOST = 32, 1e15
"""Levels that a file may nest, and a number that no sum of hectares or people comes near."""

# The form of recaps. A text is a kind (see `_is`), a dictionary says what stands under each key, [form] is a list
# of one or more, (form,) of any number. A key that ends in ? may be missing or null; *_ha stands for every key
# that is not named and ends so.
_AREA = {name: "angka" for name in ADDITIVE if name != "luas_sk_ha"} | {
    "luas_sk_ha?": "angka", "persen_tertangani?": "angka", "persen_sisa?": "angka", "tersertifikasi": "ya/tidak",
}  # fmt: skip
_PLACE = _AREA | {"kode": "teks", "nama": "teks", "*?": "teks"}
_BASIS = {"dasar": "teks", "epsg": ["bulat"], "batas_kelurahan?": {"*?": "teks"}}
_CERTIFIED = {
    "tersertifikasi?": "ya/tidak", "sebab?": "sebab", "metode?": ("teks",), "kumuh?": "bulat",
    "tangga?": {"biasa?": "bulat", "kisi?": "bulat", "belah?": "bulat"},
    "selisih_terbesar_relatif?": "angka", "selisih_terbesar_m2?": "angka",
    "mundur?": ("teks",),
}  # fmt: skip
_RECIPE = {"kumuh?": {"sk?": "teks"}, "hitung?": {"status_tertangani?": ("teks",)}}
_KEYS = {"tahun": "tahun", "jumlah_sektor": "bulat"}
_RECAP_FORM = {
    "total": _AREA | {"*": "tidak ada"},
    **{level: [_PLACE] for level in AREA_LEVELS},
    "kumuh": [_AREA | {"kumuh_id": "teks", "*?": "teks"}],
    **{
        f"{name}?": ({key: _KEYS.get(key, "teks")} | dict.fromkeys(columns, "angka"),)
        for name, (key, columns) in SUMMED.items()
    },
    "basis": _BASIS,
    "sertifikasi?": _CERTIFIED,
    "resep": _RECIPE,
}
_RUN_FORM = _RECAP_FORM | {"resep": _RECIPE | {"kumuh": {"sk?": "teks"}}}
_ORIGIN = {"berkas": "teks", "sha256": "teks", "resep": {}, "tahun": ["tahun skor"], "indikator": ("teks",)}
_PART = {
    "berkas": "teks", "basis": _BASIS, "sertifikasi?": _CERTIFIED, "resep": _RECIPE, "kabupaten_kota": ("teks",),
    "skor?": _ORIGIN,
}  # fmt: skip
_LISTED = {
    "kode": "teks", "nomor_sk?": "teks",
    "sd_tahun?": "bulat", "laju_ha_per_tahun?": "angka", "tahun_nol?": "bulat",
}  # fmt: skip
_JOINED_FORM = _RECAP_FORM | {"bagian": [_PART], "daftar": [_LISTED]}
_SCORED = ("kumuh_ha", "tidak_kumuh_ha", "jumlah_rt", "pengurangan_ha", "sisa_kumuh_ha", "tanpa_skor_ha")
_SCORES_FORM = {
    "tahun": {
        "*": dict.fromkeys(_SCORED, "angka") | {"indikator?": {"*": {"*?": "angka"}}, "*?": "angka"},
    },
    "resep": {"aturan?": "teks"},
    "investasi?": {"baris?": "angka", "diterapkan?": "angka", "tidak?": {"*": "angka"}},
}
_LISTED_SCORES = {
    "kode": "teks", "nama": "teks", "tahun_nol_skor?": "bulat", "laju_skor_ha_per_tahun?": "angka",
    "*_ha?": "angka", "*_persen?": "angka", "*?": "teks",
}  # fmt: skip
_JOINED_SCORES_FORM = {"skor": _SCORES_FORM, "skor_daftar": [_LISTED_SCORES]}


def read_recaps(paths: Sequence[Path]) -> tuple[list[dict[str, Any]], list[Finding]]:
    """Read recaps; what each was made of stands under ``bagian``, its scores (or None) under ``skor``.

    Parameters
    ----------
    paths
        Each a ``rekap.json``; a ``skor_rekap.json`` may be named beside the one that it belongs to.

    Raises
    ------
    InputError
        When a file is no recap or named twice, or scores belong to none or are none.
    """
    _require_others({path: path.resolve() for path in paths}, paths)
    told = [(path, *_load(path)) for path in paths]
    _require_others({path: digest for path, digest, _ in told}, paths)
    places = {path.resolve().parent for path, _, one in told if path.name == _RECAP and not _is_scores(one)}
    given: list[dict[str, Any]] = []
    found: list[Finding] = []
    names = _names(paths)
    for path, digest, one in told:
        if _is_scores(one):
            if path.name != _SCORES or path.resolve().parent not in places:
                raise InputError("skor_tanpa_rekap", file=path)
            continue
        read, doubts = _one(path, names[path], digest, one)
        given.append(read)
        found += doubts
    return _told_apart(given), found


def _require_others(known_by: Mapping[Path, object], paths: Sequence[Path]) -> None:
    """Refuse a file that is named twice, or that is another's copy."""
    seen: dict[object, Path] = {}
    for path in paths:
        if known_by[path] in seen:
            raise InputError("berkas_dua_kali", file=seen[known_by[path]], lain=path)
        seen[known_by[path]] = path


def _told_apart(given: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Put the file that parts were joined in before their names, where another file has a part of that name."""
    files = Counter(part["berkas"] for one in given for part in one["bagian"])
    for one in (one for one in given if "daftar" in one):
        for at, part in enumerate(one["bagian"]):
            if files[part["berkas"]] > 1:
                named = part | {"berkas": f"{one['berkas']}: {part['berkas']}"}
                if part.get("skor"):
                    named["skor"] = part["skor"] | {"berkas": f"{one['berkas']}: {part['skor']['berkas']}"}
                one["bagian"][at] = named
    return given


def _names(paths: Sequence[Path]) -> dict[Path, str]:
    """Call each file by its name and folder, and as many folders above as tell it from the others."""
    for parts in range(2, max(len(path.parts) for path in paths) + 1):
        names = {path: "/".join(path.parts[-parts:]) for path in paths}
        if len(set(names.values())) == len(names):
            return names
    return {path: str(path) for path in paths}


def _load(path: Path, refused: str = "bukan_rekap") -> tuple[str, dict[str, Any]]:
    try:
        raw = path.read_bytes()
        told = json.loads(raw, parse_constant=int)  # NaN and Infinity are no JSON
    except OSError as error:
        raise InputError("berkas_sistem", file=path, alasan=error.strerror or error) from error
    except (ValueError, RecursionError) as error:
        raise InputError(refused, file=path) from error
    if not isinstance(told, dict) or _deeper(told, _DEEPEST):
        raise InputError(refused, file=path)
    return hashlib.sha256(raw).hexdigest(), told


def _deeper(value: Any, levels: int) -> bool:
    """Whether a value nests deeper than so many levels."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return levels == 0 or any(_deeper(one, levels - 1) for one in inner)


def _is_scores(told: Mapping[str, Any]) -> bool:
    """Whether a file holds scores alone: their years are named, where a recap's table of years is a list."""
    return "total" not in told and isinstance(told.get("tahun"), dict)


def _one(path: Path, name: str, digest: str, told: dict[str, Any]) -> tuple[dict[str, Any], list[Finding]]:
    """Give one recap the name it is called by, its parts and its scores."""
    if "bagian" in told:
        _require(path, told, _JOINED_FORM)
        _require_certified(path, told, told["bagian"])
        scored = any(part.get("skor") for part in told["bagian"])
        if scored:
            _require(path, told, _JOINED_SCORES_FORM)
        return told | {"skor": told["skor"] if scored else None, "berkas": name}, []
    _require(path, told, _RUN_FORM)
    _require_certified(path, told, [told])
    part: dict[str, Any] = {
        "berkas": name,
        "sha256": digest,
        "basis": told["basis"],
        "sertifikasi": told.get("sertifikasi") or {},
        "resep": told["resep"],
        "kabupaten_kota": [row["kode"] for row in told["kabupaten_kota"] if row["kode"] != OUTSIDE],
    }
    scores, source, found = told.get("skor") or None, path, []
    if scores is not None:
        _require_scores(path, scores)
    beside = path.with_name(_SCORES)
    if path.name == _RECAP and beside.exists():
        other = _load(beside, "bukan_skor_rekap")[1]
        if scores is None:
            _require_scores(beside, other)
            scores, source = other, beside
        elif (scores.get("tahun"), scores.get("resep")) != (other.get("tahun"), other.get("resep")):
            found = [Finding("rekap_skor_dua", "peringatan", "baseline", name, values={"lain": _SCORES})]
    if scores is not None:
        part["skor"] = _origin(name.removesuffix(path.name) + source.name, scores)
    return told | {"skor": scores, "berkas": name, "bagian": [part]}, found


def _origin(name: str, scores: Mapping[str, Any]) -> dict[str, Any]:
    """Say what scores are: where from, by which rules and choices, for which years and indicators."""
    same = json.dumps([scores["tahun"], scores["resep"]], sort_keys=True).encode()
    return {
        "berkas": name,
        "sha256": hashlib.sha256(same).hexdigest(),
        "resep": scores["resep"],
        "tahun": list(scores["tahun"]),
        "indikator": [one for one in INDICATORS if has_indicator(scores["tahun"], one)],
    }


def has_indicator(years: Mapping[str, Mapping[str, Any]], name: str) -> bool:
    """Whether every year says how many households are to be served, and how many are."""
    said = [(row.get("indikator") or {}).get(name) or {} for row in years.values()]
    return all(_is_number(one.get(key)) for one in said for key in ("sasaran_kk", "terlayani_kk"))


def _require(path: Path, told: Mapping[str, Any], form: Mapping[str, Any]) -> None:
    """Refuse what has not the form of a recap, and say where it has not."""
    fault = _fault(told, form)
    if fault is not None:
        raise InputError("rekap_rusak", file=path, kunci=fault.lstrip("."))


def _require_certified(path: Path, told: Mapping[str, Any], runs: Sequence[Mapping[str, Any]]) -> None:
    """Refuse hectares that are called certified where a run of theirs is not, or the other way round."""
    sure = all((one.get("sertifikasi") or {}).get("tersertifikasi") for one in runs)
    if told["total"]["tersertifikasi"] != sure:
        raise InputError("rekap_rusak", file=path, kunci="sertifikasi")


def _require_scores(path: Path, scores: Any) -> None:
    """Refuse what is no recap of scores."""
    fault = _fault(scores, _SCORES_FORM)
    if fault is None and not (scores["tahun"] and all(_is(label, "tahun skor") for label in scores["tahun"])):
        fault = ".tahun"
    if fault is not None:
        raise InputError("skor_rusak" if fault else "bukan_skor_rekap", file=path, kunci=fault.lstrip("."))


def _fault(value: Any, form: Any, at: str = "") -> str | None:
    """Say where a value departs from its form; None where it does not."""
    inner: list[tuple[str, Any, Any]] = []
    if isinstance(form, str):
        fits = _is(value, form)
    elif isinstance(form, dict):
        fits = isinstance(value, dict)
        inner = list(_members(value, form)) if fits else []
    else:
        fits = isinstance(value, list) and (bool(value) or isinstance(form, tuple))
        inner = [(f"[{number}]", one, form[0]) for number, one in enumerate(value)] if fits else []
    if not fits:
        return at
    faults = (_fault(one, wanted, f"{at}{name}") for name, one, wanted in inner)
    return next((fault for fault in faults if fault is not None), None)


def _members(value: Mapping[str, Any], form: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    """Give what stands under the keys of a form, and the form of each."""
    forms = {key.removesuffix("?"): (key.endswith("?"), one) for key, one in form.items()}
    endings = [key for key in forms if key.startswith("*")]
    for name in dict.fromkeys([*(key for key in forms if key not in endings), *value]):
        key = name if name in forms else next((one for one in endings if name.endswith(one[1:])), None)
        if key is None:
            continue
        may_lack, wanted = forms[key]
        if not may_lack or value.get(name) is not None:
            yield f".{name}", value.get(name), wanted


def _is(value: Any, kind: str) -> bool:
    """Whether a value is of a kind; nothing is of another kind than these."""
    match kind:
        case "angka":
            return _is_number(value)
        case "bulat":
            return _is_number(value) and value == int(value)
        case "ya/tidak" | "teks":
            return isinstance(value, str if kind == "teks" else bool)
        case "sebab":
            return value in ("", "tanpa_kernel", "dimatikan", "mundur", "sebagian", "tidak")
        case "tahun" | "tahun skor":
            undated = (NO_YEAR,) if kind == "tahun" else (NO_YEAR, _BASELINE)
            return value in undated or (isinstance(value, str) and re.fullmatch("[0-9]{4}", value) is not None)
    return False


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and -_MOST < value < _MOST


def require_scores_once(given: Sequence[Mapping[str, Any]]) -> None:
    """Refuse the same scores under two kabupaten/kota: their hectares would count twice.

    Raises
    ------
    InputError
        When they are.
    """
    seen: dict[str, str] = {}
    for part in (part for one in given for part in one["bagian"] if part.get("skor")):
        digest = part["skor"]["sha256"]
        if digest in seen:
            raise InputError("skor_dua_kali", file=seen[digest], lain=part["skor"]["berkas"])
        seen[digest] = part["skor"]["berkas"]
