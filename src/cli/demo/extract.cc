// extract.cc: see extract.h.

#include "cli/demo/extract.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <utility>

namespace waggle::cli::demo {
namespace {

constexpr std::size_t kClausesMax = 200;
constexpr std::size_t kGrantsMax = 12;
constexpr std::size_t kTermsMax = 100;
constexpr std::size_t kPassagesMax = 200;
constexpr std::size_t kPassageBytesMax = 2'000;
constexpr std::size_t kPassageBytesMin = 40;
constexpr std::size_t kHeadingBytesMax = 72;
constexpr std::size_t kSentenceBytesMax = 240;
constexpr std::size_t kTitleBytesMax = 120;

using Words = std::array<std::string_view, 6>;  // empty ones count for nothing

// A passage is about a topic when it holds one word of each group; the telling phrases rank those that are.
struct Topic {
  std::string_view name;
  std::array<Words, 2> groups;
  Words telling;
};

constexpr std::array<Topic, 9> kTopics = {
    {{"patent grant",
      {{{"patent"}, {"grant", "license", "licence"}}},
      {"grant of patent", "patent license", "hereby grant", "grants you", "royalty-free"}},
     {"warranty disclaimer",
      {{{"warrant"}, {"no ", "without", "disclaim", "as is"}}},
      {"as is", "no warrant", "without warrant", "disclaimer of warranty", "merchantability", "fitness for a particular purpose"}},
     {"limitation of liability",
      {{{"liab"}, {"damages", "in no event", "shall not be"}}},
      {"in no event", "consequential", "limitation of liability"}},
     {"redistribution", {{{"distribut", "convey"}, {"copies", "copy"}}}, {"you may copy", "redistribut", "you may convey"}},
     {"source code", {{{"source code", "source form", "corresponding source"}, {"provide", "available", "accompan"}}}, {"corresponding source"}},
     {"termination", {{{"terminat"}, {"rights", "license", "licence"}}}, {"will terminate", "automatically terminate"}},
     {"trademark", {{{"trademark", "trade name"}, {"use", "right", "grant"}}}, {"trade names", "does not grant"}},
     {"attribution", {{{"copyright notice", "attribution"}, {"retain", "keep", "reproduce", "publish"}}}, {"must retain", "keep intact"}},
     {"derivative works", {{{"derivative", "modified version", "work based on"}, {"license", "licence"}}}, {"derivative work", "based on the"}}}};

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }

std::string_view trim(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

std::vector<std::string_view> split_lines(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

void append_word_run(std::string& out, std::string_view line) {
  for (const char c : line) {
    if (!is_space(c))
      out += c;
    else if (!out.empty() && out.back() != ' ')
      out += ' ';
  }
  if (!out.empty() && out.back() != ' ') out += ' ';
}

// The paragraphs: lines up to an empty one, joined, with single spaces.
std::vector<std::string> split_paragraphs(std::string_view text) {
  std::vector<std::string> paragraphs;
  std::string present;
  const auto finish = [&] {
    const std::string_view whole = trim(present);
    if (!whole.empty()) paragraphs.emplace_back(whole);
    present.clear();
  };
  for (const std::string_view line : split_lines(text)) {
    if (trim(line).empty())
      finish();
    else
      append_word_run(present, line);
  }
  finish();
  return paragraphs;
}

bool has_any(std::string_view text, const Words& words) {
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return !word.empty() && text.find(word) != std::string_view::npos; });
}

std::vector<std::string> topics_of(std::string_view lower_text) {
  std::vector<std::string> topics;
  for (const Topic& topic : kTopics) {
    if (has_any(lower_text, topic.groups[0]) && has_any(lower_text, topic.groups[1])) topics.emplace_back(topic.name);
  }
  return topics;
}

// Letters at all, so that a line of dashes is no title.
bool has_letters(std::string_view line) {
  return std::any_of(line.begin(), line.end(), [](char c) { return is_upper(c) || (c >= 'a' && c <= 'z'); });
}

std::string find_title(const std::vector<std::string_view>& lines) {
  for (const std::string_view line : lines) {
    if (has_letters(line)) return shorten(trim(line), kTitleBytesMax);
  }
  return "untitled";
}

// "2", "2.0", "1.0.1": digits and inner points at the beginning of `text`; empty when there is none.
std::string_view leading_number(std::string_view text) {
  std::size_t end = 0;
  while (end < text.size() && (is_digit(text[end]) || (end > 0 && text[end] == '.' && end + 1 < text.size() && is_digit(text[end + 1])))) ++end;
  return text.substr(0, end);
}

// "Version 2" within the first lines, or a number such as 1.0 in one of them.
std::optional<std::string> find_version(const std::vector<std::string_view>& lines) {
  constexpr std::size_t kHeadLines = 12;
  const std::size_t count = std::min(lines.size(), kHeadLines);
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t at = lower(lines[i]).find("version ");
    if (at == std::string::npos) continue;
    const std::string_view number = leading_number(lines[i].substr(at + 8));
    if (!number.empty()) return std::string(number);
  }
  for (std::size_t i = 0; i < count; ++i) {
    for (std::size_t at = 0; at < lines[i].size(); ++at) {
      if (at > 0 && lines[i][at - 1] != ' ') continue;
      const std::string_view number = leading_number(lines[i].substr(at));
      if (number.find('.') != std::string_view::npos) return std::string(number);
    }
  }
  return std::nullopt;
}

