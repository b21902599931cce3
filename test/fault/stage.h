// stage.h: where a scenario plays: one folder with a database, the calls that change it, and what each of them promised when it returned.

#ifndef WAGGLE_TEST_FAULT_STAGE_H
#define WAGGLE_TEST_FAULT_STAGE_H

#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fault/disk_image.h"
#include "waggle/database.h"

namespace waggle::test {

// A folder in memory where there is one (power cuts and faults are made here, not waited for), else among the temporary files.
class QuickDir {
 public:
  QuickDir();
  ~QuickDir();
  QuickDir(const QuickDir&) = delete;
  QuickDir& operator=(const QuickDir&) = delete;

  const std::string& path() const { return path_; }
  std::string file(std::string_view name) const { return path_ + "/" + std::string(name); }
  // Takes everything out and puts `files` in.
  void fill(const Files& files) const;
  // Never while this process has a database in it open: closing a second descriptor would drop its locks.
  Files read() const;

 private:
  std::string path_;
};

inline constexpr std::string_view kDatabaseName = "hive.db";

// What must hold from an acknowledgement on, whatever is written later. Answers what is missing, empty when nothing is.
using Fact = std::function<std::string(const Database&)>;

struct Promise {
  std::string call;
  Fact fact;
};

// How a call of a scenario ended.
struct Ended {
  std::string call;
  Status status;
  std::size_t promise = 0;  // its place among the promises, when it succeeded
};

class Stage {
 public:
  using Listener = std::function<void(const Ended&)>;

  Stage(const QuickDir& folder, Options options);

  // Opens the database; false when that fails. Its promise: it is there.
  bool open();
  bool is_open() const { return database_ != nullptr; }
  void close() { database_.reset(); }
  const Database& database() const { return *database_; }
  Session as(std::string_view agent) const { return database_->as(std::string(agent)); }

  // Makes a call that changes something. When it succeeds the fact is promised. False when it failed: the scenario then ends.
  bool call(std::string what, const std::function<Status()>& work, const Fact& fact);

  const std::string& folder() const { return folder_; }
  std::string path() const { return folder_ + "/" + std::string(kDatabaseName); }
  const Options& options() const { return options_; }

  // Told before and after each call, on its thread; before it returned to the scenario.
  std::function<void(const std::string& call, const Fact&)> before_call;
  Listener on_end;
  std::function<void(const Ended&, const Fact&)> on_failure;
  // Those of the calls that succeeded, in order. To be read when no call is under way.
  const std::vector<Promise>& promises() const { return promises_; }

 private:
  void end(Ended ended, const Fact& fact);

  std::string folder_;
  Options options_;
  std::unique_ptr<Database> database_;
  std::mutex mutex_;
  std::vector<Promise> promises_;
};

}  // namespace waggle::test

#endif  // WAGGLE_TEST_FAULT_STAGE_H
