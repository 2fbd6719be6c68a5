"""Readers of maps: one module a format, and what it needs to look inside. `petakumuh.read.formats` lists them."""