// "  4. Redistribution. You may ..." gives "4. Redistribution": number, point, and the rest of its line up to the end of the sentence.
std::optional<std::string> clause_of(std::string_view line) {
  line = trim(line);
  if (lower(line.substr(0, 8)) == "section ") line.remove_prefix(8);
  const std::string_view number = leading_number(line);
  if (number.empty() || number.size() > 8) return std::nullopt;
  std::string_view rest = line.substr(number.size());
  if (rest.empty() || rest.front() != '.') return std::nullopt;
  rest = trim(rest.substr(1));
  if (rest.empty() || !(is_upper(rest.front()) || rest.front() == '"')) return std::nullopt;
  rest = rest.substr(0, std::min(rest.find(". "), rest.size()));
  if (rest.back() == '.') rest.remove_suffix(1);
  return shorten(std::string(number) + ". " + std::string(rest), kHeadingBytesMax);
}

std::vector<std::string> find_clauses(const std::vector<std::string_view>& lines) {
  std::vector<std::string> clauses;
  for (const std::string_view line : lines) {
    if (clauses.size() == kClausesMax) break;
    if (std::optional<std::string> clause = clause_of(line)) clauses.push_back(*std::move(clause));
  }
  return clauses;
}

std::vector<std::string> find_grants(const std::vector<std::string>& paragraphs) {
  static constexpr std::array<std::string_view, 6> kGrantWords = {"hereby grant", "grants you",        "permission is",
                                                                  "you may copy", "you may reproduce", "are permitted provided"};
  std::vector<std::string> grants;
  for (const std::string& paragraph : paragraphs) {
    for (std::string_view rest = paragraph; !rest.empty() && grants.size() < kGrantsMax;) {
      const std::size_t end = std::min(rest.find(". "), rest.size());
      const std::string_view sentence = rest.substr(0, end);
      const std::string small = lower(sentence);
      const auto stands_in = [&](std::string_view word) { return small.find(word) != std::string::npos; };
      if (std::any_of(kGrantWords.begin(), kGrantWords.end(), stands_in)) grants.push_back(shorten(trim(sentence), kSentenceBytesMax));
      rest.remove_prefix(std::min(end + 2, rest.size()));
    }
  }
  return grants;
}

// The first paragraph that disclaims by the customary words, else the first that speaks of it at all.
std::optional<std::string> find_warranty(const std::vector<std::string>& paragraphs) {
  std::optional<std::string> first;
  for (const std::string& paragraph : paragraphs) {
    const std::string small = lower(paragraph);
    const std::vector<std::string> topics = topics_of(small);
    if (std::find(topics.begin(), topics.end(), "warranty disclaimer") == topics.end()) continue;
    std::string found = shorten(paragraph, 2 * kSentenceBytesMax);
    if (small.find("as is") != std::string::npos || small.find("as-is") != std::string::npos) return found;
    if (!first) first = std::move(found);
  }
  return first;
}

