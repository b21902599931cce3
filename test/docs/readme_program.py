"""readme_program.py extract README OUT | check README PROGRAM: the C++ program of the README, as a test.

extract writes the README's one ```cpp block to OUT. check runs PROGRAM, built from it, in a fresh folder, twice, so that the second run finds the
first one's database; each time it must print what the ```text block after the program says. Exit status 0 when all agrees.
"""
import pathlib
import re
import subprocess
import sys
import tempfile

BLOCK = re.compile(r"^```cpp\n(?P<program>.*?)^```$.*?^```text\n(?P<printed>.*?)^```$", re.MULTILINE | re.DOTALL)
RUN_SECONDS_MAX = 30


def read_block(readme):
    """(program, what it prints) of the document."""
    found = BLOCK.findall(pathlib.Path(readme).read_text())
    if len(found) != 1:
        raise SystemExit(f"{readme}: has {len(found)} ```cpp blocks that a ```text block follows; there must be one")
    return found[0]


def check(readme, program):
    """1 when the program failed or printed something else."""
    _, wanted = read_block(readme)
    with tempfile.TemporaryDirectory(prefix="waggle-readme-") as folder:
        for run in ("first", "second"):
            done = subprocess.run([program], cwd=folder, capture_output=True, text=True, timeout=RUN_SECONDS_MAX)
            if done.returncode != 0 or done.stdout != wanted:
                print(f"the {run} run ended with {done.returncode} and printed\n{done.stdout}{done.stderr}instead of\n{wanted}")
                return 1
    return 0


def main():
    if len(sys.argv) != 4 or sys.argv[1] not in ("extract", "check"):
        raise SystemExit(__doc__)
    if sys.argv[1] == "check":
        return check(sys.argv[2], str(pathlib.Path(sys.argv[3]).resolve()))
    pathlib.Path(sys.argv[3]).write_text(read_block(sys.argv[2])[0])
    return 0


if __name__ == "__main__":
    sys.exit(main())
