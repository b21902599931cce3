// vector_recall_model_test.cc: searches of collections for words and for expressions against a model that looks at every vector, under random writes
// and with the side file deleted, cut off, damaged and put back in between. Whichever way an answer comes, it is the model's.

#include <algorithm>
#include <array>
#include <iostream>
#include <map>
#include <random>

#include "hnsw/metric.h"
#include "stores/recall_fixture.h"
#include "support/bm25_model.h"
#include "support/file_damage.h"
#include "support/soak.h"

namespace waggle::test {
namespace {

constexpr std::array kVocabulary = {"bee", "hive", "honey", "queen", "drone", "wax", "comb", "pollen", "nectar", "swarm", "sting", "the"};
constexpr std::array kCollections = {"a", "b"};

struct ModelVector {
  std::vector<std::string> words;
  std::vector<float> embedding;
  std::int64_t number = 0;  // in its metadata
};

class Play {
 public:
  explicit Play(std::uint32_t seed) : random_(seed) {
    for (const char* name : kCollections) create(name);
  }

  void run(int steps) {
    for (int i = 0; i < steps && !testing::Test::HasFailure(); ++i) {
      SCOPED_TRACE("step " + std::to_string(i));
      const std::size_t kind = pick(22);
      const std::string name = kCollections[pick(kCollections.size())];
      if (kind < 11) put(name);
      if (kind == 11 || kind == 12) remove(name);
      if (kind == 13) drop(name);
      if (kind == 14) trim();
      if (kind == 15) handle_ = std::make_unique<RecallHandle>(db_);
      if (kind == 16) remember();
      if (kind > 17) damage_.strike(random_);
      compare_words(name);
      compare_expression(name);
    }
  }

  std::map<std::string, int> methods_;

 private:
  std::size_t pick(std::size_t below) { return std::uniform_int_distribution<std::size_t>(0, below - 1)(random_); }
  std::string word() { return kVocabulary[std::min(pick(kVocabulary.size()), pick(20))]; }
  std::vector<std::string> words(std::size_t least, std::size_t most) {
    std::vector<std::string> chosen;
    for (std::size_t left = least + pick(most - least + 1); left > 0; --left) chosen.push_back(word());
    return chosen;
  }
  static std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
    return text;
  }
  std::vector<float> numbers() { return {1 + static_cast<float>(pick(50)), 1 + static_cast<float>(pick(50))}; }

  void create(const std::string& name) {
    VectorStore(handle_->scope()).create({.name = name, .dimensions = 2, .metric = Metric::kL2}).value();
    model_[name].clear();
  }

  void put(const std::string& name) {
    std::vector<PutVector> vectors;
    for (std::size_t left = 1 + pick(3); left > 0; --left) {
      const std::string id = "v" + std::to_string(pick(30));
      const ModelVector& made = model_[name][id] = {.words = words(0, 12), .embedding = numbers(), .number = static_cast<std::int64_t>(pick(3))};
      vectors.push_back(
          {.id = id, .embedding = made.embedding, .content = joined(made.words), .metadata = Json("{\"n\":" + std::to_string(made.number) + "}")});
    }
    handle_->collection(name).upsert_many(vectors).value();
  }

  void remove(const std::string& name) {
    auto& vectors = model_[name];
    if (vectors.empty()) return;
    const auto vector = std::next(vectors.begin(), static_cast<std::ptrdiff_t>(pick(vectors.size())));
    handle_->collection(name).remove(vector->first).value();
    vectors.erase(vector);
  }

  void drop(const std::string& name) {
    VectorStore(handle_->scope()).drop(name).value();
    create(name);
  }

  // Memories are in the same file.
  void remember() {
    handle_->memory().put({.agent_id = "ann", .key = "k", .value = Json::string(joined(words(1, 5)))}).value();
    EXPECT_EQ(RecallHandle(db_).recall({.text = "k"}).items.size(), 1U);
  }

  void trim() {
    ASSERT_TRUE(db_.engine().write(base::Deadline::after(std::chrono::seconds(10)), [&](sql::Writer& writer) -> Status {
      WAGGLE_TRY(writer.execute("DELETE FROM changes WHERE seq <= (SELECT max(seq) FROM changes) - ?1", {static_cast<std::int64_t>(pick(6))}));
      return {};
    }));
  }

  std::map<std::string, double> scores(const std::string& name, const std::vector<std::string>& query) const {
    ModelTexts texts;
    for (const auto& [id, vector] : model_.at(name)) texts[id] = vector.words;
    return bm25_scores(texts, query);
  }

