"""Checks of tools/tidy on the documents: every path they name exists, every command they name is there, every document is reachable."""
import json
import re
import subprocess

from tidy_tree import Finding, line_of

ROOTS = r"(?:src|include|test|tools|docs|cmake|examples|third_party|fuzz|bench|\.ci)"
PATH = re.compile(rf"^{ROOTS}/[\w.*/<>{{}},-]*$")
BESIDE = re.compile(r"^[\w/.-]+\.(?:h|cc|md|py|json|txt|cmake)$")  # a file named relative to the document or to a well-known folder
BESIDE_ROOTS = ["", "include/", "include/waggle/", "src/", "docs/", "tools/"]
FENCE = re.compile(r"^```(\w*)[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[\w-]*)?\)")
SHELLS = ("sh", "bash", "console")
# Places of the output of a build or a run, which need not exist, and names of a reader's own files.
OUTPUT = re.compile(r"^(build|/usr|/tmp|~|\.\./)")
PLACEHOLDER = re.compile(r"(^|/)[A-Z]{3,}(/|_\w|\.(?!md\b))")  # src/MODULE/FILE.cc and the like


def documents(tree):
    """(path, text) of what a reader is meant to trust. A change log speaks of the past, so it may name what is gone."""
    for path, text in tree.texts.items():
        if path.endswith(".md") and not path.startswith(("third_party/", "test/")) and path != "CHANGELOG.md":
            yield path, text


def check_paths(tree, _binary):
    """Paths in backquotes and links exist."""
    found = []
    for path, text in documents(tree):
        folder = path.rpartition("/")[0]
        beside = folder + "/" if folder else ""
        prose = FENCE.sub(lambda match: re.sub(r"[^\n]", " ", match.group()), text)
        for match in LINK.finditer(prose):
            target = match.group(1)
            if "://" not in target and not target.startswith("mailto:") and not tree.exists(beside + target):
                found.append(Finding(path, line_of(prose, match.start()), f"links to {target}, which does not exist", "correct the link"))
        for match in SPAN.finditer(prose):
            if not span_exists(tree, beside, match.group(1)):
                found.append(Finding(path, line_of(prose, match.start()), f"names {match.group(1)}, which does not exist", "correct the path"))
    return found


def span_exists(tree, beside, span):
    """True unless the span is a path of this project that is not there."""
    span = span.rstrip("/")
    if OUTPUT.match(span) or PLACEHOLDER.search(span) or " " in span or span in tree.texts.get("tools/layers.json", ""):
        return True
    if PATH.match(span):
        pattern = re.sub(r"<\w+>", "*", span)
        brace = re.match(r"^(.*)\{([^}]*)\}(.*)$", pattern)
        options = [brace.group(1) + part + brace.group(3) for part in brace.group(2).split(",")] if brace else [pattern]
        return all(tree.glob(option) if re.search(r"[*?]", option) else tree.exists(option) or tree.exists(beside + option) for option in options)
    if BESIDE.match(span) and "*" not in span:
        return any(tree.exists(root + span) for root in [beside, *BESIDE_ROOTS]) or tree.glob(f"*/{span}") or tree.glob(f"src/*/{span}")
    return True


def commands(tree):
    """(path, line number, command line) of every command that a document shows, in a fenced shell block or in backquotes."""
    for path, text in documents(tree):
        for match in FENCE.finditer(text):
            if match.group(1) not in SHELLS:
                continue
            first = line_of(text, match.start()) + 1
            joined = re.sub(r"\\\n\s*", lambda cut: " " * len(cut.group()), match.group(2))
            for offset, line in enumerate(joined.split("\n")):
                if match.group(1) == "console" and not line.startswith("$ "):
                    continue
                yield path, first + offset, line.removeprefix("$ ").strip()
        prose = FENCE.sub(lambda match: re.sub(r"[^\n]", " ", match.group()), text)
        for match in SPAN.finditer(prose):
            yield path, line_of(prose, match.start()), match.group(1).strip()


def check_commands(tree, binary):
    """Make targets, tools, presets, test binaries and (with a built binary) waggle commands that documents name are there."""
    presets = {preset["name"] for preset in json.loads(tree.texts.get("CMakePresets.json", "{}")).get("configurePresets", [])}
    targets = set(re.findall(r"^([a-z-]+):", tree.texts.get("Makefile", ""), re.MULTILINE))
    found, asked = [], {}
    for path, number, line in commands(tree):
        for problem in command_problems(tree, line, presets, targets):
            found.append(Finding(path, number, f"`{line}`: {problem}", "correct the command"))
        verbs = re.search(r"(?:^|[|;&(] *|\bbin/)waggle((?: +[a-z][a-z-]*)*)", line)
        if binary and verbs:
            words = tuple(verbs.group(1).split()[:2])
            if words not in asked:
                asked[words] = has_help(binary, words)
            if not asked[words]:
                found.append(Finding(path, number, f"`{line}`: waggle {' '.join(words)} is unknown", "correct the command"))
    return found


def has_help(binary, words):
    """Does waggle know the command that begins with these words? A second word that is an argument does no harm before --help."""
    return subprocess.run([binary, *words, "--help"], capture_output=True, timeout=30).returncode == 0


def command_problems(tree, line, presets, targets):
    words = line.split()
    if not words:
        return
    if words[0] == "make" or words[:2] == ["sudo", "make"]:
        for word in words[words.index("make") + 1:]:
            if word.startswith("#"):
                break
            if re.match(r"^[a-z][a-z-]*$", word) and word not in targets:
                yield f"the Makefile has no target {word}"
    for match in re.finditer(r"(?<![\w/.])(?:\./)?((?:tools|\.ci)/[\w-]+(?:\.\w+)?)", line):
        if not tree.exists(match.group(1)):
            yield f"{match.group(1)} does not exist"
    for match in re.finditer(r"(?:--preset[ =]|--build[ =]build/|(?<![\w/])build/)([a-z]\w*)", line):
        if match.group(1) not in presets | {"NAME", "passed"}:
            yield f"{match.group(1)} is no preset"
    for match in re.finditer(r"bin/test_(\w+)|--target test_(\w+)", line):
        module = match.group(1) or match.group(2)
        if not tree.exists(f"test/{module}"):
            yield f"there is no test/{module}"


def check_reachable(tree, _binary):
    """Every document below docs/ is named by another one."""
    found = []
    for path, _ in tree.under("docs", ending=".md"):
        name = path.split("/")[-1]
        others = [text for other, text in documents(tree) if other != path]
        if not any(name in text or name.removesuffix(".md") in text for text in others):
            found.append(Finding(path, 1, "no document leads here", "link it from README.md or docs/ARCHITECTURE.md"))
    return found


CHECKS = [check_paths, check_commands, check_reachable]
