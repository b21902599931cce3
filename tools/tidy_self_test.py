"""The test of tools/tidy: a small clean tree has no finding, and each fault put into it is found."""
import json
import pathlib
import tempfile

CLEAN = {
    "Makefile": "# The daily commands.\ntest: ## run\n\ttools/test\n",
    "CMakePresets.json": '{"configurePresets": [{"name": "dev"}]}',
    "README.md": "Run `make test`, read `docs/GUIDE.md` and `src/base/a.h`.\n\n```sh\ntools/test\nctest --preset dev\n```\n",
    "docs/GUIDE.md": "See [the readme](../README.md).\n",
    "tools/test": "#!/bin/sh\n# Runs the tests.\n",
    "tools/layers.json": json.dumps({"modules": {"base": [], "sql": ["base"]}, "libraries": {"simdjson.h": ["src/base"]}, "system": ["unistd.h"]}),
    "CMakeLists.txt": "# The build; rows in layers.json.\nadd_subdirectory(src/base)\n",
    "include/waggle/waggle.h": "// waggle.h: all.\n#ifndef WAGGLE_WAGGLE_H\n#define WAGGLE_WAGGLE_H\n#endif\n",
    "src/base/README.md": "base\n",
    "src/base/CMakeLists.txt": "# base\nwaggle_module(base SOURCES a.cc)\n",
    "src/base/a.h": "// a.h: a.\n#ifndef WAGGLE_BASE_A_H\n#define WAGGLE_BASE_A_H\n#endif\n",
    "src/base/a.cc": '// a.cc: a.\n#include "base/a.h"\n\n#include <simdjson.h>\n#include <unistd.h>\n\nint one() { return 1\'000; }\n'
                     "// tidy: call because it is excused\nvoid f() { t.detach(); }\n",
    "test/base/a_test.cc": '// a_test.cc: tests of a.\n#include "base/a.h"\n',
    "test/CMakeLists.txt": "# tests\nadd(base/a_test.cc)\n",
}
LONG_BODY = "\n".join("  x();" for _ in range(80))

