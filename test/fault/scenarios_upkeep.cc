// scenarios_upkeep.cc: what Waggle does by itself: checkpoints, sweeping what has expired, trimming the change log, closing and recovering.

#include <string>
#include <vector>

#include "fault/scenarios.h"

namespace waggle::test {
namespace {

constexpr std::size_t kSmallestCheckpoint = std::size_t{64} << 10;

void prepare_one(Stage& stage) {
  if (stage.open()) put(stage, "plan", text_of(50));
}

Options small_checkpoints() {
  Options options = small_options();
  options.checkpoint_bytes = kSmallestCheckpoint;
  return options;
}

// Each write fills a good part of the WAL: after the second it is copied, and the third begins it anew.
void play_checkpoints(Stage& stage) {
  if (!stage.open()) return;
  for (int i = 0; i < 5; ++i) {
    if (!put(stage, "big" + std::to_string(i), text_of(30'000, static_cast<char>('a' + i)))) return;
  }
}

// One transaction that is larger than twice the checkpoint size: the WAL file is cut back when it begins anew.
void play_large_wal(Stage& stage) {
  if (!stage.open()) return;
  if (!put(stage, "huge", text_of(200'000, 'h'))) return;
  for (int i = 0; i < 3; ++i) {
    if (!put(stage, "small" + std::to_string(i), text_of(100))) return;
  }
}

void prepare_expired(Stage& stage) {
  if (!stage.open()) return;
  std::vector<PutMemory> brief;
  for (int i = 0; i < 40; ++i) {
    brief.push_back({.agent_id = "brief", .key = std::to_string(i), .value = text_of(100), .ttl = std::chrono::microseconds(1)});
  }
  stage.as("ann").memory().put_many(brief).value();
}

// The first commit of a process does all chores.
void play_sweep(Stage& stage) {
  if (!stage.open()) return;
  if (!put(stage, "a", text_of(100))) return;
  put(stage, "b", text_of(100));
}

void prepare_long_log(Stage& stage) {
  if (!stage.open()) return;
  for (int i = 0; i < 30; ++i) stage.as("ann").memory().put({.agent_id = "ann", .key = "plan", .value = text_of(20)}).value();
}

Options short_log() {
  Options options = small_options();
  options.changes_count_max = 10;
  return options;
}

// A WAL below the size at which the last handle copies it: it is left, and recovered by who opens next.
void prepare_leftover(Stage& stage) {
  if (!stage.open()) return;
  for (int i = 0; i < 4; ++i) put(stage, "left" + std::to_string(i), text_of(500));
}

void play_reopening(Stage& stage) {
  for (int i = 0; i < 2; ++i) {
    if (!stage.open()) return;
    if (!put(stage, "again" + std::to_string(i), text_of(200))) return;
    stage.close();
  }
}

// A WAL that is copied and removed at close.
void play_closing(Stage& stage) {
  if (!stage.open()) return;
  if (!put(stage, "closing", text_of(270'000, 'c'))) return;
  stage.close();
  if (stage.open()) put(stage, "after", text_of(100));
}

// Reads are counted; the counts are written with later commits and at close.
void play_counts(Stage& stage) {
  if (!stage.open()) return;
  for (int i = 0; i < 3; ++i) (void)stage.as("ann").memory().get({"ann", "plan"}).has_value();
  if (!put(stage, "a", text_of(100))) return;
  (void)stage.as("ann").memory().get({"ann", "plan"}).has_value();
  stage.close();
  if (stage.open()) put(stage, "b", text_of(100));
}

}  // namespace

std::vector<Scenario> upkeep_scenarios() {
  return {
      {.name = "checkpoints", .options = small_checkpoints(), .prepare = prepare_one, .play = play_checkpoints},
      {.name = "large_wal", .options = small_checkpoints(), .prepare = prepare_one, .play = play_large_wal},
      {.name = "sweep", .options = small_options(), .prepare = prepare_expired, .play = play_sweep},
      {.name = "log_trim", .options = short_log(), .prepare = prepare_long_log, .play = play_sweep},
      {.name = "reopening", .options = small_options(), .prepare = prepare_leftover, .play = play_reopening, .opens_like_others = false},
      {.name = "closing", .options = small_options(), .prepare = prepare_one, .play = play_closing},
      {.name = "access_counts", .options = small_options(), .prepare = prepare_one, .play = play_counts, .is_known_by_facts = true},
  };
}

}  // namespace waggle::test
