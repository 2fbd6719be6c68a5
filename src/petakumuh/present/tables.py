"""The recap as tables: JSON for programs, CSV for Excel in Indonesia, text for the terminal, HTML for Jupyter."""

from __future__ import annotations

import csv
import html
import io
import json
import math
from functools import partial
from typing import TYPE_CHECKING, Any

from petakumuh import findings, recipe
from petakumuh.model import AREA_LEVELS
from petakumuh.present.basis import basis, certified
from petakumuh.text import Language, number, say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from geopandas import GeoDataFrame
    from pandas import DataFrame

    from petakumuh.model import InputFile, Result

__all__ = [
    "OTHER_TABLES",
    "account_of",
    "aligned",
    "cell",
    "csv_text",
    "files",
    "finding_rows",
    "json_text",
    "recap",
    "recap_html",
    "recap_rows",
    "recap_text",
    "records",
    "write_text",
    "written_text",
]

_SHOWN = ("nama", "luas_delineasi_ha", "luas_tertangani_ha", "persen_tertangani", "sisa_ha", "persen_sisa")
OTHER_TABLES = (
    "tahun",
    "jumlah_sektor",
    "sektor",
    "opd",
    "sumber_dana",
    "status",
    "keanggotaan",
    "simulasi",
)
_PARENTS = AREA_LEVELS[:-1]
_HECTARE_DECIMALS = 4
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def files(run: Result, language: Language) -> dict[str, Callable[[Path], None]]:
    """List the tables of a run: name -> what writes it to a path."""
    texts = {
        "rekap.csv": csv_text(recap_rows(run.tables, str(basis(run, language)["keterangan"]), language)),
        "temuan.csv": csv_text(finding_rows(run.findings, str(basis(run, language)["keterangan"]), language)),
        "rekonsiliasi.csv": csv_text(_reconciliation_rows(run, language)),
        "rekap.json": json_text(recap(run)),
        "resep.json": json_text(_provenance(run)),
    }
    if "pasangan" in run.tables:
        texts["pasangan.csv"] = csv_text(_pair_rows(run, language))
    return {name: partial(write_text, text) for name, text in texts.items()}


def write_text(text: str, path: Path) -> None:
    """Write a text to a path, the same bytes on every machine."""
    path.write_bytes(text.encode())


def recap(run: Result) -> dict[str, Any]:
    """Lay the whole recap out for programs: unrounded, missing as None, the keys the same in every language."""
    found: dict[str, Any] = {"total": records(run.tables["total"])[0]}
    for name in (*AREA_LEVELS, *OTHER_TABLES):
        found[name] = records(run.tables[name]) if name in run.tables else []
    if run.skor is not None:
        found["skor"] = run.skor.rekap
    found["temuan"] = findings.counts(run.findings)
    found["basis"] = basis(run)
    found["sertifikasi"] = dict(run.sertifikasi)
    found["resep"] = recipe.as_tables(run.recipe)
    return found


def recap_text(run: Result, language: Language = "id") -> str:
    """Write the recap per kabupaten/kota with its total for a terminal, and below whether it is certified."""
    head = [say(f"kolom.{name}", language) for name in _SHOWN]
    rows = [
        [row["nama"], *(number(row[name], language=language) for name in _SHOWN[1:])] for row in _recap_short(run)
    ]
    return "\n".join([aligned([head, *rows]), "", certified(run.sertifikasi, language)])


def written_text(run: Result, language: Language = "id") -> list[str]:
    """Say what decree and verification write beside what is delineated, and that works are wanting, in lines."""
    said = run.tables["luas_tertulis"].iloc[0]
    told = [] if run.recipe.penanganan else [say("cli.tanpa_penanganan", language)]
    if run.recipe.sk is not None:
        named = {
            name: "–"
            if math.isnan(said[f"luas_{name}_ha"])
            else f"{number(said[f'luas_{name}_ha'], language=language)} ha"
            for name in ("sk", "lampiran", "delineasi")
        }
        told.append(say("cli.sk_tiga", language, **named))
    if run.skor is not None:
        values = {name: said[f"luas_{name}_ha"] for name in ("verifikasi", "delineasi")}
        told.append(say("cli.luas_tiga", language, **values))
    return told


