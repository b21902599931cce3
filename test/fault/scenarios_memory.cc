// scenarios_memory.cc: memory entries: single writes, groups, batches, removals.

#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "fault/scenarios.h"

namespace waggle::test {
namespace {

// An entry that is rewritten: at least the version that was acknowledged.
Fact version_at_least(std::string key, std::int64_t version) {
  return [key = std::move(key), version](const Database& database) -> std::string {
    const auto entry = database.as("oracle").memory().get({"ann", key});
    if (!entry) return key + ": " + entry.error().describe();
    return entry->version >= version ? "" : key + " is of version " + std::to_string(entry->version) + ", not " + std::to_string(version);
  };
}

void play_single_writes(Stage& stage) {
  if (!stage.open()) return;
  for (const char* key : {"a", "b", "c"}) {
    if (!put(stage, key, text_of(100))) return;
  }
}

// Values of several pages, each longer or shorter than the one before: pages overflow, are freed and used again.
void play_rewrites(Stage& stage) {
  if (!stage.open()) return;
  const std::size_t sizes[] = {3000, 12000, 100, 9000};
  for (std::int64_t i = 0; i < 4; ++i) {
    const auto rewrite = [&] {
      return status_of(stage.as("ann").memory().put({.agent_id = "ann", .key = "plan", .value = text_of(sizes[i], static_cast<char>('a' + i))}));
    };
    if (!stage.call("rewrite " + std::to_string(i), rewrite, version_at_least("plan", i + 2))) return;
  }
}

Fact pair_is_there(std::string key) {
  return [key = std::move(key)](const Database& database) -> std::string {
    const std::vector<std::string> both = {key + "-a", key + "-b"};
    const auto entries = database.as("oracle").memory().get_many("pair", both);
    if (!entries) return key + ": " + entries.error().describe();
    return entries->size() == 2 ? "" : key + ": " + std::to_string(entries->size()) + " of 2 entries are there";
  };
}

bool put_pair(Stage& stage, const std::string& key) {
  const auto work = [&] {
    return stage.as("ann").transaction([&](Session& inside) -> Status {
      for (const char* half : {"-a", "-b"}) {
        if (auto one = inside.memory().put({.agent_id = "pair", .key = key + half, .value = text_of(300)}); !one) return one.error();
      }
      return {};
    });
  };
  return stage.call("pair " + key, work, pair_is_there(key));
}

std::string half_pairs(const Database& database) {
  for (int t = 0; t < 4; ++t) {
    for (int i = 0; i < 3; ++i) {
      const std::string key = std::to_string(t) + "." + std::to_string(i);
      const std::vector<std::string> both = {key + "-a", key + "-b"};
      const auto entries = database.as("oracle").memory().get_many("pair", both);
      if (!entries) return entries.error().describe();
      if (entries->size() == 1) return key + ": half a transaction is there";
    }
  }
  return "";
}

void play_group(Stage& stage) {
  if (!stage.open()) return;
  std::vector<std::jthread> writers;
  for (int t = 0; t < 4; ++t) {
    writers.emplace_back([&stage, t] {
      for (int i = 0; i < 3; ++i) {
        if (!put_pair(stage, std::to_string(t) + "." + std::to_string(i))) return;
      }
    });
  }
}

std::vector<PutMemory> batch_of(const std::string& name, int count) {
  std::vector<PutMemory> batch;
  for (int i = 0; i < count; ++i) batch.push_back({.agent_id = "ann", .key = name + std::to_string(i), .value = text_of(200)});
  return batch;
}

Fact count_is(std::string prefix, std::size_t count) {
  return [prefix = std::move(prefix), count](const Database& database) -> std::string {
    const auto page = database.as("oracle").memory().query({.agent_id = "ann", .pattern = prefix, .match = KeyMatch::kPrefix}, {.limit = 1000});
    if (!page) return page.error().describe();
    return page->items.size() == count ? "" : prefix + ": " + std::to_string(page->items.size()) + " entries and not " + std::to_string(count);
  };
}

void play_batches(Stage& stage) {
  if (!stage.open()) return;
  for (const char* name : {"x", "y"}) {
    const std::vector<PutMemory> batch = batch_of(name, 20);
    if (!stage.call(std::string("batch ") + name, [&] { return status_of(stage.as("ann").memory().put_many(batch)); }, count_is(name, 20))) return;
  }
}

void prepare_batches(Stage& stage) {
  if (!stage.open()) return;
  for (const char* name : {"old-", "older-"}) stage.as("ann").memory().put_many(batch_of(name, 30)).value();
}

void play_remove_prefix(Stage& stage) {
  if (!stage.open()) return;
  for (const char* name : {"old-", "older-"}) {
    const auto remove = [&] { return status_of(stage.as("ann").memory().remove_prefix({"ann", name})); };
    if (!stage.call(std::string("remove ") + name, remove, count_is(name, 0))) return;
  }
}

void prepare_one(Stage& stage) {
  if (stage.open()) put(stage, "plan", text_of(50));
}

Options normal_durability() {
  Options options = small_options();
  options.durability = Durability::kNormal;
  return options;
}

}  // namespace

std::vector<Scenario> memory_scenarios() {
  const Options options = small_options();
  return {
      {.name = "single_writes", .options = options, .prepare = prepare_one, .play = play_single_writes, .opens_like_others = false},
      {.name = "rewrites", .options = options, .prepare = prepare_one, .play = play_rewrites},
      {.name = "group", .options = options, .prepare = prepare_one, .play = play_group, .always = half_pairs, .is_known_by_facts = true},
      {.name = "batches", .options = options, .prepare = prepare_one, .play = play_batches},
      {.name = "remove_prefix", .options = options, .prepare = prepare_batches, .play = play_remove_prefix},
      {.name = "normal_durability", .options = normal_durability(), .prepare = prepare_one, .play = play_rewrites},
  };
}

}  // namespace waggle::test
