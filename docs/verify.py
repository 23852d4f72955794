"""Checks an Innspill record with Python alone; docs/verifying.md says what is hashed, and how."""
import csv, hashlib, itertools, json, re, sys
USAGE = "Usage: python3 verify.py data.json ROOT, or: python3 verify.py comments.csv leaves.json ROOT"
OF_WORDS = ("leaf_salt", "comment", "suggestion", "quotation")  # erased, none of them is left
# Exports put an apostrophe before what a spreadsheet would run as a formula.
ARMOUR = re.compile(r"""^'(?=[=+\-@\t\r\n＝＋－＠])|(?<=[;|"\s])'(?=[=+@＝＋＠]|[-－](?! ))""")

def sha256(*parts): return hashlib.sha256(b"".join(parts)).digest()
def digest_of(it): return sha256(json.dumps(it, ensure_ascii=False, separators=(",", ":")).encode()).hex()

def root_of(leaves):
    level = [sha256(b"\0", bytes.fromhex(leaf)) for leaf in leaves]
    while len(level) > 1:  # pairs are joined; the last one of an odd number goes up alone
        level = [sha256(b"\1", *pair) for pair in zip(level[::2], level[1::2])] + level[len(level) // 2 * 2 :]
    return level[0].hex()

def root_above(leaf, leaf_digest, size, path):
    node, others = sha256(b"\0", bytes.fromhex(leaf_digest)), (bytes.fromhex(other) for _side, other in path)
    while size > 1:  # the leaf's number says on which side each other one is, and where there is none
        if leaf % 2 or leaf + 1 < size:
            node = sha256(b"\1", *[next(others, b""), node][:: 1 if leaf % 2 else -1])
        leaf, size = leaf // 2, (size + 1) // 2
    return node.hex()

def digests_of(row):
    whole = {name: int(row[name]) if row[name] else None for name in ("version", "reply_to", "importance")}
    facts = [row["leaf_salt"], row["received_exactly"], whole["version"], row["paragraph_key"] or None,
             whole["reply_to"], row["language"], row["kind"], whole["importance"]]
    said = [(row[name], ARMOUR.sub("", row[name])) for name in OF_WORDS[1:]]
    return [digest_of(["innspill-comment-1", *facts, *texts]) for texts in itertools.product(*said)]

def check_receipt(root, file):
    texts = []
    json.load(open(file, encoding="utf-8"), object_hook=lambda it: texts.append(it) if "facts" in it else it)
    texts[0]  # there is something to check
    for text in texts:
        leaf, digest, facts, path = text["leaf"], text["leaf_digest"], text["facts"], text.get("path", [])
        if facts is not None:
            yield f"leaf {leaf}: its words", digest_of(facts) == digest
        if "size" in text:
            yield f"leaf {leaf}: its way to the root", root_above(leaf, digest, text["size"], path) == root
    erased, later = sum(text["facts"] is None for text in texts), sum("size" not in text for text in texts)
    if erased or later:
        print(f"{erased} erased, words not compared; {later} not under a root yet, words compared alone.")

def check_export(root, table, file):
    record, matching, erased = json.load(open(file, encoding="utf-8")), [], []
    leaves, size = record["leaves"], next((one["size"] for one in record["roots"] if one["root"] == root), 0)
    absent = set(enumerate(leaves))
    yield f"{file}: the root over {size} of its {len(leaves)} leaves", size and root_of(leaves[:size]) == root
    for number, row in enumerate(csv.DictReader(open(table, encoding="utf-8-sig", newline="")), 1):
        leaf, is_erased = int(row["leaf"]), row["state"] == "erased" and not any(map(row.get, OF_WORDS))
        holds = is_erased or row["leaf_digest"] in digests_of(row), (leaf, row["leaf_digest"]) in absent
        yield from zip((f"comment {number}: its words", f"comment {number}: its leaf {leaf}"), holds)
        (erased if is_erased else matching).extend([leaf] * all(holds))
        absent.discard((leaf, row["leaf_digest"]))
    under, first = sum(leaf < size for leaf in matching), [str(leaf) for leaf, _digest in sorted(absent)[:9]]
    print(f"{len(matching)} rows match, {under} of them under this root, {len(matching) - under} after it.")
    print(f"{len(erased)} erased, words not compared; {len(absent)} leaves have no row here:",
          ", ".join(first + ["…"] * (len(absent) > 9)) or "none")

if __name__ == "__main__":
    *files, root = sys.argv[1:] or [""]
    try:
        checks = list({1: check_receipt, 2: check_export}[len(files)](bytes.fromhex(root).hex(), *files))
    except (AttributeError, LookupError, OSError, TypeError, ValueError, csv.Error):
        sys.exit(print(USAGE, file=sys.stderr) or 2)
    failed = [f"FAILS: {what}" for what, holds in checks if not holds]
    print(*failed, f"{len(checks)} checks, {len(failed)} fail.", sep="\n")
    sys.exit(bool(failed))