# (what is wrong, files put into the clean tree (None: removed; a leading + : appended), words of the finding)
FAULTS = [
    ("include upwards", {"src/base/a.cc": '+#include "sql/b.h"\n', "src/sql/b.h": ""}, "base includes sql"),
    ("include of nothing", {"src/base/a.cc": '+#include "base/gone.h"\n'}, "does not exist in src/"),
    ("foreign header in the wrong folder", {"include/waggle/waggle.h": "+#include <simdjson.h>\n"}, "belongs to src/base only"),
    ("unknown foreign header", {"src/base/a.cc": "+#include <boost/asio.hpp>\n"}, "<boost/asio.hpp> is unknown"),
    ("public header that includes a private one", {"include/waggle/waggle.h": '+#include "base/a.h"\n'}, "is not public"),
    ("module without a row", {"src/extra/README.md": "extra\n", "src/extra/CMakeLists.txt": "# extra\n"}, "without a row"),
    ("module without a README", {"src/base/README.md": None}, "without a README.md"),
    ("link upwards", {"src/base/CMakeLists.txt": "# base\nwaggle_module(base SOURCES a.cc DEPENDS sql)\n"}, "depends on sql"),
    ("long file", {"src/base/a.cc": "+" + "int x;\n" * 601}, "lines; mend: split it"),
    ("very long file with a reason", {"src/base/a.cc": "// Longer than 600 lines because of the test\n" + "int x;\n" * 1001}, "1002 lines"),
    ("long function", {"src/base/a.cc": "+int f(int a) const {\n" + LONG_BODY + "\n}\n"}, "function of 82 lines"),
    ("long method", {"src/base/a.cc": "+class A : public B {\n A() : a_(1), b_{2} {\n" + LONG_BODY + "\n}\n};\n"}, "function of"),
    ("long Python function", {"tools/long.py": '"""Used by tools/test."""\ndef f():\n' + "    x()\n" * 80, "README.md": "+`tools/long.py`\n"},
     "function of 81 lines"),
    ("wide line", {"src/base/a.cc": "+// " + "x" * 150 + "\n"}, "153 characters wide"),
    ("no first comment", {"src/base/a.cc": "int x;\n"}, "does not say what it holds"),
    ("wrong guard", {"src/base/a.h": "// a.h: a.\n#ifndef A_H\n#define A_H\n#endif\n"}, "#ifndef WAGGLE_BASE_A_H"),
    ("no test", {"test/base/a_test.cc": None}, "has no test of its own"),
    ("dead source", {"src/base/CMakeLists.txt": "# base\nwaggle_module(base SOURCES other_a.cc)\n"}, "no CMakeLists.txt names it"),
    ("dead header", {"src/base/b.h": "// b.h: b.\n#ifndef WAGGLE_BASE_B_H\n#define WAGGLE_BASE_B_H\n#endif\n"}, "nothing includes it"),
    ("dead tool", {"tools/unused": "#!/bin/sh\n# Does nothing.\n"}, "nothing names it"),
    ("mark for later", {"src/base/a.cc": "+// FIX" + "ME: later\n"}, "a mark for later"),
    ("passing state", {"docs/GUIDE.md": "+This is so for" + " now.\n"}, "passing state"),
    ("ticket", {"docs/GUIDE.md": "+See issue" + " 12.\n"}, "names a ticket"),
    ("machine's path", {"docs/GUIDE.md": "+Look in /" + "home/ann.\n"}, "path of one machine"),
    ("detached thread", {"src/base/a.cc": "+// tidy: word because of the test\nvoid f() { t.detach(); }\n"}, "detaches a thread"),
    ("throw", {"src/base/a.cc": "+void f() { throw 1; }\n"}, "throws"),
    ("sleep in a test", {"test/base/a_test.cc": "+void f() { std::this_thread::sleep_for(1s); }\n"}, "sleeps"),
    ("clock", {"src/sql/b.cc": "// b.cc: b.\nauto t = std::chrono::system_clock::now();\n"}, "reads the time of day"),
    ("path in a document", {"README.md": "+Read `src/base/gone.h`.\n"}, "names src/base/gone.h"),
    ("file beside a document", {"src/base/README.md": "+Read `gone.h`.\n"}, "names gone.h"),
    ("link in a document", {"README.md": "+[gone](docs/GONE.md)\n"}, "links to docs/GONE.md"),
    ("make target in a document", {"README.md": "+```sh\nmake gone\n```\n"}, "no target gone"),
    ("tool in a document", {"README.md": "+```sh\ntools/gone x\n```\n"}, "tools/gone does not exist"),
    ("preset in a document", {"README.md": "+Run `cmake --preset gone`.\n"}, "gone is no preset"),
    ("test binary in a document", {"README.md": "+Run `build/dev/bin/test_gone`.\n"}, "no test/gone"),
    ("waggle command in a document", {"README.md": "+```console\n$ waggle gone away\n```\n"}, "waggle gone away is unknown"),
    ("second word of a waggle command in a document", {"README.md": "+Run `waggle memory gone`.\n"}, "waggle memory gone is unknown"),
    ("unreachable document", {"docs/LOST.md": "alone\n"}, "no document leads here"),
]


def plant(root, files):
    for path, text in files.items():
        file = pathlib.Path(root, path)
        if text is None:
            file.unlink()
            continue
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(file.read_text() + text[1:] if text.startswith("+") else text)


def run(findings):
    """Runs the clean tree and every fault; prints what went unnoticed. Exit status."""
    failures = []
    for name, files, wanted in [("clean tree", {}, None), *FAULTS]:
        with tempfile.TemporaryDirectory() as root:
            plant(root, CLEAN)
            plant(root, {"bin/waggle": '#!/bin/sh\ntest "$1" != gone && test "$2" != gone\n'})
            pathlib.Path(root, "bin/waggle").chmod(0o755)
            plant(root, files)
            found = [str(finding) for finding in findings(root, f"{root}/bin/waggle")]
            if wanted is None and found:
                failures.append(f"{name}: expected no finding, got {found}")
            if wanted is not None and not any(wanted in finding for finding in found):
                failures.append(f"{name}: expected a finding with `{wanted}`, got {found}")
    print("\n".join(failures) if failures else f"{len(FAULTS)} faults found, each by its check")
    return 1 if failures else 0
