// snippet.cc: see snippet.h.

#include "vector/snippet.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace waggle::vector {
namespace {

struct Place {
  std::size_t begin = 0;
  std::size_t end = 0;
  std::size_t word = 0;  // its number in the query; kOther for one that is not asked for
};
constexpr std::size_t kOther = static_cast<std::size_t>(-1);

// More words of a text than these are not looked at: a snippet of a very long one shows its first part that fits.
constexpr std::size_t kPlacesMax = 20'000;

struct Window {
  std::size_t first = 0;  // places
  std::size_t last = 0;
};

// The window of at most bytes_max bytes (or one word) with most different words of the query; of equals the one with most of them, then the first.
Window best_window(const std::vector<Place>& places, std::size_t bytes_max) {
  Window best;
  std::pair<std::size_t, std::size_t> best_count{0, 0};
  std::vector<std::size_t> seen;
  for (std::size_t first = 0; first < places.size(); ++first) {
    // A window that shows something begins at the text's beginning or at a word that is asked for.
    if (first > 0 && places[first].word == kOther) continue;
    std::size_t last = first;
    std::size_t all = 0;
    seen.clear();
    for (std::size_t at = first; at < places.size() && (at == first || places[at].end - places[first].begin <= bytes_max); ++at) {
      last = at;
      if (places[at].word == kOther) continue;
      ++all;
      if (std::find(seen.begin(), seen.end(), places[at].word) == seen.end()) seen.push_back(places[at].word);
    }
    const std::pair<std::size_t, std::size_t> count{seen.size(), all};
    if (first > 0 && count <= best_count) continue;
    best_count = count;
    best = {first, last};
  }
  return best;
}

// A few words of what stands before, where there is room: a word alone says little.
void widen(const std::vector<Place>& places, std::size_t bytes_max, Window& window) {
  const std::size_t end = places[window.last].end;
  std::size_t before = 0;
  while (window.first > 0 && before < bytes_max / 4 && end - places[window.first - 1].begin <= bytes_max) {
    before += places[window.first].begin - places[window.first - 1].begin;
    --window.first;
  }
}

// A word, but not without end.
void append_word(std::string& out, std::string_view word, std::size_t bytes_max) {
  std::size_t end = std::min(word.size(), bytes_max);
  // Back to where a character begins.
  while (end > 0 && end < word.size() && (static_cast<unsigned char>(word[end]) & 0xc0U) == 0x80U) --end;
  out += word.substr(0, end);
  if (end < word.size()) out += "...";
}

void append_single_spaced(std::string& out, std::string_view part) {
  for (const char letter : part) {
    const bool is_space = letter == ' ' || letter == '\n' || letter == '\t' || letter == '\r';
    if (!is_space)
      out += letter;
    else if (!out.empty() && out.back() != ' ')
      out += ' ';
  }
}

}  // namespace

Result<std::string> snippet_of(std::string_view text, const TextQuery& query, const sql::Words& words, std::size_t bytes_max) {
  std::vector<Place> places;
  WAGGLE_TRY(words.split(text, [&](const sql::Word& word) {
    if (places.size() < kPlacesMax) places.push_back({word.begin, word.end, query.find(word.folded).value_or(kOther)});
  }));
  std::string snippet;
  if (places.empty()) return snippet;
  Window window = best_window(places, bytes_max);
  widen(places, bytes_max, window);
  std::size_t at = window.first == 0 ? 0 : places[window.first].begin;
  if (places[window.first].begin - at > bytes_max) at = places[window.first].begin;
  if (at > 0) snippet = "...";
  for (std::size_t i = window.first; i <= window.last; ++i) {
    const Place& place = places[i];
    append_single_spaced(snippet, text.substr(at, place.begin - at));
    const bool is_asked_for = place.word != kOther;
    if (is_asked_for) snippet += '[';
    append_word(snippet, text.substr(place.begin, place.end - place.begin), bytes_max);
    if (is_asked_for) snippet += ']';
    at = place.end;
  }
  const bool is_cut = window.last + 1 < places.size();
  if (is_cut)
    snippet += "...";
  else if (text.size() - at <= bytes_max)
    append_single_spaced(snippet, text.substr(at));
  while (!snippet.empty() && snippet.back() == ' ') snippet.pop_back();
  return snippet;
}

}  // namespace waggle::vector
