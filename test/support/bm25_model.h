// bm25_model.h: BM25 as in the books, over texts that are lists of words.

#ifndef WAGGLE_TEST_SUPPORT_BM25_MODEL_H
#define WAGGLE_TEST_SUPPORT_BM25_MODEL_H

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace waggle::test {

using ModelTexts = std::map<std::string, std::vector<std::string>>;

// The score of each text that has one of the words.
inline std::map<std::string, double> bm25_scores(const ModelTexts& texts, const std::vector<std::string>& query) {
  double length = 0;
  for (const auto& [key, words] : texts) length += static_cast<double>(words.size());
  const double mean = texts.empty() ? 0 : length / static_cast<double>(texts.size());
  std::map<std::string, double> scores;
  for (const std::string& word : std::set<std::string>(query.begin(), query.end())) {
    const auto has = [&](const auto& each) { return std::count(each.second.begin(), each.second.end(), word) > 0; };
    const auto with = static_cast<double>(std::count_if(texts.begin(), texts.end(), has));
    const double idf = std::max(1e-6, std::log((static_cast<double>(texts.size()) - with + 0.5) / (with + 0.5)));
    for (const auto& [key, words] : texts) {
      const auto times = static_cast<double>(std::count(words.begin(), words.end(), word));
      if (times > 0) scores[key] += idf * times * 2.2 / (times + 1.2 * (0.25 + 0.75 * static_cast<double>(words.size()) / mean));
    }
  }
  return scores;
}

}  // namespace waggle::test

#endif  // WAGGLE_TEST_SUPPORT_BM25_MODEL_H
