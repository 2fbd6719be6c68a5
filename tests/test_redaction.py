"""No password of a connection string is ever said."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from petakumuh import findings, recipe
from petakumuh.errors import InputError
from petakumuh.findings import Finding
from petakumuh.text.redaction import redacted

PIECES = st.sampled_from(
    ["postgresql://", "postgres:/", "PG:", "password=", "pwd = ", "5432", "***", "u", *"@:/?&|['\" \\\n"]
)


@given(st.text(), st.text(min_size=1))
def test_an_encoded_password_is_hidden_and_nothing_else(user, password):
    user, password = quote(user, safe=""), quote(password, safe="")
    text = f"gagal: postgresql://{user}:{password}@db.go.id:5432/kumuh?sslmode=require, ulangi"
    assert redacted(text) == f"gagal: postgresql://{user}:***@db.go.id:5432/kumuh?sslmode=require, ulangi"


@given(st.text(st.characters(exclude_characters="\"'<>|", exclude_categories=["Z", "C"]), min_size=1))
def test_a_password_pasted_without_encoding_is_hidden(password):
    assert redacted(f"postgresql://dinas:{password}@db.go.id/kumuh").startswith("postgresql://dinas:")
    assert redacted(f"postgresql://dinas:zq{password}zq@db.go.id/kumuh").count("zq") == 0


@given(st.text(st.characters(exclude_characters="\\'\n"), min_size=1))
def test_a_quoted_password_of_libpq_is_hidden(password):
    assert redacted(f"PG:host=db password='{password}' user=u") == "PG:host=db password=*** user=u"


@given(st.lists(PIECES, max_size=16).map("".join))
def test_hiding_twice_is_hiding_once(text):
    assert redacted(redacted(text)) == redacted(text)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("postgresql:/u:rahasia@h/d", "postgresql:/u:***@h/d"),  # what a path makes of it
        ("postgres://me@server:rahasia@h/d", "postgres://me@server:***@h/d"),
        ("postgresql+psycopg://u:ra ha sia@h/d", "postgresql+psycopg://u:***@h/d"),
        ("postgresql://u:ra@ha/sia@h/d", "postgresql://u:***@h/d"),
        ("postgresql://h/d?user=u&password=ra%20hasia&a=b", "postgresql://h/d?user=u&password=***&a=b"),
        ("host=h PASSWORD = rahasia", "host=h PASSWORD = ***"),
        ("password='ra\\'ha sia' user=u", "password=*** user=u"),
    ],
)
def test_every_way_to_write_a_password_is_known(text, told):
    assert redacted(text) == told


@pytest.mark.parametrize(
    "text", ["postgresql://u@h:5432/d", "postgresql://[::1]:5432/d", "postgresql://h:5432/d, surat a@b", "C:/a@b"]
)
def test_what_holds_no_password_stays_as_it_is(text):
    assert redacted(text) == text


def test_errors_findings_and_stored_recipes_hide_it():
    url = "postgresql://u:rahasia@h/d"
    error = InputError("berkas_kosong", file=url)
    assert "rahasia" not in error.message("en") + str(error) + repr(error.values)
    found = findings.frame([Finding("catatan_pembaca", "catatan", "kumuh", values={"catatan": url})])
    assert "rahasia" not in findings.with_messages(found).to_csv() + found.to_csv()
    stored = recipe.as_tables(recipe.from_tables({"kumuh": f"{url}|layername=a.b", "kelurahan": "b.gpkg"}))
    assert stored["kumuh"]["file"] == "postgresql://u:***@h/d"