def aligned(rows: list[list[str]]) -> str:
    """Lay rows out for a terminal: names left, numbers right, the head above and the total below a rule.

    Examples
    --------
    >>> print(aligned([["", "ha"], ["A", "1,5"], ["TOTAL", "1,5"]]))
            ha
    ──────────
    A      1,5
    ──────────
    TOTAL  1,5
    """
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    lines = [
        "  ".join(
            one.ljust(width) if at == 0 else one.rjust(width)
            for at, (one, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    ]
    rule = "─" * len(lines[0])
    return "\n".join([lines[0], rule, *lines[1:-1], rule, lines[-1]])


def recap_html(run: Result, language: Language = "id") -> str:
    """Write the recap per kabupaten/kota with its total for a notebook."""
    head = "".join(f"<th>{html.escape(say(f'kolom.{name}', language))}</th>" for name in _SHOWN)
    body = []
    for row in _recap_short(run):
        numbers = "".join(
            f'<td style="text-align:right">{number(row[name], language=language)}</td>' for name in _SHOWN[1:]
        )
        body.append(f'<tr><td style="text-align:left">{html.escape(str(row["nama"]))}</td>{numbers}</tr>')
    note = html.escape(f"{basis(run, language)['keterangan']} {certified(run.sertifikasi, language)}")
    rows = "".join(body)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table><p><small>{note}</small></p>"


def _recap_short(run: Result) -> list[dict[str, Any]]:
    """Give the rows planners read first: kabupaten/kota, else kelurahan where there is only one, and the total."""
    level = "kabupaten_kota" if len(run.tables["kabupaten_kota"]) > 1 else "kelurahan"
    total = run.tables["total"].assign(nama="TOTAL")
    return [row for table in (run.tables[level], total) for row in records(table[list(_SHOWN)])]


def recap_rows(tables: Mapping[str, DataFrame], measured: str, language: Language) -> Iterable[list[object]]:
    """Lay the tables of all levels of area out under one head; ``measured`` stands beside each row."""
    area = list(tables["total"].columns)
    yield ["tingkat_wilayah", "kode", "nama", *_PARENTS, *area, "dasar"]
    for level in ("total", *AREA_LEVELS):
        for row in tables[level].to_dict("records"):
            code = row.get("kode", row.get("kumuh_id", ""))
            yield [
                say(f"tingkat_wilayah.{level}", language),
                code,
                row.get("nama", "TOTAL"),
                *(row.get(name, "") for name in _PARENTS),
                *(cell(row[name], language) for name in area),
                measured,
            ]


def _reconciliation_rows(run: Result, language: Language) -> Iterable[list[object]]:
    table = run.tables["rekonsiliasi"]
    measured = basis(run, language, dasar="utm")["keterangan"]
    yield [*(str(name) for name in table.columns), "dasar"]
    for row in table.to_dict("records"):
        level = say(f"tingkat_wilayah.{row['wilayah']}", language)
        yield [*(cell(value, language) for value in (row | {"wilayah": level}).values()), measured]


def _pair_rows(run: Result, language: Language) -> Iterable[list[object]]:
    """Lay out which row of a table belongs to which polygon, and those on either side that are alone."""
    table = run.tables["pasangan"]
    yield [str(name) for name in table.columns]
    for row in table.to_dict("records"):
        state = say(f"keadaan.{row['keadaan']}", language)
        yield [cell(value, language) for value in (row | {"keadaan": state}).values()]


def finding_rows(found: GeoDataFrame, measured: str, language: Language) -> Iterable[list[object]]:
    """Lay findings out with their messages and places, a head above; ``measured`` stands beside each."""
    told = findings.with_messages(found, language)
    names = [name for name in told.columns if name != "geometry"]
    yield [*names, "bujur", "lintang", "dasar"]
    for row, place in zip(told[names].to_dict("records"), told.geometry, strict=True):
        where = ["", ""] if place.is_empty else [_decimal(place.x, 6), _decimal(place.y, 6)]
        yield [*(cell(row[name], language) for name in names), *where, measured]


def cell(value: object, language: Language) -> object:
    """Write one value as a cell: yes and no as words, numbers with four decimals, missing as nothing."""
    if isinstance(value, bool):
        return say("umum.ya" if value else "umum.tidak", language)
    if isinstance(value, float):
        return "" if math.isnan(value) else _decimal(value, _HECTARE_DECIMALS)
    return value


def _decimal(value: float, decimals: int) -> str:
    """Write a number as Excel in Indonesia reads it: decimal comma, no thousands sign."""
    return f"{value:.{decimals}f}".replace(".", ",")


def csv_text(rows: Iterable[list[object]]) -> str:
    r"""Write rows in the dialect of Excel in Indonesia: semicolon, UTF-8 with BOM; text never becomes a formula.

    Examples
    --------
    >>> csv_text([["id", "luas"], ["=1+1", "-0,5"]])
    "\ufeffid;luas\r\n'=1+1;-0,5\r\n"
    """
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    for row in rows:
        writer.writerow([_inert(cell) if isinstance(cell, str) else cell for cell in row])
    return "\ufeff" + buffer.getvalue()


def _inert(cell: str) -> str:
    is_number = cell.lstrip("-").replace(",", "", 1).isdigit()
    return f"'{cell}" if cell.startswith(_FORMULA) and not is_number else cell


def records(table: DataFrame) -> list[dict[str, Any]]:
    """Give the rows of a table as JSON has them."""
    return [{str(key): _plain(value) for key, value in row.items()} for row in table.to_dict("records")]


def _plain(value: Any) -> Any:
    """Bring a cell to what JSON has: missing as None, numpy's numbers as Python's."""
    if hasattr(value, "item"):
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value


def account_of(one: InputFile) -> dict[str, Any]:
    """Say what a file is, and what became of its rows."""
    return {
        "lapisan": one.role,
        "berkas": one.name,
        "sha256": one.sha256,
        "objek": one.rows,
        "utuh": one.used,
        "diperbaiki": one.repaired,
        "dikecualikan": one.excluded,
    }


def _provenance(run: Result) -> dict[str, Any]:
    return {
        "resep": recipe.as_tables(run.recipe),
        "masukan": [account_of(one) for one in run.inputs],
        "basis": basis(run),
        "sertifikasi": dict(run.sertifikasi),
        "versi": dict(run.versions),
    }


def json_text(value: object) -> str:
    """Write a value as JSON for programs and eyes."""
    return json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
