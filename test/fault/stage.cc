// stage.cc: see stage.h.

#include "fault/stage.h"

#include <stdlib.h>
#include <unistd.h>
#include <filesystem>
#include <system_error>
#include <utility>

#include "base/assert.h"
#include "support/files.h"

namespace waggle::test {

QuickDir::QuickDir() {
  const std::string memory = "/dev/shm";
  const std::string parent = ::access(memory.c_str(), W_OK) == 0 ? memory : std::filesystem::temp_directory_path().string();
  path_ = parent + "/waggle-fault-XXXXXX";
  WAGGLE_ASSERT(::mkdtemp(path_.data()) != nullptr);
}

QuickDir::~QuickDir() {
  std::error_code ignored;  // a folder left behind fails no test
  std::filesystem::remove_all(path_, ignored);
}

void QuickDir::fill(const Files& files) const {
  for (const auto& entry : std::filesystem::directory_iterator(path_)) std::filesystem::remove_all(entry.path());
  for (const auto& [name, bytes] : files) write_file(file(name), bytes);
}

Files QuickDir::read() const {
  Files files;
  for (const auto& entry : std::filesystem::directory_iterator(path_)) files[entry.path().filename().string()] = read_file(entry.path().string());
  return files;
}

Stage::Stage(const QuickDir& folder, Options options) : folder_(folder.path()), options_(std::move(options)) { options_.path = path(); }

bool Stage::open() {
  const Fact fact = [](const Database&) { return std::string(); };
  if (before_call) before_call("open", fact);
  auto opened = Database::open(options_);
  Status status;
  if (opened)
    database_ = *std::move(opened);
  else
    status = opened.error();
  end({"open", status, 0}, fact);
  return status.has_value();
}

bool Stage::call(std::string what, const std::function<Status()>& work, const Fact& fact) {
  if (before_call) before_call(what, fact);
  const Status status = work();
  end({std::move(what), status, 0}, fact);
  return status.has_value();
}

void Stage::end(Ended ended, const Fact& fact) {
  if (ended.status) {
    const std::scoped_lock lock(mutex_);
    ended.promise = promises_.size();
    promises_.push_back({ended.call, fact});
  }
  if (!ended.status && on_failure) on_failure(ended, fact);
  if (on_end) on_end(ended);
}

}  // namespace waggle::test
