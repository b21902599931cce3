// power_cut.cc: see power_cut.h.

#include "fault/power_cut.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <optional>
#include <thread>
#include <utility>

#include "base/assert.h"

namespace waggle::test {
namespace {

constexpr std::size_t kFailuresMax = 10;
constexpr int kYieldsPerSync = 20'000;

bool ends_with(const std::string& name, std::string_view suffix) { return name.size() >= suffix.size() && name.ends_with(suffix); }

// A frame header that carries the size of the database belongs to the last frame of a commit.
bool is_commit_header(const Operation& operation) {
  if (operation.act != Act::kWrite || !ends_with(operation.name, "-wal") || operation.bytes.size() != 24) return false;
  return operation.bytes.substr(4, 4) != std::string(4, '\0');
}

// After how many operations the database may be in a new state: after the last frame of a commit, and whenever a journal ends or a file gets a name.
std::vector<std::size_t> commit_points(const std::vector<Operation>& operations) {
  std::vector<std::size_t> points = {0};
  bool in_commit = false;
  for (std::size_t i = 0; i < operations.size(); ++i) {
    const Operation& operation = operations[i];
    const bool ends_commit = in_commit && operation.act == Act::kWrite && ends_with(operation.name, "-wal");
    in_commit = is_commit_header(operation);
    if (ends_commit || operation.act == Act::kDelete || operation.act == Act::kRename) points.push_back(i + 1);
  }
  return points;
}

Result<std::unique_ptr<Database>> open(Options options, const std::string& path, OpenMode mode) {
  options.path = path;
  options.open_mode = mode;
  return Database::open(options);
}

// The promises that had been made when so many operations were done, and the state at the latest of them.
struct Acknowledged {
  std::vector<std::size_t> promises;
  std::size_t operations = 0;
};

Acknowledged acknowledged_at(const Recording& recording, std::size_t operations) {
  Acknowledged acknowledged;
  for (std::size_t i = 0; i < operations; ++i) {
    if (recording.operations[i].act != Act::kMark) continue;
    acknowledged.promises.push_back(std::strtoul(recording.operations[i].name.c_str(), nullptr, 10));
    acknowledged.operations = i;
  }
  return acknowledged;
}

std::string cut_name(const Recording& recording, std::size_t operations) {
  std::string name = recording.scenario->name + ", cut after " + std::to_string(operations) + " of " + std::to_string(recording.operations.size());
  if (operations > 0) {
    const Operation& last = recording.operations[operations - 1];
    name += " (" + std::string(to_string(last.act)) + " " + last.name + ")";
  }
  return name;
}

}  // namespace

void CutReport::add(const CutReport& other) {
  images += other.images;
  lost += other.lost;
  corrupt += other.corrupt;
  slowest_open = std::max(slowest_open, other.slowest_open);
  for (const std::string& failure : other.failures) {
    if (failures.size() < kFailuresMax) failures.push_back(failure);
  }
}

Recording PowerCut::record(const Scenario& scenario) const {
  const QuickDir folder;
  Recording recording{.scenario = &scenario};
  if (scenario.prepare) {
    Stage before(folder, scenario.options);
    scenario.prepare(before);
  }
  recording.before = folder.read();
  disk_.watch(folder.path());
  // While a commit is synced others queue, here as on a slow disk.
  disk_.set_hook([&scenario](const Operation& operation) {
    if (operation.act != Act::kSync || !scenario.is_known_by_facts) return;
    for (int i = 0; i < kYieldsPerSync; ++i) std::this_thread::yield();
  });
  disk_.start_recording();
  {
    Stage stage(folder, scenario.options);
    stage.on_end = [&](const Ended& ended) {
      WAGGLE_ASSERT(ended.status.has_value());
      disk_.mark(std::to_string(ended.promise));
      recording.shared_memory = disk_.shared_memory(std::string(kDatabaseName));
    };
    scenario.play(stage);
    stage.close();
    recording.promises = stage.promises();
  }
  recording.operations = disk_.stop_recording();
  disk_.set_hook({});
  recording.states = find_states(recording);
  return recording;
}

Recording PowerCut::record_recovery(const Recording& first, std::size_t operations, Damage damage, std::uint32_t seed) const {
  const QuickDir folder;
  Recording recording{.scenario = first.scenario};
  recording.before = image(first, operations, damage, seed);
  if (first.scenario->options.durability == Durability::kFull) {
    for (const std::size_t promise : acknowledged_at(first, operations).promises) recording.kept.push_back(first.promises[promise]);
  }
  folder.fill(recording.before);
  disk_.watch(folder.path());
  disk_.start_recording();
  {
    Stage stage(folder, first.scenario->options);
    stage.on_end = [&](const Ended& ended) {
      if (ended.status) disk_.mark(std::to_string(ended.promise));
    };
    if (stage.open()) put(stage, "recovered", text_of(300'000, 'r'));
    stage.close();
    recording.promises = stage.promises();
  }
  recording.operations = disk_.stop_recording();
  recording.states = find_states(recording);
  return recording;
}

// Opened as a killed process would have left them, at every point at which a commit was complete.
std::vector<State> PowerCut::find_states(const Recording& recording) {
  std::vector<State> states;
  const QuickDir folder;
  DiskImage image(recording.before);
  std::size_t done = 0;
  std::mt19937 unused;
  for (const std::size_t point : commit_points(recording.operations)) {
    for (; done < point; ++done) image.apply(recording.operations[done]);
    folder.fill(image.after_cut(Damage::kAllDone, unused));
    const auto database = open(recording.scenario->options, folder.file(kDatabaseName), OpenMode::kCreateIfMissing);
    WAGGLE_ASSERT(database.has_value());
    Dump now = dump(**database).value();
    if (states.empty() || states.back().dump != now) states.push_back({.since = point, .dump = std::move(now)});
  }
  for (State& state : states) state.has_tables = state.dump["waggle_meta"] == states.back().dump["waggle_meta"];
  return states;
}

// What is no database file is rubbish after a power cut: the pages of the lock file and of the wal-index were written back at any time, or never.
void PowerCut::add_side_files(const Recording& recording, Files& files, std::mt19937& random) {
  const std::string name(kDatabaseName);
  const auto noise = [&](std::size_t bytes) {
    std::string text(bytes, '\0');
    for (char& one : text) one = static_cast<char>(random());
    return text;
  };
  switch (random() % 8) {
    case 0:
      files[name + "-lock"] = noise(4096);
      break;
    case 1:
      files[name + "-lock"] = "";
      break;
    case 2:
      files.erase(name + "-lock");
      break;
    default:
      break;
  }
  switch (random() % 4) {
    case 0:
      files[name + "-shm"] = recording.shared_memory;
      break;
    case 1:
      files[name + "-shm"] = noise(32768);
      break;
    default:
      files.erase(name + "-shm");
  }
}

Files PowerCut::image(const Recording& recording, std::size_t operations, Damage damage, std::uint32_t seed) {
  std::mt19937 random(seed);
  DiskImage image(recording.before);
  for (std::size_t i = 0; i < operations; ++i) image.apply(recording.operations[i]);
  Files files = image.after_cut(damage, random);
  add_side_files(recording, files, random);
  return files;
}

CutReport PowerCut::cut(const Recording& recording, std::int64_t images, std::uint32_t seed) const {
  CutReport report;
  const std::size_t places = recording.operations.size() + 1;
  DiskImage image(recording.before);
  std::size_t done = 0;
  for (std::int64_t i = 0; i < images; ++i) {
    const auto operations = static_cast<std::size_t>(i) * places / static_cast<std::size_t>(images);
    for (; done < operations; ++done) image.apply(recording.operations[done]);
    std::mt19937 random(seed + static_cast<std::uint32_t>(i));
    const auto damage = static_cast<Damage>((static_cast<std::uint32_t>(i) + seed) % kDamages);
    Files files = image.after_cut(damage, random);
    add_side_files(recording, files, random);
    const std::size_t failures = report.failures.size();
    check_image(recording, operations, files, report);
    if (report.failures.size() > failures) {
      report.failures.back() += " [" + std::string(to_string(damage)) + ", seed " + std::to_string(seed) + ", image " + std::to_string(i) + "]";
    }
  }
  return report;
}

void PowerCut::check_image(const Recording& recording, std::size_t operations, const Files& files, CutReport& report) const {
  ++report.images;
  const auto fail = [&](std::int64_t& count, const std::string& why) {
    ++count;
    if (report.failures.size() < kFailuresMax) report.failures.push_back(cut_name(recording, operations) + ": " + why);
  };
  const Scenario& scenario = *recording.scenario;
  const bool keeps_all = scenario.options.durability == Durability::kFull;
  const Acknowledged acknowledged = acknowledged_at(recording, operations);
  const bool was_there = scenario.prepare || !recording.kept.empty() || (keeps_all && !acknowledged.promises.empty());

  const QuickDir folder;
  folder.fill(files);
  const auto begun = std::chrono::steady_clock::now();
  auto opened = open(scenario.options, folder.file(kDatabaseName), was_there ? OpenMode::kExisting : OpenMode::kCreateIfMissing);
  const auto took = std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - begun);
  report.slowest_open = std::max(report.slowest_open, took);
  // A file without tables is, to who only opens what exists, no database.
  if (!opened && opened.error().code() == Code::kNotFound && !recording.states.front().has_tables && acknowledged.promises.empty()) {
    opened = open(scenario.options, folder.file(kDatabaseName), OpenMode::kCreateIfMissing);
  }
  if (!opened) return fail(report.corrupt, opened.error().describe());
  const Database& database = **opened;

  std::vector<Promise> promises = recording.kept;
  if (keeps_all) {
    for (const std::size_t promise : acknowledged.promises) promises.push_back(recording.promises[promise]);
  }
  for (const Promise& promise : promises) {
    if (const std::string missing = promise.fact(database); !missing.empty()) return fail(report.lost, promise.call + ": " + missing);
  }
  if (scenario.always) {
    if (const std::string wrong = scenario.always(database); !wrong.empty()) return fail(report.corrupt, wrong);
  }
  for (const std::string& problem : unsoundness(database)) return fail(report.corrupt, problem);

  const auto now = dump(database);
  if (!now) return fail(report.corrupt, now.error().describe());
  // Which commit is the latest one that is there? One that was begun before the cut, and none before the latest acknowledgement.
  std::optional<std::size_t> found;
  std::string nearest;
  for (std::size_t i = 0; i < recording.states.size() && recording.states[i].since <= operations; ++i) {
    const State& state = recording.states[i];
    const bool same = state.has_tables ? state.dump == *now : without_identity(state.dump) == without_identity(*now);
    if (same) found = i;
    nearest = difference(state.dump, *now);
  }
  if (!found) return fail(report.corrupt, "no state that the database ever had; from the latest one it differs in" + nearest);
  if (keeps_all && !scenario.is_known_by_facts) {
    std::size_t least = 0;
    while (least + 1 < recording.states.size() && recording.states[least + 1].since <= acknowledged.operations) ++least;
    if (*found < least) return fail(report.lost, "the latest commit is " + std::to_string(*found) + ", acknowledged was " + std::to_string(least));
  }
  if (const auto stored = database.as("oracle").memory().put({.agent_id = "oracle", .key = "after", .value = text_of(10)}); !stored) {
    return fail(report.corrupt, "cannot be written: " + stored.error().describe());
  }
}

}  // namespace waggle::test
