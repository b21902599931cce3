"""Checks of tools/tidy on sources: layers, sizes, names of guards, mirrored tests, dead files, forbidden words and calls."""
import ast
import json
import re

from tidy_tree import CPP, Finding, code_only, line_of

LINES_MAX, LINES_WITH_REASON_MAX, FUNCTION_LINES_MAX, WIDTH_MAX = 600, 1000, 70, 150
LONG_REASON = "Longer than 600 lines because"
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"\n]+)[>"]', re.MULTILINE)
SCRIPTS = re.compile(r"(\.py|\.cmake|/CMakeLists\.txt|^CMakeLists\.txt|^Makefile|^\.ci/\w+|^tools/[\w-]+)$")

# Rules on words, anywhere in the project's own text.
WORDS = [
    (re.compile(r"\b(TODO|FIXME|XXX|HACK)\b"), "a mark for later", "do it, or leave it out"),
    (re.compile(r"\bnot (yet )?implemented\b", re.I), "speaks of what is not there", "build it, or leave it out"),
    (re.compile(r"\bfor now\b", re.I), "speaks of a passing state", "say what is, and why"),
    (re.compile(r"\bstub(s|bed)?\b", re.I), "speaks of a stub", "build it, or leave it out"),
    (re.compile(r"\bissues? #?\d+\b|(?<![\w/&(])#\d+\b", re.I), "names a ticket", "say the reason itself; foreign ones are OWNER/REPOSITORY#N"),
    (re.compile(r"(?<![\w.])/(work|root|home)/\w"), "names a path of one machine", "name it relative to the checkout"),
    (re.compile(r"\b(crates\.io|registry\.npmjs\.org|pypi\.org|deb\.debian\.org)\b"), "names a package registry's host", "name the package alone"),
]
# Rules on calls: (what the code must not contain, where, except where, why, mend). Comments and literals do not count.
CALLS = [
    (re.compile(r"\bthrow\b(?!\s*;)"), "src/", (), "throws", "return an Error"),
    (re.compile(r"\bstd::format\b"), "", (), "std::format is absent in g++ 12", "append to a string"),
    (re.compile(r"\b(system_clock|high_resolution_clock)::now\b|\bgettimeofday\s*\("), "src/", ("src/base/",),
     "reads the time of day", "take a base::Clock"),
    (re.compile(r"\b(random_device|mt19937(_64)?)\b|\b(rand|srand|getrandom)\s*\("), "src/", ("src/base/",),
     "makes randomness", "take a base::IdSource"),
    (re.compile(r"\bgetenv\s*\("), "src/", ("src/cli/",), "reads the environment", "take it from Options"),
    (re.compile(r"\bstd::(cout|cerr|clog)\b|\b(printf|puts|perror)\s*\("), "src/", ("src/cli/",), "prints", "log to the sink of Options"),
    (re.compile(r"\b(sleep_for|sleep_until|usleep|nanosleep)\s*\("), "test/", (),
     "sleeps", "wait for the event under a deadline, or use the fake clock"),
    (re.compile(r"\.detach\(\)"), "", (), "detaches a thread", "own it and join it"),
]


def layers_of(tree):
    return json.loads(tree.texts.get("tools/layers.json", '{"modules": {}, "libraries": {}, "system": []}'))


def check_layers(tree):
    """Includes go down the layer table; foreign headers stay in their folder; public headers stand alone."""
    table = layers_of(tree)
    found = []
    for path, text in tree.cpp():
        for match in INCLUDE.finditer(text):
            problem = include_problem(table, tree, path, match.group(1), match.group(2))
            if problem:
                found.append(Finding(path, line_of(text, match.start()), *problem))
    for path in {path.split("/")[1] for path, _ in tree.under("src") if path.count("/") > 1}:
        if path not in table["modules"]:
            found.append(Finding(f"src/{path}", 1, "module without a row in the layer table", "add it to tools/layers.json and docs/ARCHITECTURE.md"))
        elif not tree.exists(f"src/{path}/README.md"):
            found.append(Finding(f"src/{path}", 1, "module without a README.md", "say in ten lines: purpose, key files, what it must never do"))
    return found + check_link_rows(table, tree)


def include_problem(table, tree, path, bracket, header):
    """(what, mend) if the file at path must not include the header."""
    folder = path.split("/")[0]
    if bracket == "<" and not header.startswith("waggle/"):
        return foreign_problem(table, path, header)
    first = header.split("/")[0]
    if header in table["libraries"]:
        return foreign_problem(table, path, header)
    if first == "waggle":
        return None if tree.exists(f"include/{header}") else (f'"{header}" does not exist', "name a header of include/")
    if folder in ("include", "examples"):
        return f'"{header}" is not public', "include only waggle/ headers here"
    if folder != "src":
        return None
    if not tree.exists(f"src/{header}"):
        return f'"{header}" does not exist in src/', 'include "module/file.h" by its path from src/'
    module = path.split("/")[1]
    if first != module and first not in table["modules"].get(module, []):
        return f"{module} includes {first}, which is not below it", "move the code, or pass what is needed in"
    return None


