// memory_model_test.cc: random calls on the store, through its cache, against a std::map that does the same.

#include <rapidcheck.h>
#include <algorithm>
#include <map>
#include <optional>

#include "stores/memory_cache.h"
#include "stores/memory_fixture.h"

namespace waggle::test {
namespace {

using std::chrono::seconds;

// One step; the numbers mean what the kind of step makes of them.
struct Step {
  int kind = 0;
  int agent = 0;
  int key = 0;
  int number = 0;
};

void showValue(const Step& step, std::ostream& out) {  // NOLINT(readability-identifier-naming): rapidcheck finds it by this name
  out << "{" << step.kind << ", " << step.agent << ", " << step.key << ", " << step.number << "}";
}

constexpr std::array<const char*, 7> kKeys = {"a", "ab", "a%", "a%b", "b", "b_", "c"};

struct ModelEntry {
  std::string id;
  std::string value;
  Timestamp created_at;
  Timestamp updated_at;
  std::optional<Timestamp> expires_at;
  std::int64_t version = 0;
  std::int64_t reads = 0;
  std::int64_t inserted = 0;  // for the order among equals
};

class Model {
 public:
  // Cases share a database, each with agents of its own: to make one takes longer than a case. The commit has the chores of earlier cases done.
  Model(MemoryDatabase& db, int number) : db_(db), scope_(db.as("tester")), memory_(scope_), suffix_("-" + std::to_string(number)) {
    db_.clock.advance(seconds(100));
    RC_ASSERT(memory_.put({.agent_id = "starter", .key = "k", .value = Json("1")}).has_value());
  }

  void run(const Step& step) {
    agent_ = (step.agent == 0 ? "ann" : "bob") + suffix_;
    key_ = kKeys.at(static_cast<std::size_t>(step.key));
    const int kind = step.kind;
    if (kind < 5) return put(memory_, step);
    if (kind < 7) return put_if(step);
    if (kind < 14) return get(memory_);
    if (kind == 14) return get_many();
    if (kind == 15) return query(step);
    if (kind == 16) return touch(step);
    if (kind == 17) return remove();
    if (kind == 18) return remove_prefix();
    if (kind == 19) return db_.clock.advance(seconds(step.number % 4));
    if (kind == 20) return stats();
    if (kind == 21) return get_in_snapshot();
    db_.elsewhere([&](MemoryStore memory) {
      put(memory, step);
      return 0;
    });
  }

 private:
  using Name = std::pair<std::string, std::string>;

  bool lives(const ModelEntry& entry) const { return !entry.expires_at || *entry.expires_at > db_.clock.now(); }
  ModelEntry* find(const std::string& agent, const std::string& key) {
    const auto found = entries_.find({agent, key});
    return found != entries_.end() && lives(found->second) ? &found->second : nullptr;
  }
  std::optional<Duration> ttl_of(const Step& step) const {
    return step.number % 3 == 0 ? std::nullopt : std::optional<Duration>(seconds(step.number % 5 + 1));
  }

  void check(const MemoryEntry& got, const ModelEntry& wanted) {
    RC_ASSERT(got.id == wanted.id);
    RC_ASSERT(got.value.text == wanted.value);
    RC_ASSERT(got.created_at == wanted.created_at);
    RC_ASSERT(got.updated_at == wanted.updated_at);
    RC_ASSERT(got.expires_at == wanted.expires_at);
    RC_ASSERT(got.version == wanted.version);
    RC_ASSERT(got.access_count == wanted.reads);
  }

  void store(const MemoryEntry& stored, const Step& step) {
    ModelEntry* old = find(agent_, key_);
    if (old == nullptr) {
      RC_ASSERT(stored.version == 1);
      entries_[{agent_, key_}] = {.id = stored.id, .created_at = db_.clock.now(), .inserted = ++insertions_};
      old = &entries_[{agent_, key_}];
    }
    old->value = std::to_string(step.number);
    old->updated_at = db_.clock.now();
    const auto ttl = ttl_of(step);
    old->expires_at = ttl ? std::optional(db_.clock.now() + *ttl) : std::nullopt;
    ++old->version;
    check(stored, *old);
  }

  PutMemory request(const Step& step) const {
    return {.agent_id = agent_, .key = key_, .value = Json(std::to_string(step.number)), .ttl = ttl_of(step)};
  }

  void put(MemoryStore& memory, const Step& step) {
    // What this process has buffered is not known elsewhere.
    const bool here = &memory == &memory_;
    auto stored = memory.put(request(step));
    RC_ASSERT(stored.has_value());
    if (const ModelEntry* entry = find(agent_, key_); entry != nullptr && !here) stored->access_count = entry->reads;
    store(*stored, step);
  }

  void put_if(const Step& step) {
    PutMemory entry = request(step);
    entry.if_version = step.number % 4;
    const auto stored = memory_.put(entry);
    const ModelEntry* old = find(agent_, key_);
    if (entry.if_version == (old != nullptr ? old->version : 0)) {
      RC_ASSERT(stored.has_value());
      store(*stored, step);
    } else {
      RC_ASSERT((!stored && stored.error().code() == Code::kConflict));
    }
  }

  void get(MemoryStore& memory) {
    const auto got = memory.get({agent_, key_});
    ModelEntry* wanted = find(agent_, key_);
    RC_ASSERT(got.has_value() == (wanted != nullptr));
    RC_ASSERT((wanted != nullptr || got.error().code() == Code::kNotFound));
    if (wanted == nullptr) return;
    ++wanted->reads;
    check(*got, *wanted);
  }

