"""Readers of tables, sheets and text files: where the header stands, which rows are data, which cells a place."""