  void compare_words(const std::string& name) {
    const std::vector<std::string> query = words(1, 4);
    VectorSearch search{.text = joined(query), .k = 100};
    auto wanted = scores(name, query);
    const auto& vectors = model_.at(name);
    if (pick(3) == 0) {
      const auto number = static_cast<std::int64_t>(pick(3));
      search.filter = Json("{\"n\":" + std::to_string(number) + "}");
      std::erase_if(wanted, [&](const auto& found) { return vectors.at(found.first).number != number; });
    }
    if (pick(3) == 0) {
      search.query = numbers();
      search.weights.vector = 0;
      search.min_score = 1.0 / 20.5;
      std::erase_if(wanted,
                    [&](const auto& found) { return hnsw::distance(hnsw::Metric::kL2, search.query, vectors.at(found.first).embedding) > 19.5F; });
    }
    compare(name, search, wanted);
  }

  // Of two words what one of the operators says, of all that has one of them.
  void compare_expression(const std::string& name) {
    const std::string first = word();
    const std::string second = word();
    const std::size_t kind = pick(4);
    const std::array operators = {" AND ", " OR ", " NOT ", " "};
    const std::string expression = kind == 3 ? "\"" + first + " " + second + "\"" : first + operators[kind] + second;
    std::map<std::string, double> wanted;
    for (const auto& [id, vector] : model_.at(name)) {
      const auto has = [&](const std::string& word) { return std::count(vector.words.begin(), vector.words.end(), word) > 0; };
      const std::array pair = {first, second};
      const bool is_phrase = std::search(vector.words.begin(), vector.words.end(), pair.begin(), pair.end()) != vector.words.end();
      const std::array holds = {has(first) && has(second), has(first) || has(second), has(first) && !has(second), is_phrase};
      if (holds[kind]) wanted[id] = std::numeric_limits<double>::quiet_NaN();  // the score is not the model's to say
    }
    compare(name, {.text = expression, .syntax = QuerySyntax::kFts5, .k = 100}, wanted);
  }

  void compare(const std::string& name, const VectorSearch& search, const std::map<std::string, double>& wanted) {
    const VectorAnswer fresh = RecallHandle(db_).search(name, search);
    expect(wanted, fresh);
    expect_equal(fresh, handle_->search(name, search));
    if (pick(4) == 0) expect_equal(fresh, RecallHandle(db_).search_by_rows(name, search));
  }

  void expect(const std::map<std::string, double>& wanted, const VectorAnswer& answer) {
    const std::string method = answer.plan.words->method;
    ASSERT_EQ(answer.items.size(), wanted.size()) << method << ": " << answer.plan.words->reason;
    double last = std::numeric_limits<double>::infinity();
    for (const VectorMatch& match : answer.items) {
      const auto found = wanted.find(match.entry.id);
      ASSERT_NE(found, wanted.end()) << match.entry.id << " by " << method;
      const double score = std::isnan(found->second) ? *match.bm25 : found->second;
      ASSERT_NEAR(*match.bm25, score, 1e-9) << match.entry.id << " by " << method;
      ASSERT_LE(*match.bm25, last);
      last = *match.bm25;
    }
  }

  // To the last bit: which way an answer came is not to be seen from it.
  void expect_equal(const VectorAnswer& a, const VectorAnswer& b) {
    ++methods_[a.plan.words->method];
    ++methods_[b.plan.words->method];
    ASSERT_EQ(a.items.size(), b.items.size()) << b.plan.words->method << ": " << b.plan.words->reason;
    for (std::size_t i = 0; i < a.items.size(); ++i) {
      ASSERT_EQ(a.items[i].entry.id, b.items[i].entry.id);
      ASSERT_EQ(a.items[i].bm25, b.items[i].bm25);
      ASSERT_EQ(a.items[i].score, b.items[i].score);
      ASSERT_EQ(a.items[i].snippet, b.items[i].snippet);
    }
  }

  std::mt19937 random_;
  TestDatabase db_;
  std::unique_ptr<RecallHandle> handle_ = std::make_unique<RecallHandle>(db_);
  std::map<std::string, std::map<std::string, ModelVector>> model_;
  FileDamage damage_{db_.path() + "-index"};
};

TEST(VectorRecallModel, AnswersAsOneWhoLooksAtEveryVector) {
  const std::uint32_t seed = std::random_device()();
  std::cout << "seed " << seed << std::endl;
  Play play(seed);
  play.run(soak::scaled(200, 10'000));
  EXPECT_GT(play.methods_["side file"], 50);
  EXPECT_GT(play.methods_["rows"], 0);
}

}  // namespace
}  // namespace waggle::test
