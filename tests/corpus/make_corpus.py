#!/usr/bin/env python3
"""Writes malformed files of every format that phasetrace reads.

usage: make_corpus.py OUT_DIRECTORY LIST_FILE

The suffix names the format. Files called bad-* must be refused; files called any-* (single bits
flipped) may be read or refused, as long as nothing else happens. Nothing here needs NumPy, and the
same files come out every time. LIST_FILE gets their names.
"""
import gzip
import io
import json
import os
import shutil
import struct
import sys
import zipfile
import zlib


def idx(shape, values=None, magic=b"\0\0\x08"):
    count = 1
    for size in shape:
        count *= size
    header = magic + bytes([len(shape)]) + b"".join(struct.pack(">I", s) for s in shape)
    return header + (bytes(i % 251 for i in range(count)) if values is None else values)


def truncations(content, step=1):
    return {f"bad-truncated-{n:05d}": content[:n] for n in range(0, len(content), step)}


def flips(content, step=1):
    flipped = {}
    for i in range(0, len(content), step):
        for bit in (0, 4, 7):
            damaged = bytearray(content)
            damaged[i] ^= 1 << bit
            flipped[f"any-flipped-{i:05d}-{bit}"] = bytes(damaged)
    return flipped


def idx_files():
    good = idx((4, 3, 5))
    bad = {
        "float-elements": idx((4, 3, 5), magic=b"\0\0\x0d"),
        "swapped-magic": idx((4, 3, 5), magic=b"\x08\0\0"),
        "one-dimension": idx((60,)),
        "four-dimensions": idx((1, 4, 3, 5)),
        "little-endian": b"\0\0\x08\x03" + struct.pack("<3I", 4, 3, 5) + good[16:],
        "no-images": idx((0, 3, 5)),
        "no-pixels": idx((4, 0, 5)),
        "largest-dimensions": idx((2**32 - 1,) * 3, values=b"x"),
        "product-is-2-to-64": idx((2**31, 2**31, 4), values=b""),
        "product-wraps-to-60": idx((2**31, 2**31, 4), values=bytes(60)),
        "one-more-image": idx((5, 3, 5), values=good[16:]),
        "one-less-image": idx((3, 3, 5), values=good[16:]),
        "surplus-byte": good + b"\0",
        "text": b"<html><body>404 Not Found</body></html>\n",
    }
    files = {f"bad-{name}": content for name, content in bad.items()}
    files.update(truncations(good))
    files.update(flips(good[:16]))
    return files


