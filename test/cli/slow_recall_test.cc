// Known items: who asks for a package by a part of its description finds it, and by words and vectors together at least as well as by the better of
// the two alone. Skipped without the texts. WAGGLE_RECALL_ROWS is how many packages there are to choose from, 5,000 by default.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <iostream>
#include <memory>
#include <random>
#include <sstream>

#include "base/json_document.h"
#include "cli/runner.h"
#include "support/temp_dir.h"
#include "waggle/waggle.h"

namespace waggle::test {
namespace {

using Steady = std::chrono::steady_clock;

constexpr std::size_t kQueries = 300;

struct Package {
  std::string text;
  std::string query;  // a third of the words of its short description dropped
};

std::string text_file() {
  const char* const elsewhere = std::getenv("WAGGLE_FIXTURES");
  return std::string(elsewhere != nullptr ? elsewhere : WAGGLE_SOURCE_DIR "/../shared/fixtures") + "/vectors/base.jsonl.gz";
}

std::string query_of(const std::string& text, std::mt19937& random) {
  const std::size_t begin = text.find(": ") + 2;
  std::istringstream description(text.substr(begin, text.find(". ", begin) - begin));
  std::vector<std::string> words(std::istream_iterator<std::string>(description), {});
  for (std::size_t drop = words.size() / 3; drop > 0; --drop) words.erase(words.begin() + static_cast<std::ptrdiff_t>(random() % words.size()));
  std::string query;
  for (const std::string& word : words) query += (query.empty() ? "" : " ") + word;
  return query;
}

std::vector<Package> read_packages(std::size_t count) {
  std::mt19937 random(7);
  std::vector<Package> packages;
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(::popen(("gzip -dc '" + text_file() + "'").c_str(), "r"), ::pclose);
  std::string text;
  char bytes[65536];
  while (const std::size_t got = std::fread(bytes, 1, sizeof(bytes), pipe.get())) text.append(bytes, got);
  std::istringstream lines(text);
  for (std::string line; packages.size() < count && std::getline(lines, line);) {
    Package& package = packages.emplace_back();
    package.text = base::JsonDocument::parse(line).value().root().find("text")->text().value();
    package.query = query_of(package.text, random);
  }
  return packages;
}

// What a way of asking achieves.
struct Score {
  double mrr = 0;
  double p50_ms = 0;
  double p99_ms = 0;
};

class SlowRecall : public testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(text_file())) GTEST_SKIP() << "there are no texts " << text_file() << "; WAGGLE_FIXTURES names another folder";
    const char* const rows = std::getenv("WAGGLE_RECALL_ROWS");
    packages_ = read_packages(rows != nullptr ? std::stoul(rows) : 5'000);
  }

  void store(const Embedder& embedder) {
    Options options{.path = dir_.file("hive.db"), .open_mode = OpenMode::kCreateNew, .durability = Durability::kOff};
    options.timeout = std::chrono::minutes(5);
    database_ = Database::open(options).value();
    constexpr std::size_t kBatch = 1'000;
    const auto dimensions = static_cast<std::ptrdiff_t>(embedder.dimensions());
    for (std::size_t from = 0; from < packages_.size(); from += kBatch) {
      std::vector<std::string_view> texts;
      for (std::size_t i = from; i < std::min(from + kBatch, packages_.size()); ++i) texts.push_back(packages_[i].text);
      const std::vector<float> rows = embedder.embed(texts).value();
      std::vector<PutMemory> entries;
      for (std::size_t i = 0; i < texts.size(); ++i) {
        const auto row = rows.begin() + static_cast<std::ptrdiff_t>(i) * dimensions;
        entries.push_back({.agent_id = "ann",
                           .key = std::to_string(from + i),
                           .value = Json::string(texts[i]),
                           .embedding = {row, row + dimensions},
                           .model = embedder.model()});
      }
      ASSERT_TRUE(database_->as("ann").memory().put_many(entries));
    }
  }

  Score ask(const Embedder& embedder, const RecallWeights& weights) const {
    Score score;
    std::vector<double> times;
    const std::size_t asked = std::min(kQueries, packages_.size());
    for (std::size_t i = 0; i < asked; ++i) {
      const std::size_t target = i * (packages_.size() / asked);
      Recall recall{.text = packages_[target].query, .vector = embedder.embed_one(packages_[target].query).value(), .model = embedder.model()};
      recall.weights = weights;
      const auto begin = Steady::now();
      const auto answer = database_->as("ann").memory().recall(recall);
      times.push_back(std::chrono::duration<double, std::milli>(Steady::now() - begin).count());
      EXPECT_TRUE(answer) << answer.error().describe();
      if (!answer) return score;
      for (std::size_t rank = 0; rank < answer->items.size(); ++rank) {
        if (answer->items[rank].memory.key == std::to_string(target)) score.mrr += 1.0 / static_cast<double>(rank + 1);
      }
    }
    return summed_up(score, times, asked);
  }