// What stands between quotes and is then said to mean something.
std::vector<std::string> find_terms(const std::vector<std::string>& paragraphs) {
  constexpr std::size_t kTermBytesMax = 48;
  constexpr std::size_t kVerbDistance = 48;
  std::vector<std::string> terms;
  for (const std::string& paragraph : paragraphs) {
    for (std::size_t open = paragraph.find('"'); open != std::string::npos && terms.size() < kTermsMax;) {
      const std::size_t close = paragraph.find('"', open + 1);
      if (close == std::string::npos) break;
      const std::string_view term = std::string_view(paragraph).substr(open + 1, close - open - 1);
      const std::string after = lower(std::string_view(paragraph).substr(close + 1, kVerbDistance));
      const bool is_defined = after.find(" mean") != std::string::npos || after.find("refer") != std::string::npos || after.starts_with(" is ");
      const bool is_name = !term.empty() && term.size() <= kTermBytesMax && is_upper(term.front());
      if (is_defined && is_name && std::find(terms.begin(), terms.end(), term) == terms.end()) terms.emplace_back(term);
      open = paragraph.find('"', close + 1);
    }
  }
  return terms;
}

std::int64_t count_words(const std::vector<std::string>& paragraphs) {
  std::int64_t words = 0;
  for (const std::string& paragraph : paragraphs) words += std::count(paragraph.begin(), paragraph.end(), ' ') + 1;
  return words;
}

std::int64_t count_all(std::string_view text, std::initializer_list<std::string_view> phrases) {
  std::int64_t count = 0;
  for (const std::string_view phrase : phrases) count += count_phrase(text, phrase);
  return count;
}

CopyleftSigns find_signs(const std::string& title, const std::vector<std::string>& paragraphs) {
  CopyleftSigns signs;
  for (const std::string& paragraph : paragraphs) {
    const std::string small = lower(paragraph);
    signs.same_licence += count_all(small, {"under the terms of this license", "under this license", "licensed as a whole",
                                            "under the terms of the gnu", "precisely this license"});
    signs.source_duties +=
        count_all(small, {"corresponding source", "machine-readable source", "complete source code", "in source code form", "transparent copy"});
    signs.named += count_phrase(small, "copyleft");
  }
  signs.named += count_all(lower(title), {"general public license", "mozilla public license", "free documentation license"});
  return signs;
}

}  // namespace

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (is_upper(c)) c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

std::string shorten(std::string_view text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) return std::string(text);
  std::size_t end = bytes_max - 3;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return std::string(text.substr(0, end)) + "...";
}

std::int64_t count_phrase(std::string_view text, std::string_view phrase) {
  std::int64_t count = 0;
  for (std::size_t at = text.find(phrase); at != std::string_view::npos; at = text.find(phrase, at + phrase.size())) ++count;
  return count;
}

std::vector<std::string_view> topic_names() {
  std::vector<std::string_view> names;
  for (const Topic& topic : kTopics) names.push_back(topic.name);
  return names;
}

int clarity(std::string_view topic, std::string_view text) {
  const auto* found = std::find_if(kTopics.begin(), kTopics.end(), [&](const Topic& known) { return known.name == topic; });
  if (found == kTopics.end()) return 0;
  const std::string small = lower(text);
  const auto stands_in = [&](std::string_view phrase) { return !phrase.empty() && small.find(phrase) != std::string::npos; };
  return static_cast<int>(std::count_if(found->telling.begin(), found->telling.end(), stands_in));
}

Facts extract_facts(std::string_view text) {
  const std::vector<std::string_view> lines = split_lines(text);
  const std::vector<std::string> paragraphs = split_paragraphs(text);
  Facts facts;
  facts.title = find_title(lines);
  facts.version = find_version(lines);
  facts.clauses = find_clauses(lines);
  facts.grants = find_grants(paragraphs);
  facts.warranty = find_warranty(paragraphs);
  facts.terms = find_terms(paragraphs);
  facts.words = count_words(paragraphs);
  facts.signs = find_signs(facts.title, paragraphs);
  return facts;
}

std::vector<Passage> extract_passages(std::string_view text) {
  std::vector<Passage> passages;
  int number = 0;
  for (const std::string& paragraph : split_paragraphs(text)) {
    ++number;
    if (paragraph.size() < kPassageBytesMin) continue;
    if (passages.size() == kPassagesMax) break;
    passages.push_back({number, topics_of(lower(paragraph)), shorten(paragraph, kPassageBytesMax)});
  }
  return passages;
}

}  // namespace waggle::cli::demo