def gzip_files():
    good = gzip.compress(idx((4, 3, 5)), mtime=0)
    files = truncations(good)
    files.update(flips(good))
    bad = {
        "gzip-trailing-garbage": good + b"garbage",
        "gzip-trailing-zeros": good + bytes(512),
        "gzip-half-a-second-member": good + good[: len(good) // 2],
        "gzip-wrong-crc": good[:-8] + b"\0\0\0\0" + good[-4:],
        "gzip-wrong-length": good[:-4] + struct.pack("<I", 77),
        "gzip-twice": gzip.compress(good, mtime=0),
        "gzip-two-arrays": good + good,
        "gzip-bomb": gzip.compress(idx((1, 1, 1)) + bytes(8 << 20), mtime=0),
        "gzip-other-method": good[:2] + b"\x07" + good[3:],
        "gzip-magic-alone": b"\x1f\x8b",
    }
    files.update({f"bad-{name}": content for name, content in bad.items()})
    return {f"{name}-gz": content for name, content in files.items()}


def npy(dictionary=None, values=bytes(48), version=b"\x01\x00"):
    if dictionary is None:
        dictionary = "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), }"
    text = dictionary.encode("latin-1")
    text += b" " * (-(len(text) + 11) % 64) + b"\n"
    form = "<H" if version == b"\x01\x00" else "<I"
    return b"\x93NUMPY" + version + struct.pack(form, len(text)) + text + values


def npy_files():
    start = "{'descr': '<f8', 'fortran_order': False, 'shape': "
    dictionaries = {
        "big-endian": "{'descr': '>f8', 'fortran_order': False, 'shape': (2, 3), }",
        "complex": "{'descr': '<c16', 'fortran_order': False, 'shape': (3,), }",
        "objects": "{'descr': '|O', 'fortran_order': False, 'shape': (2, 3), }",
        "record": "{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': (6,), }",
        "fortran": "{'descr': '<f8', 'fortran_order': True, 'shape': (2, 3), }",
        "missing-shape": "{'descr': '<f8', 'fortran_order': False, }",
        "unknown-key": start + "(2, 3), 'extra': 1, }",
        "code": "__import__('os').abort()",
        "negative": start + "(-2, -3), }",
        "too-small": start + "(2, 2), }",
        "too-large": start + "(2, 4), }",
        "enormous": start + "(9223372036854775807, 9223372036854775807), }",
        "bytes-wrap-to-48": start + "(2305843009213693958,), }",
        "more-than-64-bits": start + "(99999999999999999999999999,), }",
        "hundred-dimensions": start + "(" + "1, " * 100 + "), }",
        "open-string": "{'descr': '<f8",
        "open-shape": start + "(2, 3",
        "nested": "{" * 200,
        "empty": "",
    }
    files = {f"bad-{name}": npy(text) for name, text in dictionaries.items()}
    good = npy()
    files.update(truncations(good))
    files.update(flips(good[:80]))
    files["bad-version-0"] = npy(version=b"\x00\x00")
    files["bad-version-9"] = npy(version=b"\x09\x00")
    files["bad-header-of-4-gigabytes"] = good[:6] + b"\x02\x00" + b"\xff\xff\xff\xff" + good[12:]
    files["bad-surplus-byte"] = good + b"\0"
    return files


def archive(method=zipfile.ZIP_STORED, names=("a.npy",), content=None):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as target:
        for name in names:
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = method
            target.writestr(entry, npy() if content is None else content)
    return buffer.getvalue()


def patched(content, signature, offset, form, value):
    """`content` with a field changed, `offset` bytes behind the last such signature."""
    changed = bytearray(content)
    struct.pack_into(form, changed, content.rindex(signature) + offset, value)
    return bytes(changed)


def npz_files():
    local, central, end = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
    good, packed = archive(), archive(zipfile.ZIP_DEFLATED)
    two = archive(names=("a.npy", "b.npy"))
    directory = two.index(central)
    first_length = (len(two) - 22 - directory) // 2
    duplicate = bytearray(two)
    duplicate[duplicate.rindex(b"b.npy")] = ord("a")
    duplicate[duplicate.rindex(b"b.npy")] = ord("a")
    locator = struct.pack("<IIQI", 0x07064B50, 0, 2**60, 1)
    bad = {
        "wrong-crc": patched(good, central, 16, "<I", 0),
        "packed-wrong-crc": patched(packed, central, 16, "<I", 0),
        "damaged-value": good.replace(bytes(48), bytes(47) + b"\x01"),
        "encrypted": patched(good, central, 8, "<H", 1),
        "bzip2": patched(good, central, 10, "<H", 12),
        "stored-size-too-small": patched(good, central, 24, "<I", 10),
        "packed-size-too-small": patched(packed, central, 24, "<I", 10),
        "packed-size-too-large": patched(packed, central, 24, "<I", 177),
        "packed-size-4-gigabytes": patched(packed, central, 24, "<I", 2**32 - 2),
        "input-size-too-small": patched(packed, central, 20, "<I", 10),
        "input-size-too-large": patched(packed, central, 20, "<I", 2**31),
        "saturated-without-extra": patched(packed, central, 24, "<I", 2**32 - 1),
        "entry-outside": patched(good, central, 42, "<I", 2**31),
        "entry-is-the-directory": patched(good, central, 42, "<I", good.index(central)),
        "name-too-long": patched(good, central, 28, "<H", 65535),
        "extra-too-long": patched(good, central, 30, "<H", 65535),
        "name-differs": patched(good, local, 30, "<B", ord("z")),
        "duplicate-names": bytes(duplicate),
        "directory-outside": patched(good, end, 16, "<I", 2**31),
        "directory-too-long": patched(good, end, 12, "<I", 2**31),
        "directory-too-short": patched(two, end, 12, "<I", first_length),
        "more-entries-than-there-are": patched(good, end, 10, "<H", 2),
        "fewer-entries-than-there-are": patched(two, end, 10, "<H", 1),
        "65535-entries": patched(good, end, 10, "<H", 65535),
        "257-entries": archive(names=[f"{i}.npy" for i in range(257)]),
        "locator-to-nowhere": good[:-22] + locator + good[-22:],
        "surplus-byte": good + b"\0",
        "empty-archive": archive(names=()),
        "no-array": archive(content=b"hello"),
        "packed-no-array": archive(zipfile.ZIP_DEFLATED, content=b""),
        "bomb": archive(zipfile.ZIP_DEFLATED, content=npy(values=bytes(1 << 20))),
        "zero-in-name": good.replace(b"a.npy", b"a\0npy"),
        "empty": b"",
        "signature-alone": end,
        "signatures": end * 30000,
    }
    files = {f"bad-{name}": content for name, content in bad.items()}
    files.update({f"{name}-stored": content for name, content in truncations(good).items()})
    files.update({f"{name}-packed": content for name, content in truncations(packed).items()})
    files.update({f"{name}-stored": content for name, content in flips(good, 3).items()})
    files.update({f"{name}-packed": content for name, content in flips(packed, 3).items()})
    return files


def safetensors(header, data=bytes(32)):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


def tensor(begin, end, shape=(2,), dtype="F32"):
    return {"dtype": dtype, "shape": list(shape), "data_offsets": [begin, end]}


def safetensors_files():
    header = {
        "__metadata__": {"step": "1"},
        "fc.weight": tensor(0, 24, (2, 3)),
        "fc.bias": tensor(24, 32),
    }
    good = safetensors(header)
    bad = {
        "overlap": safetensors({"a": tensor(0, 24, (6,)), "b": tensor(16, 32, (4,))}),
        "same-place": safetensors({"a": tensor(0, 32, (8,)), "b": tensor(0, 32, (8,))}),
        "hole": safetensors({"a": tensor(0, 8), "b": tensor(24, 32)}),
        "hole-in-front": safetensors({"a": tensor(8, 32, (6,))}),
        "rest-unused": safetensors({"a": tensor(0, 8)}),
        "nothing-used": safetensors({}),
        "beyond-the-end": safetensors({"a": tensor(0, 40, (10,))}),
        "end-before-begin": safetensors({"a": tensor(32, 0, (8,))}),
        "negative-begin": safetensors({"a": tensor(-8, 24, (8,))}),
        "fractional-offset": safetensors({"a": tensor(0, 32.0, (8,))}),
        "size-differs": safetensors({"a": tensor(0, 32, (7,))}),
        "product-wraps-to-8": safetensors({"a": tensor(0, 32, (2**62 + 8,))}),
        "dimensions-wrap-to-0": safetensors({"a": tensor(0, 0, (2**32, 2**32))}, b""),
        "dimension-over-64-bits": safetensors({"a": tensor(0, 32, (2**70,))}),
        "negative-dimensions": safetensors({"a": tensor(0, 32, (-2, -4))}),
        "nine-dimensions": safetensors({"a": tensor(0, 32, (1,) * 8 + (8,))}),
        "half-floats-too-few": safetensors({"a": tensor(0, 32, (8,), "F16")}),
        "doubles-too-many": safetensors({"a": tensor(0, 32, (8,), "F64")}),
        "overlapping-halves": safetensors({"a": tensor(0, 32, (16,), "F16"),
                                           "b": tensor(0, 32, (16,), "BF16")}),
        "type-is-a-number": safetensors({"a": tensor(0, 32, (8,), 32)}),
        "surplus-key": safetensors({"a": {**tensor(0, 32, (8,)), "x": 1}}),
        "missing-key": safetensors({"a": {"dtype": "F32", "shape": [8]}}),
        "tensor-is-null": safetensors({"a": None}),
        "metadata-is-an-array": safetensors({"__metadata__": ["x"], "a": tensor(0, 32, (8,))}),
        "metadata-is-nested": safetensors({"__metadata__": {"x": {}}, "a": tensor(0, 32, (8,))}),
        "header-is-an-array": safetensors([]),
        "header-is-a-string": safetensors(b'"x"'),
        "header-is-empty": safetensors(b""),
        "header-is-blank": safetensors(b"        "),
        "header-is-open": safetensors(b'{"a": {"dtype": "F32", '),
        "header-is-no-utf-8": safetensors(b'{"\xff\xfe": 1}'),
        "header-is-deep": safetensors(b'{"a":' + b"[" * 100000),
        "header-goes-on": safetensors(json.dumps({"a": tensor(0, 32, (8,))}).encode() + b" {}"),
        "duplicate-names": safetensors(
            b'{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]},'
            b'"a":{"dtype":"F32","shape":[4],"data_offsets":[16,32]}}'
        ),
        "zero-in-name": safetensors(
            b'{"a\\u0000":{"dtype":"F32","shape":[8],"data_offsets":[0,32]}}'
        ),
        "header-length-0": struct.pack("<Q", 0) + good[8:],
        "header-length-short": struct.pack("<Q", 20) + good[8:],
        "header-length-past-the-end": struct.pack("<Q", len(good)) + good[8:],
        "header-length-4-gigabytes": struct.pack("<Q", 2**32) + good[8:],
        "header-length-largest": struct.pack("<Q", 2**64 - 1) + good[8:],
        "header-length-wraps": struct.pack("<Q", 2**64 - 8) + good[8:],
        "surplus-byte": good + b"\0",
    }
    files = {f"bad-{name}": content for name, content in bad.items()}
    files["unknown-type"] = safetensors({"a": tensor(0, 32, (8,), "X")})
    files.update(truncations(good))
    files.update(flips(good[:-32]))
    return files


def csv_files():
    good = b"step,kind,strength\n0,and,1.5\n120,or,\n"
    bad = {
        "empty": b"",
        "missing-cell": good + b"1,and\n",
        "surplus-cell": good + b"1,and,2,3\n",
        "blank-line": good + b"\n",
        "quoted": good + b'1,"and",2\n',
        "zero-byte": good + b"1,a\0d,2\n",
        "duplicate-column": b"step,kind,step\n0,and,1\n",
        "thousand-columns": b"x," * 1000 + b"\n",
        "many-short-lines": b",".join(b"c%d" % i for i in range(256)) + b"\n" * 100000,
    }
    files = {f"bad-{name}": content for name, content in bad.items()}
    files.update(flips(good))
    return files


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(width=3, height=2, depth=8, colour=0, interlace=0, data=None, before=b"", after=b""):
    """A grey image, or what these arguments make of it; `before` the pixels, `after` them."""
    pixels = b"".join(bytes([0, *range(40 * y, 40 * y + 3)]) for y in range(2))
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, interlace)
    idat = zlib.compress(pixels) if data is None else data
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + before + chunk(b"IDAT", idat) + after
            + chunk(b"IEND", b""))


