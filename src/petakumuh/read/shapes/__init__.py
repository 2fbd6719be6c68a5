"""From coordinates as files hold them to shapes: WKB, WKT, rings, arcs; the same rules for every format."""
