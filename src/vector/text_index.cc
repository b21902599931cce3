// text_index.cc: see text_index.h.

#include "vector/text_index.h"

#include <algorithm>
#include <cmath>

namespace waggle::vector {
namespace {

constexpr double kK1 = 1.2;
constexpr double kB = 0.75;
constexpr double kIdfMin = 1e-6;

// A node of the map with its word, and the first postings.
constexpr std::size_t kWordBytes = 128;

double idf(std::size_t texts, std::size_t with_word) {
  const double all = static_cast<double>(texts);
  const double some = static_cast<double>(with_word);
  const double value = std::log((all - some + 0.5) / (some + 0.5));
  return value <= 0 ? kIdfMin : value;
}

bool is_better(const TextIndex::Hit& a, const TextIndex::Hit& b) { return a.score != b.score ? a.score > b.score : a.text < b.text; }

}  // namespace

std::uint32_t TextIndex::intern(const std::string& word) {
  const auto [found, is_new] = numbers_.try_emplace(word, static_cast<std::uint32_t>(words_.size()));
  if (is_new) {
    words_.emplace_back();
    bytes_ += kWordBytes + word.capacity();
  }
  return found->second;
}

TextIndex::Text TextIndex::add(std::span<const std::string> words) {
  const auto text = static_cast<Text>(lengths_.size());
  std::vector<std::uint32_t> own;
  own.reserve(words.size());
  for (const std::string& word : words) {
    const std::uint32_t number = intern(word);
    WordEntry& entry = words_[number];
    if (!entry.postings.empty() && entry.postings.back().text == text) {
      ++entry.postings.back().times;
      continue;
    }
    entry.postings.push_back({text, 1});
    ++entry.texts;
    own.push_back(number);
  }
  own.shrink_to_fit();
  bytes_ += own.size() * (sizeof(Posting) * 3 / 2 + sizeof(std::uint32_t)) + sizeof(own) + sizeof(std::uint32_t);
  lengths_.push_back(static_cast<std::uint32_t>(words.size()));
  words_of_.push_back(std::move(own));
  length_ += words.size();
  ++live_;
  return text;
}

void TextIndex::remove(Text text) {
  for (const std::uint32_t number : words_of_[text]) --words_[number].texts;
  std::vector<std::uint32_t>().swap(words_of_[text]);
  length_ -= lengths_[text];
  lengths_[text] = kDead;
  --live_;
}

TextIndex::Found TextIndex::find(const QueryWord& word, std::vector<Posting>& merged) const {
  if (word.is_prefix) return find_prefix(word.folded, merged);
  const auto found = numbers_.find(std::string_view(word.folded));
  if (found == numbers_.end()) return {};
  const WordEntry& entry = words_[found->second];
  return {entry.postings, entry.texts};
}

TextIndex::Found TextIndex::find_prefix(std::string_view prefix, std::vector<Posting>& merged) const {
  for (const auto& [word, number] : numbers_) {
    if (!word.starts_with(prefix)) continue;
    for (const Posting& posting : words_[number].postings) {
      if (lengths_[posting.text] != kDead) merged.push_back(posting);
    }
  }
  std::sort(merged.begin(), merged.end(), [](const Posting& a, const Posting& b) { return a.text < b.text; });
  std::size_t kept = 0;
  for (const Posting& posting : merged) {
    if (kept > 0 && merged[kept - 1].text == posting.text)
      merged[kept - 1].times += posting.times;
    else
      merged[kept++] = posting;
  }
  merged.resize(kept);
  return {merged, kept};
}

std::vector<TextIndex::Hit> TextIndex::search(const TextQuery& query, std::size_t count, MayBeFound may_be_found) const {
  if (live_ == 0 || count == 0) return {};
  const double mean_length = static_cast<double>(length_) / static_cast<double>(live_);
  const auto constant = static_cast<float>(kK1 * (1 - kB));
  const auto per_word = static_cast<float>(mean_length == 0 ? 0 : kK1 * kB / mean_length);
  std::vector<float> scores(lengths_.size(), 0);
  for (const QueryWord& word : query.words) {
    std::vector<Posting> merged;
    const Found found = find(word, merged);
    if (found.texts == 0) continue;
    const auto weight = static_cast<float>(idf(live_, found.texts) * (kK1 + 1));
    for (const Posting& posting : found.postings) {
      const auto times = static_cast<float>(posting.times);
      scores[posting.text] += weight * times / (times + constant + per_word * static_cast<float>(lengths_[posting.text]));
    }
  }
  std::vector<Hit> best;  // a heap with the worst on top
  float bound = 0;
  for (Text text = 0; text < scores.size(); ++text) {
    if (scores[text] <= bound || lengths_[text] == kDead || !may_be_found(text)) continue;
    if (best.size() == count) {
      std::pop_heap(best.begin(), best.end(), is_better);
      best.pop_back();
    }
    best.push_back({text, scores[text]});
    std::push_heap(best.begin(), best.end(), is_better);
    if (best.size() == count) bound = static_cast<float>(best.front().score);
  }
  std::sort_heap(best.begin(), best.end(), is_better);
  return best;
}

}  // namespace waggle::vector