def foreign_problem(table, path, header):
    for prefix, folders in table["libraries"].items():
        if header.startswith(prefix):
            if any(path.startswith(folder + "/") for folder in folders):
                return None
            return f"<{header}> belongs to {' and '.join(folders)} only", f"use what {folders[0]} offers"
    if ("." in header or "/" in header) and not header.startswith(tuple(table["system"])):
        return f"<{header}> is unknown", "use the C++ header, or give it a folder in tools/layers.json"
    return None


def check_link_rows(table, tree):
    """What a module links (DEPENDS) is what its row allows."""
    found = []
    for path, text in tree.under("src", ending="CMakeLists.txt"):
        for match in re.finditer(r"waggle_module\((\w+)(.*?)\)", text, re.DOTALL):
            depends = re.search(r"\bDEPENDS\b([a-z_\s]*)", match.group(2))
            for other in depends.group(1).split() if depends else []:
                if other not in table["modules"].get(match.group(1), []):
                    found.append(Finding(path, line_of(text, match.start()), f"{match.group(1)} depends on {other}, which is not below it",
                                         "take it out of DEPENDS"))
    return found


def check_sizes(tree):
    """Files, lines and functions stay small enough to read."""
    found = []
    for path, text in tree.texts.items():
        if not path.endswith(CPP) and not SCRIPTS.search(path):
            continue
        lines = text.split("\n")
        count = len(lines) - 1
        if count > LINES_WITH_REASON_MAX or (count > LINES_MAX and LONG_REASON not in "\n".join(lines[:15])):
            found.append(Finding(path, 1, f"{count} lines", f"split it, or (up to {LINES_WITH_REASON_MAX}) say at its top `{LONG_REASON} ...`"))
        for number, line in enumerate(lines, 1):
            if len(line) > WIDTH_MAX:
                found.append(Finding(path, number, f"{len(line)} characters wide", f"wrap it at {WIDTH_MAX}"))
        spans = function_spans(text) if path.endswith(CPP) else python_spans(text) if path.endswith(".py") else []
        for first, last in spans:
            if last - first + 1 > FUNCTION_LINES_MAX:
                found.append(Finding(path, first, f"function of {last - first + 1} lines", f"split it: at most {FUNCTION_LINES_MAX}"))
    return found


def python_spans(text):
    return [(node.lineno, node.end_lineno) for node in ast.walk(ast.parse(text)) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]


_BODY = re.compile(r"\)\s*(?:const|noexcept(?:\s*\([^()]*\))?|override|final|mutable|&&?|->[\w\s:<>,*&]+|WAGGLE_\w+\s*(?:\([^()]*\))?|\s)*$")
_INITIALISER = re.compile(r"\)\s*(?:noexcept\s*)?:(?!:).*[\w>]$", re.DOTALL)  # a constructor up to the brace of one of its members
_BODY_AFTER_INITIALISERS = re.compile(r"\)\s*(?:noexcept\s*)?:(?!:).*[)}]\s*$", re.DOTALL)
_NO_FUNCTION = re.compile(r"^\s*(?:if|for|while|switch|catch|else|do|namespace|enum)\b")


def function_spans(text):
    """(first line, last line) of every function with a body, nested lambdas counted as part of it. Reads braces, not C++."""
    code = code_only(text)
    spans, depth, head, inside, initialisers = [], 0, 0, None, []
    for match in re.finditer(r"[{};]", code):
        mark, place = match.group(), match.start()
        if mark == "{":
            header = code[head:place]
            if inside is None and _INITIALISER.search(header):
                initialisers.append((depth, head))
            elif inside is None and (_BODY.search(header) or _BODY_AFTER_INITIALISERS.search(header)) and not _NO_FUNCTION.match(header):
                inside = (depth, line_of(text, place - len(header.lstrip())))
            depth += 1
        elif mark == "}":
            depth -= 1
            if inside is not None and depth == inside[0]:
                spans.append((inside[1], line_of(text, place)))
                inside = None
            elif initialisers and initialisers[-1][0] == depth:
                head = initialisers.pop()[1]
                continue
        head = place + 1
    return spans