  void expect_better_together(const Embedder& embedder) {
    store(embedder);
    ask(embedder, {});  // warms up: the first answers come from the side file
    const Score words = ask(embedder, {.text = 1, .vector = 0});
    const Score near = ask(embedder, {.text = 0, .vector = 1});
    const Score both = ask(embedder, {});
    expect_better(embedder.model() + ", " + std::to_string(packages_.size()) + " packages", words, near, both);
  }

  void store_in_collection(const Embedder& embedder) {
    Options options{.path = dir_.file("hive.db"), .open_mode = OpenMode::kCreateNew, .durability = Durability::kOff};
    options.timeout = std::chrono::minutes(5);
    database_ = Database::open(options).value();
    const Session session = database_->as("ann");
    session.vectors().create({.name = "packages", .dimensions = embedder.dimensions(), .model = embedder.model()}).value();
    std::vector<PutText> texts;
    for (std::size_t i = 0; i < packages_.size(); ++i) texts.push_back({.id = std::to_string(i), .content = packages_[i].text});
    ASSERT_TRUE(session.vectors().in("packages").upsert_texts(embedder, texts));
  }

  Score ask_collection(const Embedder& embedder, const SearchWeights& weights) const {
    Score score;
    std::vector<double> times;
    const Session session = database_->as("ann");
    VectorCollection collection = session.vectors().in("packages");
    const std::size_t asked = std::min(kQueries, packages_.size());
    for (std::size_t i = 0; i < asked; ++i) {
      const std::size_t target = i * (packages_.size() / asked);
      const VectorSearch search{.query = embedder.embed_one(packages_[target].query).value(), .text = packages_[target].query, .weights = weights};
      const auto begin = Steady::now();
      const auto answer = collection.search(search);
      times.push_back(std::chrono::duration<double, std::milli>(Steady::now() - begin).count());
      EXPECT_TRUE(answer) << answer.error().describe();
      if (!answer) return score;
      for (std::size_t rank = 0; rank < answer->items.size(); ++rank) {
        if (answer->items[rank].entry.id == std::to_string(target)) score.mrr += 1.0 / static_cast<double>(rank + 1);
      }
    }
    return summed_up(score, times, asked);
  }

  static Score summed_up(Score score, std::vector<double> times, std::size_t asked) {
    score.mrr /= static_cast<double>(asked);
    std::sort(times.begin(), times.end());
    score.p50_ms = times[times.size() / 2];
    score.p99_ms = times[times.size() * 99 / 100];
    return score;
  }

  static void expect_better(const std::string& what, const Score& words, const Score& near, const Score& both) {
    std::cout << what << ", MRR: words " << words.mrr << " (p50 " << words.p50_ms << " ms), vectors " << near.mrr << " (" << near.p50_ms
              << " ms), both " << both.mrr << " (" << both.p50_ms << " ms, p99 " << both.p99_ms << " ms)" << std::endl;
    EXPECT_GE(both.mrr, std::max(words.mrr, near.mrr));
  }

  TempDir dir_;
  std::vector<Package> packages_;
  std::unique_ptr<Database> database_;
};

TEST_F(SlowRecall, FindsKnownItemsBestByWordsAndHashedVectors) { expect_better_together(*make_hashing_embedder().value()); }

TEST_F(SlowRecall, FindsKnownVectorsBestByWordsAndNearness) {
  const std::unique_ptr<Embedder> embedder = make_hashing_embedder().value();
  store_in_collection(*embedder);
  const Score words = ask_collection(*embedder, {.text = 1, .vector = 0});
  const Score near = ask_collection(*embedder, {.text = 0, .vector = 1});
  const Score both = ask_collection(*embedder, {});
  expect_better("a collection of " + std::to_string(packages_.size()) + " packages", words, near, both);
}

TEST_F(SlowRecall, FindsKnownItemsBestByWordsAndMeaning) {
  Runner runner;
  runner.environment["XDG_DATA_HOME"] = runner.file("data");
  const Outcome added = runner.run({"embedder", "add", "wordllama", "-o", "json"});
  if (added.status != 0) GTEST_SKIP() << "the table cannot be fetched: " << added.err;
  expect_better_together(*open_static_embedder(Runner::field(added.out, "path")).value());
}

}  // namespace
}  // namespace waggle::test
