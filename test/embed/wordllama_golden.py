#!/usr/bin/env python3
"""wordllama_golden.py GOLDEN FIXTURES VENV [--write]: the package's own vectors of 1,000 texts, compared with GOLDEN or written to it.

The texts are those of vectors/queries.jsonl.gz in the folder FIXTURES (or $WAGGLE_FIXTURES). VENV is a folder for a virtual
environment, into which pip installs the package with what it needs. GOLDEN holds a row of 256 little-endian f16 for each text. Exit status 77 when
the texts are not there or pip cannot fetch the package: skipped, not failed.
"""
import os
import subprocess
import sys
from pathlib import Path

PACKAGE = "wordllama==0.4.0.post1"
SKIPPED = 77

# Runs in the virtual environment. The package looks for its tokenizer where it does not put it, hence the two files by name.
EMBED = """
import gzip, json, pathlib, sys
import numpy as np
import wordllama
from safetensors import safe_open
from wordllama.inference import WordLlamaInference
root = pathlib.Path(wordllama.__file__).parent
tokenizer = wordllama.WordLlama.load_tokenizer(root / "tokenizers" / "l2_supercat_tokenizer_config.json")
with safe_open(root / "weights" / "l2_supercat_256.safetensors", framework="np") as file:
    model = WordLlamaInference(file.get_tensor("embedding.weight"), tokenizer)
with gzip.open(sys.argv[2], "rt", encoding="utf-8") as lines:
    texts = [json.loads(line)["text"] for line in lines]
rows = model.embed(texts, norm=True)
if "--write" in sys.argv:
    rows.astype("<f2").tofile(sys.argv[1])
    sys.exit(0)
golden = np.fromfile(sys.argv[1], "<f2").reshape(len(texts), -1).astype(np.float32)
worst = float(np.abs(golden - rows).max())
print(f"{len(texts)} texts, at most {worst:.1e} apart")
sys.exit(0 if worst < 3e-4 else 1)
"""


def main():
    golden, fixtures, venv = sys.argv[1:4]
    queries = os.path.join(os.environ.get("WAGGLE_FIXTURES", fixtures), "vectors", "queries.jsonl.gz")
    if not Path(queries).exists():
        print(f"skipped: there is no {queries}")
        return SKIPPED
    python = Path(venv, "bin", "python")
    subprocess.run([sys.executable, "-m", "venv", venv], check=True, timeout=120)
    installed = subprocess.run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary=:all:", PACKAGE],
                               capture_output=True, text=True, timeout=600)
    if installed.returncode != 0:
        print(f"skipped: pip cannot install {PACKAGE}: {installed.stderr.strip()[-500:]}")
        return SKIPPED
    return subprocess.run([python, "-c", EMBED, golden, queries, *sys.argv[4:]], timeout=300).returncode


if __name__ == "__main__":
    sys.exit(main())