def check_beginnings(tree):
    """Every source begins by saying what it holds; include guards are named after the path."""
    found = []
    for path, text in tree.cpp():
        if not text.startswith("// "):
            found.append(Finding(path, 1, "does not say what it holds", "begin with `// NAME: what it is`"))
        if path.endswith(".h"):
            inner = path.split("/", 1)[1] if path.startswith(("include/", "src/")) else path
            guard = re.sub(r"[^A-Z0-9]", "_", inner.upper())
            guard = guard if guard.startswith("WAGGLE_") else "WAGGLE_" + guard
            if f"#ifndef {guard}\n#define {guard}\n" not in text:
                found.append(Finding(path, 1, "include guard missing or misnamed", f"#ifndef {guard} and #define {guard}"))
    for path, text in tree.texts.items():
        if SCRIPTS.search(path) and not path.endswith("/CMakeLists.txt") and not re.match(r'#!.*\n(#|""")|# |"""', text):
            found.append(Finding(path, 1, "does not say what it holds", "begin with a comment"))
    return found


def check_mirrors(tree):
    """src/MODULE/FILE.cc is tested by test/MODULE/FILE_test.cc.

    Two exceptions: a main.cc is tested by running it; and a command file of the command line, src/cli/commands/NAME.cc, may instead be
    tested from outside by test/cli/NAME_test.py.
    """
    found = []
    for path, _ in tree.under("src", ending=".cc"):
        inner = path[len("src/"):-len(".cc")]
        if inner.endswith("/main"):
            continue
        wanted = [f"test/{inner}_test.cc"]
        if inner.startswith("cli/commands/"):
            name = inner.split("/")[-1]
            wanted += [f"test/cli/{name}_test.cc", f"test/cli/{name}_test.py"]
        if not any(tree.exists(name) for name in wanted):
            found.append(Finding(path, 1, "has no test of its own", f"write {wanted[0]}"))
    return found


def check_dead_files(tree):
    """Every source is named by a CMakeLists.txt, every header included, every tool and CMake file used."""
    found = []
    cmake = {path: text for path, text in tree.texts.items() if path.endswith(("CMakeLists.txt", ".cmake"))}
    everything = {path: text for path, text in tree.texts.items() if not path.endswith(".lock")}
    included = {match.group(2) for _, text in tree.cpp() for match in INCLUDE.finditer(text)}
    for path, _ in tree.cpp():
        inner = path.split("/", 1)[1]
        if path.endswith(".cc") and not any(names_source(list_path, text, path) for list_path, text in cmake.items()):
            found.append(Finding(path, 1, "no CMakeLists.txt names it", "add it to its target or delete it"))
        if path.endswith(".h") and inner not in included and path != "include/waggle/waggle.h":
            found.append(Finding(path, 1, "nothing includes it", "use it or delete it"))
    for path in tree.texts:
        name = path.split("/")[-1]
        used_as = name[:-3] if path.startswith("tools/") and name.endswith(".py") else name
        if path.startswith(("tools/", "cmake/")) and not any(used_as in text for other, text in everything.items() if other != path):
            found.append(Finding(path, 1, "nothing names it", "use it or delete it"))
    return found


def names_source(list_path, text, path):
    """Does the CMake file at list_path, whose text is given, name the source at path relative to its own folder?"""
    folder = list_path.rpartition("/")[0]
    prefix = folder + "/" if folder else ""
    if not path.startswith(prefix):
        return f"/{path}" in text  # ${PROJECT_SOURCE_DIR}/path
    inner = path[len(prefix):]
    if "/" not in inner and "file(GLOB" in text and "*.cc" in text:
        return True
    if "foreach(" in text and re.search(rf"(?<![\w/.]){re.escape(inner[:-len('.cc')])}(?![\w.])", text):
        return True
    return re.search(rf"(?<![\w/.]){re.escape(inner)}(?![\w.])", text) is not None


def excused(lines, number, rule):
    """Does the line of this number, or the one above it, say why the rule does not hold there?"""
    return any(f"tidy: {rule} because " in line for line in lines[max(0, number - 2):number])


def check_words(tree):
    """Text speaks of what is; see WORDS."""
    found = []
    for path, text in tree.texts.items():
        if path.startswith("tools/tidy") or path.endswith(".lock"):
            continue
        lines = text.split("\n")
        for number, line in enumerate(lines, 1):
            for pattern, what, mend in WORDS:
                match = pattern.search(line)
                if match and not excused(lines, number, "word"):
                    found.append(Finding(path, number, f"{what}: `{match.group()}`", mend))
    return found


def check_calls(tree):
    """Code does not reach for what is passed in; see CALLS."""
    found = []
    for path, text in tree.cpp():
        code, lines = code_only(text), text.split("\n")
        for pattern, where, but, what, mend in CALLS:
            if not path.startswith(where) or path.startswith(but or ("\0",)):
                continue
            for match in pattern.finditer(code):
                number = line_of(code, match.start())
                if not excused(lines, number, "call"):
                    found.append(Finding(path, number, f"{what}: `{match.group().strip()}`", mend))
    return found


CHECKS = [check_layers, check_sizes, check_beginnings, check_mirrors, check_dead_files, check_words, check_calls]
