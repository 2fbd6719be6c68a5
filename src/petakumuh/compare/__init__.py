"""Two decrees by their ground: what the new one lets go (dilepas), keeps (tetap) and adds (baru).

Both decrees come as pieces, cut alike: disjoint, each in one kelurahan and one unit. Pieces of the old are cut
by pieces of the new, so each square metre stands in one part, and every table is a sum over the parts: in every
row tetap + dilepas is the old decree and tetap + baru the new one.

Ground that lies in both stands in the kelurahan where the old decree has it. A unit (an RT, a kawasan) of the
old and one of the new are the same when kelurahan and RT/RW agree, else kelurahan and name.
"""

from petakumuh.compare.cut import compare, ground
from petakumuh.compare.tables import remarks, tables
from petakumuh.compare.units import units

__all__ = ["compare", "ground", "remarks", "tables", "units"]
