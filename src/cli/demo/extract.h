// extract.h: what a worker of the demo reads out of a licence: pure functions from text to facts and passages. Plain word spotting, not law.

#ifndef WAGGLE_CLI_DEMO_EXTRACT_H
#define WAGGLE_CLI_DEMO_EXTRACT_H

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace waggle::cli::demo {

// Signs in a text that copies must stay under the same licence; reviewers weigh them differently.
struct CopyleftSigns {
  std::int64_t same_licence = 0;   // derived works go "under the terms of this License"
  std::int64_t source_duties = 0;  // "corresponding source", "source code" to be made available
  std::int64_t named = 0;          // the word "copyleft", or a title of a known family
};

struct Facts {
  std::string title;
  std::optional<std::string> version;
  std::vector<std::string> clauses;  // numbered headings, in order
  std::vector<std::string> grants;   // sentences that give a right
  std::optional<std::string> warranty;
  std::vector<std::string> terms;  // what the text defines, in order, each once
  std::int64_t words = 0;
  CopyleftSigns signs;
};

// A paragraph worth remembering.
struct Passage {
  int number = 0;                   // of the paragraph in its text, from 1
  std::vector<std::string> topics;  // of topic_names(); may be empty
  std::string text;                 // white space made single; at most 2,000 bytes
};

// `text` is UTF-8. Every list has a bound, so that a large text costs no more memory than a long licence.
Facts extract_facts(std::string_view text);
std::vector<Passage> extract_passages(std::string_view text);

// The topics that passages are found by, for example "patent grant".
std::vector<std::string_view> topic_names();
// How many of the phrases that tell of this topic most clearly stand in the text; 0 for an unknown topic.
int clarity(std::string_view topic, std::string_view text);

// Lower case in ASCII; other bytes as they are.
std::string lower(std::string_view text);
// At most `bytes_max` bytes of the text, cut at a character and marked with "..." when something was cut. `bytes_max` is at least 3.
std::string shorten(std::string_view text, std::size_t bytes_max);
// How often `phrase` stands in `text`, not overlapping. `phrase` is not empty.
std::int64_t count_phrase(std::string_view text, std::string_view phrase);

}  // namespace waggle::cli::demo

#endif  // WAGGLE_CLI_DEMO_EXTRACT_H
