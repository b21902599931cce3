"""The files of a checkout, and a finding about one of them. Used by the checks of tools/tidy."""
import os
import pathlib
import re
from dataclasses import dataclass

SKIPPED_FOLDERS = {".git", "build", "__pycache__", "Testing", "node_modules"}
CPP = (".h", ".cc")


@dataclass(frozen=True)
class Finding:
    path: str
    line: int
    what: str
    mend: str

    def __str__(self):
        return f"{self.path}:{self.line}: {self.what}; mend: {self.mend}"


class Tree:
    """All text files below root, read once. Paths are relative to root, with slashes."""

    def __init__(self, root):
        self.root = pathlib.Path(root)
        self.texts = {}
        for folder, folders, names in os.walk(self.root):
            folders[:] = sorted(name for name in folders if name not in SKIPPED_FOLDERS)
            for name in sorted(set(names) - SKIPPED_FOLDERS):  # .git is a file in a linked worktree
                self._read(pathlib.Path(folder, name))

    def _read(self, file):
        try:
            self.texts[file.relative_to(self.root).as_posix()] = file.read_bytes().decode()
        except (UnicodeDecodeError, OSError):
            pass  # Not text (or a socket that a test left): nothing here judges it.

    def under(self, *folders, ending=""):
        """(path, text) of every file in one of the folders, whose name ends so."""
        for path, text in self.texts.items():
            if path.startswith(tuple(folder + "/" for folder in folders)) and path.endswith(ending):
                yield path, text

    def cpp(self):
        return self.under("include", "src", "test", "examples", "fuzz", "bench", ending=CPP)

    def exists(self, path):
        return (self.root / path).exists()

    def glob(self, pattern):
        return any(True for _ in self.root.glob(pattern))


_NOT_CODE = re.compile(
    r'R"(?P<mark>[^()\s\\]{0,16})\(.*?\)(?P=mark)"|//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|(?<!\w)\'(?:\\.|[^\'\\\n])+\'|^[ \t]*#(?:\\\n|[^\n])*',
    re.DOTALL | re.MULTILINE)


def code_only(text):
    """C++ text with comments, literals and preprocessor lines blanked; every remaining character keeps its place."""
    return _NOT_CODE.sub(lambda match: re.sub(r"[^\n]", " ", match.group()), text)


def line_of(text, offset):
    return text.count("\n", 0, offset) + 1
