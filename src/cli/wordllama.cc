// wordllama.cc: see wordllama.h.

#include "cli/wordllama.h"

#include <filesystem>
#include <fstream>
#include <system_error>
#include <utility>
#include <vector>

#include "cli/program.h"

namespace waggle::cli {

namespace {

constexpr const char* kRequirement = "wordllama==0.4.0.post1 --hash=sha256:42c2c88907ace0b0681ac6f9092d6a300a6409a5d2d61071a3fb5e7159370c97\n";

// Members of the wheel, and what they are called here.
constexpr const char* kUnpack = R"(
import pathlib, shutil, sys, zipfile
downloads, folder = map(pathlib.Path, sys.argv[1:])
[wheel] = downloads.glob("*.whl")
with zipfile.ZipFile(wheel) as archive:
    [licence] = [name for name in archive.namelist() if name.endswith("/LICENSE")]
    for member, name in (
        ("wordllama/weights/l2_supercat_256.safetensors", "model.safetensors"),
        ("wordllama/tokenizers/l2_supercat_tokenizer_config.json", "tokenizer.json"),
        (licence, "LICENSE"),
    ):
        with archive.open(member) as source, open(folder / name, "xb") as target:
            shutil.copyfileobj(source, target)
)";

constexpr const char* kMend = "check the network, or fetch the wheel elsewhere and give the unpacked files with --from DIR";

// What went wrong, in the program's own words: its last line.
std::string last_line(const std::string& path) {
  std::ifstream in(path);
  std::string line;
  std::string last = "no output";
  while (std::getline(in, line)) {
    if (!line.empty()) last = line;
  }
  return last;
}

Status run(std::vector<std::string> words, const std::string& log, const std::string& doing, const base::Deadline& deadline) {
  WAGGLE_ASSIGN_OR_RETURN(const int status, run_program({std::move(words), log}, deadline));
  if (status == 0) return {};
  const std::string reason = last_line(log);
  if (reason.ends_with("No module named pip")) return Error(Code::kUnsupported, "python3 has no pip", "install it (on Debian: python3-pip)");
  return Error(Code::kIo, doing + ": " + reason, kMend);
}

}  // namespace

Status fetch_wordllama(const std::string& folder, const base::Deadline& deadline) {
  const std::string downloads = folder + "/downloads";
  const std::string requirements = downloads + "/requirements.txt";
  const std::string log = downloads + "/log";
  std::error_code failure;
  std::filesystem::create_directory(downloads, failure);
  if (!(std::ofstream(requirements) << kRequirement)) return Error(Code::kIo, requirements + ": cannot be written", "check the disk");
  // Any wheel of that version holds the same data; this is the one that is asked for wherever pip runs.
  WAGGLE_TRY(run({"python3", "-m", "pip", "download", "--disable-pip-version-check", "--no-input", "--quiet", "--no-deps",
                  "--only-binary=:all:", "--implementation=cp", "--python-version=3.11", "--abi=cp311", "--platform=manylinux2014_x86_64",
                  "--require-hashes", "--dest=" + downloads, "--requirement=" + requirements},
                 log, "pip cannot fetch wordllama 0.4.0", deadline));
  WAGGLE_TRY(run({"python3", "-c", kUnpack, downloads, folder}, log, "the wheel of wordllama cannot be unpacked", deadline));
  std::filesystem::remove_all(downloads, failure);
  if (failure) return Error(Code::kIo, downloads + ": cannot be removed: " + failure.message(), "check the folder's permissions");
  return {};
}

}  // namespace waggle::cli