def png_files():
    good = png()
    bad = {
        "text": b"<html><body>404 Not Found</body></html>\n",
        "gif": b"GIF89a" + bytes(40),
        "line-ends-changed": good.replace(b"\r\n", b"\n"),
        "no-width": png(width=0),
        "no-height": png(height=0),
        "widest": png(width=2**31 - 1),
        "negative": png(width=2**31),
        "bomb": png(width=20000, height=20000, data=zlib.compress(bytes(1 << 22))),
        "depth-3": png(depth=3),
        "colour-1": png(colour=1),
        "colour-of-2-bits": png(depth=2, colour=2),
        "interlace-7": png(interlace=7),
        "palette-missing": png(colour=3),
        "palette-of-4-bytes": png(colour=3, before=chunk(b"PLTE", b"abcd")),
        "palette-of-257": png(colour=3, before=chunk(b"PLTE", bytes(3 * 257))),
        "pixels-missing": good[:33] + good[-12:],
        "pixels-too-few": png(height=3),
        "pixels-no-deflate": png(data=b"hello"),
        "filter-9": png(data=zlib.compress(b"\x09abc\x00abc")),
        "unknown-critical-chunk": png(before=chunk(b"ABCD", b"")),
        "chunk-of-2-gigabytes": good[:33] + b"\x7f\xff\xff\xff" + good[37:],
        "header-twice": png(before=good[8:33]),
        "header-short": good[:8] + chunk(b"IHDR", good[16:28]) + good[33:],
        "header-missing": good[:8] + good[33:],
        "end-missing": good[:-12],
        "end-in-front": good[:33] + chunk(b"IEND", b"") + good[33:-12],
        "ancillary-checksum": png(before=chunk(b"gAMA", bytes(4))[:-1] + b"\0"),
    }
    files = {f"bad-{name}": content for name, content in bad.items()}
    profile = b"x\0\0" + zlib.compress(bytes(1 << 24))
    files.update({
        "any-profile-bomb": png(before=chunk(b"iCCP", profile)),
        "any-text-bomb": png(after=chunk(b"zTXt", profile)),
        "any-surplus": good + bytes(100),
        "any-colour": png(width=1, colour=2),
    })
    files.update(truncations(good))
    files.update(flips(good))
    return files


