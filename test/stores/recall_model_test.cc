// recall_model_test.cc: recall by words against a model that looks at every entry, under random writes and with the side file deleted, cut off,
// damaged and put back in between. Whichever way an answer comes, it is the model's.

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iostream>
#include <map>
#include <random>
#include <set>
#include <sstream>

#include "stores/recall_fixture.h"
#include "support/files.h"
#include "support/soak.h"

namespace waggle::test {
namespace {

constexpr std::array kVocabulary = {"bee", "hive", "honey", "queen", "drone", "wax", "comb", "pollen", "nectar", "swarm", "sting", "the"};

struct ModelEntry {
  std::string agent;
  std::vector<std::string> words;
  std::optional<Timestamp> expires_at;
};

// The definition of BM25 as in the books, over everything that has a row.
class Model {
 public:
  std::map<std::string, ModelEntry> entries;  // by key

  std::map<std::string, double> search(const std::vector<std::string>& query, const std::optional<std::string>& agent, Timestamp now) const {
    double length = 0;
    for (const auto& [key, entry] : entries) length += static_cast<double>(entry.words.size());
    const double mean = entries.empty() ? 0 : length / static_cast<double>(entries.size());
    std::map<std::string, double> scores;
    for (const std::string& word : std::set<std::string>(query.begin(), query.end())) {
      const auto has = [&](const auto& each) { return std::count(each.second.words.begin(), each.second.words.end(), word) > 0; };
      const auto with = static_cast<double>(std::count_if(entries.begin(), entries.end(), has));
      const double idf = std::max(1e-6, std::log((static_cast<double>(entries.size()) - with + 0.5) / (with + 0.5)));
      for (const auto& [key, entry] : entries) {
        const auto times = static_cast<double>(std::count(entry.words.begin(), entry.words.end(), word));
        const bool may_be_found = (!agent || entry.agent == *agent) && !(entry.expires_at && *entry.expires_at <= now);
        if (times == 0 || !may_be_found) continue;
        scores[key] += idf * times * 2.2 / (times + 1.2 * (0.25 + 0.75 * static_cast<double>(entry.words.size()) / mean));
      }
    }
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
      if (kind > 15) damage();
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

  // As nobody should, beside handles that have the file open.
  void damage() {
    const std::string file = db_.path() + "-index";
    if (!std::filesystem::exists(file)) return;
    const auto size = std::filesystem::file_size(file);
    switch (pick(6)) {
      case 0:
        std::filesystem::remove(file);
        break;
      case 1:
        std::filesystem::resize_file(file, pick(size + 1));
        break;
      case 2:
        std::ofstream(file, std::ios::binary | std::ios::trunc) << "this is no index";
        break;
      case 3:
        kept_ = read_file(file);
        break;
      case 4:
        if (!kept_.empty()) std::ofstream(file, std::ios::binary | std::ios::trunc) << kept_;
        break;
      default:
        flip_bits(file, size);
    }
  }

  void flip_bits(const std::string& file, std::size_t size) {
    std::fstream bytes(file, std::ios::binary | std::ios::in | std::ios::out);
    for (std::size_t left = 1 + pick(3); left > 0 && size > 0; --left) {
      const auto place = static_cast<std::streamoff>(pick(size));
      bytes.seekg(place);
      const auto byte = static_cast<char>(bytes.get() ^ (1 << pick(8)));
      bytes.seekp(place);
      bytes.put(byte);
    }
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
  std::string kept_;
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
