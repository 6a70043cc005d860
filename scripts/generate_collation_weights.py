#!/usr/bin/env python3
"""Writes model/collation_weights.c: the weights of utf8_general_ci.

The collation weighs a letter as its upper-case base letter and knows the letters of Unicode 3.0
only; what came later, and other scripts, weigh themselves. The three sets below are measured, and
with them the table is what MariaDB 10.11 answers for every code point of the BMP to
SELECT HEX(WEIGHT_STRING(c COLLATE utf8mb3_general_ci)).

Usage: generate_collation_weights.py >model/collation_weights.c
"""
import unicodedata

OLD = unicodedata.ucd_3_2_0
BLOCKS = [
    (0x0041, 0x024F),  # Latin-1, Latin Extended-A and -B
    (0x0250, 0x02AF),  # IPA
    (0x0370, 0x03FF),  # Greek
    (0x0400, 0x052F),  # Cyrillic
    (0x0531, 0x0587),  # Armenian
    (0x1E00, 0x1EFF),  # Latin Extended Additional
    (0x1F00, 0x1FFF),  # Greek Extended
    (0x2160, 0x217F),  # Roman numerals
    (0x24B6, 0x24E9),  # circled letters
    (0xFF21, 0xFF5A),  # full-width letters
]
# Letters that weigh themselves although they have a base letter.
INDIVISIBLE = {0x0419, 0x1FBB, 0x1FC9, 0x1FCB, 0x1FD3, 0x1FDB, 0x1FE3, 0x1FEB, 0x1FF9, 0x1FFB}
# Letters of Unicode 3.1 and 3.2, which Python cannot tell from those of 3.0.
LATER = {0x0220, 0x03D8, 0x03F5, 0x048A, 0x04C5, 0x04C9, 0x04CD, *range(0x0500, 0x0510)}
# Sharp s, combining iota and lunate sigma.
SINGLE = {0x00DF: 0x0053, 0x0345: 0x0399, 0x03F2: 0x03A3}
COLUMNS = 11


def upper(c):
    up = c.upper()
    is_old = all(OLD.category(x) != "Cn" and ord(x) not in LATER for x in c + up)
    return up if len(up) == 1 and is_old else c


def base(c):
    """The first character of the canonical decomposition when it is a letter, or None."""
    parts = OLD.decomposition(c).split()
    if not parts or parts[0].startswith("<") or ord(c) in INDIVISIBLE | LATER:
        return None
    first = chr(int(parts[0], 16))
    return first if OLD.category(first).startswith("L") else None


def weight(code_point):
    if code_point in SINGLE:
        return SINGLE[code_point]
    if not any(first <= code_point <= last for first, last in BLOCKS):
        return code_point
    c = upper(chr(code_point))
    while base(c):
        c = upper(base(c))
    return ord(c)


def main():
    pages = [
        page for page in range(256)
        if any(weight(cp) != cp for cp in range(page << 8, (page + 1) << 8))
    ]
    print("/* Made by scripts/generate_collation_weights.py; change that. */")
    print('#include "model/collation_weights.h"\n\n#include <stddef.h>\n')
    print("/* clang-format off */")
    for page in pages:
        print(f"static const unsigned short page_{page:02x}[256] = {{")
        for row in range(page << 8, (page + 1) << 8, COLUMNS):
            cells = range(row, min(row + COLUMNS, (page + 1) << 8))
            print("\t" + " ".join(f"{weight(cp):#x}," for cp in cells))
        print("};\n")
    print("const unsigned short *const collation_weight_pages[256] = {")
    for page in pages:
        print(f"\t[{page:#04x}] = page_{page:02x},")
    print("};")


if __name__ == "__main__":
    main()