  void get_in_snapshot() {
    const Status read = scope_.read([&](stores::Reading& reading) -> Status {
      const stores::Scope inner(scope_, reading.sql, reading.now());
      MemoryStore memory(inner);
      get(memory);
      return {};
    });
    RC_ASSERT(read.has_value());
  }

  void get_many() {
    const std::vector<std::string> keys(kKeys.begin(), kKeys.end());
    const auto got = memory_.get_many(agent_, keys);
    RC_ASSERT(got.has_value());
    std::size_t next = 0;
    for (const std::string& key : keys) {
      ModelEntry* wanted = find(agent_, key);
      if (wanted == nullptr) continue;
      ++wanted->reads;
      RC_ASSERT(next < got->size());
      RC_ASSERT((*got)[next].key == key);
      check((*got)[next++], *wanted);
    }
    RC_ASSERT(next == got->size());
  }

  void query(const Step& step) {
    const auto match = step.number % 2 == 0 ? KeyMatch::kPrefix : KeyMatch::kSubstring;
    std::vector<std::pair<std::string, ModelEntry*>> wanted;
    for (auto& [name, entry] : entries_) {
      const bool matches = match == KeyMatch::kPrefix ? name.second.starts_with(key_) : name.second.find(key_) != std::string::npos;
      if (name.first == agent_ && matches && lives(entry)) wanted.emplace_back(name.second, &entry);
    }
    std::sort(wanted.begin(), wanted.end(), [](const auto& a, const auto& b) {
      return std::pair(a.second->updated_at, a.second->inserted) > std::pair(b.second->updated_at, b.second->inserted);
    });
    std::size_t next = 0;
    PageRequest page{.limit = step.number % 3 + 1, .cursor = {}};
    for (;;) {
      const auto got = memory_.query({.agent_id = agent_, .pattern = key_, .match = match}, page);
      RC_ASSERT(got.has_value());
      for (const MemoryEntry& entry : got->items) {
        RC_ASSERT(next < wanted.size());
        RC_ASSERT(entry.key == wanted[next].first);
        check(entry, *wanted[next++].second);
      }
      if (!got->next) break;
      page.cursor = *got->next;
    }
    RC_ASSERT(next == wanted.size());
  }

  void touch(const Step& step) {
    const auto touched = memory_.touch({agent_, key_}, ttl_of(step));
    ModelEntry* wanted = find(agent_, key_);
    RC_ASSERT(touched.has_value() == (wanted != nullptr));
    if (wanted == nullptr) return;
    const auto ttl = ttl_of(step);
    wanted->expires_at = ttl ? std::optional(db_.clock.now() + *ttl) : std::nullopt;
    check(*touched, *wanted);
  }

  void remove() {
    const auto removed = memory_.remove({agent_, key_});
    const ModelEntry* wanted = find(agent_, key_);
    RC_ASSERT(removed.has_value() == (wanted != nullptr));
    if (wanted == nullptr) return;
    check(*removed, *wanted);
    entries_.erase({agent_, key_});
  }

  void remove_prefix() {
    std::int64_t wanted = 0;
    for (auto entry = entries_.begin(); entry != entries_.end();) {
      const bool gone = entry->first.first == agent_ && entry->first.second.starts_with(key_);
      if (gone && lives(entry->second)) ++wanted;
      entry = gone ? entries_.erase(entry) : std::next(entry);
    }
    const auto removed = memory_.remove_prefix({agent_, key_});
    RC_ASSERT((removed.has_value() && *removed == wanted));
  }

  void stats() {
    MemoryStats wanted;
    for (const auto& [name, entry] : entries_) {
      if (name.first != agent_ || !lives(entry)) continue;
      ++wanted.entries;
      wanted.bytes += static_cast<std::int64_t>(name.second.size() + entry.value.size());
    }
    const auto got = memory_.stats(agent_);
    RC_ASSERT(got.has_value());
    RC_ASSERT(got->entries == wanted.entries);
    RC_ASSERT(got->bytes == wanted.bytes);
    RC_ASSERT(got->agents == (wanted.entries > 0 ? 1 : 0));
  }

  MemoryDatabase& db_;
  stores::Scope scope_;
  MemoryStore memory_;
  const std::string suffix_;
  std::map<Name, ModelEntry> entries_;
  std::int64_t insertions_ = 0;
  std::string agent_;
  std::string key_;
};

TEST(MemoryModel, BehavesLikeAMapWithAClock) {
  const auto step = rc::gen::build<Step>(rc::gen::set(&Step::kind, rc::gen::inRange(0, 23)), rc::gen::set(&Step::agent, rc::gen::inRange(0, 2)),
                                         rc::gen::set(&Step::key, rc::gen::inRange(0, static_cast<int>(kKeys.size()))),
                                         rc::gen::set(&Step::number, rc::gen::inRange(0, 60)));
  MemoryDatabase db;
  int cases = 0;
  EXPECT_TRUE(rc::check("memory behaves like a map with a clock", [&] {
    const auto steps = *rc::gen::scale(4.0, rc::gen::container<std::vector<Step>>(step));
    Model model(db, ++cases);
    for (const Step& next : steps) model.run(next);
  }));
}

}  // namespace
}  // namespace waggle::test
