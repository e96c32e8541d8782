"""Runs hazmap over annotated cases and asks their `score.py` how well it did.

usage: score.py HAZMAP CASES MIN_PRECISION

Prints recall and precision of the lints that this hazmap has. Fails (1) when the precision falls below the bound.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path


def findings(hazmap, cases):
    command = [hazmap, "hazmap", "check", ".", "--message-format", "json"]
    command += ["-W", "all", "-W", "pedantic", "-W", "restriction"]
    done = subprocess.run(command, cwd=cases, capture_output=True, text=True, timeout=300)
    if done.returncode == 2:
        sys.exit(f"hazmap could not run:\n{done.stderr}")
    for line in done.stdout.splitlines():
        message = json.loads(line).get("message") or {}
        code = (message.get("code") or {}).get("code", "")
        for span in message.get("spans", []):
            if code.startswith("hazmap::") and span["is_primary"]:
                yield {"lint": code.removeprefix("hazmap::"), "file": span["file_name"], "line": span["line_start"]}
                break


def lints(hazmap):
    listed = subprocess.run([hazmap, "list"], capture_output=True, text=True, check=True).stdout
    return {word.strip("`") for line in listed.splitlines() for word in line.split()[:1]}


def main():
    hazmap, cases, bound = str(Path(sys.argv[1]).resolve()), Path(sys.argv[2]).resolve(), float(sys.argv[3])
    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf8") as out:
        out.writelines(json.dumps(it) + "\n" for it in findings(hazmap, cases))
        out.flush()
        command = [sys.executable, "score.py", "--findings", out.name]
        score = subprocess.run(command, cwd=cases, capture_output=True, text=True, check=False)
    if score.returncode == 2:
        sys.exit(f"score.py: {score.stdout}{score.stderr}")
    ours, sums = lints(hazmap), [0, 0, 0, 0]
    for line in score.stdout.splitlines():
        words = line.split()
        if line.startswith("false: "):
            print(line)
        elif len(words) == 5 and words[0] in ours and all(word.isdigit() for word in words[1:]):
            print(line)
            sums = [a + int(b) for a, b in zip(sums, words[1:])]
    expected, found, missed, false = sums
    recall = (expected - missed) / max(expected, 1)
    precision = (found - false) / max(found, 1)
    print(f"lints that exist here: recall {recall:.4f}, precision {precision:.4f} (bound {bound})")
    sys.exit(precision < bound)


main()
