// recall_model_test.cc: recall by words against a model that looks at every entry, under random writes and with the side file deleted, cut off,
// damaged and put back in between. Whichever way an answer comes, it is the model's.

#include <algorithm>
#include <iostream>
#include <map>
#include <random>

#include "stores/recall_fixture.h"
#include "support/bm25_model.h"
#include "support/file_damage.h"
#include "support/soak.h"

namespace waggle::test {
namespace {

constexpr std::array kVocabulary = {"bee", "hive", "honey", "queen", "drone", "wax", "comb", "pollen", "nectar", "swarm", "sting", "the"};

struct ModelEntry {
  std::string agent;
  std::vector<std::string> words;
  std::optional<Timestamp> expires_at;
};

// Over everything that has a row.
class Model {
 public:
  std::map<std::string, ModelEntry> entries;  // by key

  std::map<std::string, double> search(const std::vector<std::string>& query, const std::optional<std::string>& agent, Timestamp now) const {
    ModelTexts texts;
    for (const auto& [key, entry] : entries) texts[key] = entry.words;
    std::map<std::string, double> scores = bm25_scores(texts, query);
    std::erase_if(scores, [&](const auto& found) {
      const ModelEntry& entry = entries.at(found.first);
      return (agent && entry.agent != *agent) || (entry.expires_at && *entry.expires_at <= now);
    });
    return scores;
  }
};

class Play {
 public:
  explicit Play(std::uint32_t seed) : random_(seed) {}

  void run(int steps) {
    for (int i = 0; i < steps && !testing::Test::HasFailure(); ++i) {
      SCOPED_TRACE("step " + std::to_string(i));
      const std::size_t kind = pick(20);
      if (kind < 11) put();
      if (kind == 11 || kind == 12) remove();
      if (kind == 13) db_.clock.advance(std::chrono::seconds(pick(40)));
      if (kind == 14) trim();
      if (kind == 15) warm_ = std::make_unique<RecallHandle>(db_);
      if (kind > 15) damage_.strike(random_);
      compare();
    }
  }

 private:
  std::size_t pick(std::size_t below) { return std::uniform_int_distribution<std::size_t>(0, below - 1)(random_); }
  std::vector<std::string> words(std::size_t most) {
    std::vector<std::string> chosen;
    for (std::size_t left = 1 + pick(most); left > 0; --left) chosen.emplace_back(kVocabulary[std::min(pick(kVocabulary.size()), pick(20))]);
    return chosen;
  }
  static std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
    return text;
  }

  void put() {
    const std::string key = "k" + std::to_string(pick(40));
    ModelEntry entry{.agent = "agent", .words = words(12), .expires_at = {}};
    PutMemory request{.agent_id = "agent", .key = key, .value = Json::string(joined(entry.words))};
    if (pick(4) == 0) {
      request.ttl = std::chrono::seconds(1 + pick(60));
      entry.expires_at = db_.clock.now() + *request.ttl;
    }
    entry.words.push_back(key);  // it is a part of the text
    warm_->memory().put(request).value();
    model_.entries[key] = std::move(entry);
  }

  void remove() {
    if (model_.entries.empty()) return;
    const auto entry = std::next(model_.entries.begin(), static_cast<std::ptrdiff_t>(pick(model_.entries.size())));
    // One that has expired is gone already, and stays as a row.
    if (warm_->memory().remove({"agent", entry->first})) model_.entries.erase(entry);
  }

  void trim() {
    ASSERT_TRUE(db_.engine().write(base::Deadline::after(std::chrono::seconds(10)), [&](sql::Writer& writer) -> Status {
      WAGGLE_TRY(writer.execute("DELETE FROM changes WHERE seq <= (SELECT max(seq) FROM changes) - ?1", {static_cast<std::int64_t>(pick(6))}));
      return {};
    }));
  }

  void compare() {
    const std::vector<std::string> query = words(4);
    const std::optional<std::string> agent = pick(3) == 0 ? std::optional<std::string>("agent") : std::nullopt;
    const Recall recall{.text = joined(query), .agent_id = agent, .k = 100};
    const auto wanted = model_.search(query, agent, db_.clock.now());
    expect(wanted, RecallHandle(db_).recall(recall));
    expect(wanted, warm_->recall(recall));
    if (pick(8) == 0) expect(wanted, RecallHandle(db_).recall_by_rows(recall));
  }

  void expect(const std::map<std::string, double>& wanted, const RecallAnswer& answer) {
    ++methods_[answer.plan.method];
    ASSERT_EQ(answer.items.size(), wanted.size()) << answer.plan.method << ": " << answer.plan.reason;
    double last = std::numeric_limits<double>::infinity();
    for (const RecallMatch& match : answer.items) {
      const auto found = wanted.find(match.memory.key);
      ASSERT_NE(found, wanted.end()) << match.memory.key << " by " << answer.plan.method;
      ASSERT_NEAR(*match.bm25, found->second, 1e-5) << match.memory.key << " by " << answer.plan.method;
      ASSERT_LE(*match.bm25, last + 1e-6);
      last = *match.bm25;
    }
  }

 public:
  std::map<std::string, int> methods_;

 private:
  std::mt19937 random_;
  TestDatabase db_;
  std::unique_ptr<RecallHandle> warm_ = std::make_unique<RecallHandle>(db_);
  Model model_;
  FileDamage damage_{db_.path() + "-index"};
};

TEST(RecallModel, AnswersAsOneWhoLooksAtEveryEntry) {
  const std::uint32_t seed = std::random_device()();
  std::cout << "seed " << seed << std::endl;
  Play play(seed);
  play.run(soak::scaled(300, 20'000));
  // Each way was gone, and the file is not given up after damage.
  EXPECT_GT(play.methods_["memory"], 50);
  EXPECT_GT(play.methods_["side file"], 50);
  EXPECT_GT(play.methods_["rows"], 0);
}

}  // namespace
}  // namespace waggle::test