def cifar_files():
    record = bytes([7]) + bytes(i % 256 for i in range(3072))
    good = record * 3
    bad = {
        "label-10": record + b"\x0a" + record[1:],
        "label-255": b"\xff" + record[1:] + record,
        "cifar-100": b"\x03" + record + b"\x04" + record,
        "surplus-byte": good + b"\0",
        "text": b"<html><body>404 Not Found</body></html>\n",
        "gzip": gzip.compress(good, mtime=0),
    }
    files = {f"bad-{name}": content for name, content in bad.items()}
    files.update(truncations(record, 97))
    files.update(flips(record[:40]))
    return files


def table_files():
    good = b'size,"colour",y\n1,red,p\n2.5,"blue, dark",q\n3,red,p\n4,"a ""b"" c",q\n'
    header = b"size,colour,y\n"
    rows = header + b"1,red,p\n2,blue,q\n"
    bad = {
        "empty": b"",
        "header-alone": header,
        "missing-cell": rows + b"3,red\n",
        "surplus-cell": rows + b"3,red,p,1\n",
        "semicolons": rows.replace(b",", b";"),
        "tabs": rows.replace(b",", b"\t"),
        "open-quote": rows + b'3,"red,p\n',
        "open-quote-in-the-header": b'size,"colour,y\n1,red,p\n',
        "text-behind-quote": rows + b'3,"red"x,p\n',
        "quote-in-the-middle": rows + b'3,re"d,p\n',
        "zero-byte": rows + b"3,r\0d,p\n",
        "zero-byte-in-the-header": rows.replace(b"colour", b"col\0ur"),
        "utf-16": rows.decode().encode("utf-16"),
        "latin-1": rows + "3,gr\u00fcn,p\n".encode("latin-1"),
        "duplicate-column": rows.replace(b"colour", b"size"),
        "unnamed-column": rows.replace(b"colour", b""),
        "no-label": rows.replace(b",y", b",label"),
        "missing-value": rows + b"3,,p\n",
        "question-mark": rows + b"?,red,p\n",
        "missing-label": rows + b"3,red,NA\n",
        "one-class": rows.replace(b",q", b",p"),
        "label-alone": b"y\np\nq\np\n",
        "300-classes": header + b"".join(b"1,red,%d\n" % i for i in range(300)),
        "2000-levels": header + b"".join(b"1,c%d,p\n" % i for i in range(2000)),
        "20000-inputs": (b",".join(b"c%d" % i for i in range(20)) + b",y\n"
                         + b"".join(b"x%d," % i * 20 + b"p\n" for i in range(1000))),
        "5000-columns": b",".join(b"c%d" % i for i in range(5000)) + b"\n",
        "2000-columns": b",".join(b"c%d" % i for i in range(2000)) + b",y\n",
        "line-of-4-megabytes": rows + b"3," + b"r" * (4 << 20) + b",p\n",
        "header-of-4-megabytes": b"x" * (4 << 20),
        "quote-of-4-megabytes": rows + b'3,"' + b"r\n" * (2 << 20),
        "commas": b"," * (4 << 20),
        "many-short-lines": b",".join(b"c%d" % i for i in range(256)) + b"\n" * 100000,
        "image": png(),
    }
    files = {f"bad-{name}": content for name, content in bad.items()}
    files.update({name.replace("bad", "any"): c for name, c in truncations(good).items()})
    files.update(flips(good))
    return files


def main(out, list_file):
    shutil.rmtree(out, ignore_errors=True)
    os.makedirs(out)
    formats = {
        "idx3": {**idx_files(), **gzip_files()},
        "npy": npy_files(),
        "npz": npz_files(),
        "safetensors": safetensors_files(),
        "csv": csv_files(),
        "png": png_files(),
        "cifar": cifar_files(),
        "table": table_files(),
    }
    names = []
    for suffix, files in formats.items():
        for name, content in files.items():
            names.append(f"{name}.{suffix}")
            with open(os.path.join(out, names[-1]), "wb") as f:
                f.write(content)
    with open(list_file, "w") as f:
        f.write("".join(name + "\n" for name in names))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
