// questions.h: answers from what the swarm remembers.

#ifndef WAGGLE_CLI_DEMO_QUESTIONS_H
#define WAGGLE_CLI_DEMO_QUESTIONS_H

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "waggle/waggle.h"

namespace waggle::cli::demo {

struct Quote {
  std::string file;
  int paragraph = 0;
  std::string text;  // at most 240 bytes
};

struct Answer {
  std::string question;
  std::int64_t passages = 0;  // found by their topic
  std::vector<Quote> quotes;  // the best passage of each file, best first, at most three
};

// `question` is a topic such as "patent grant". Passages are recalled from the library's memory; those that were found to be of the topic are ranked
// by how clearly they speak of it, and then as they were recalled.
Result<Answer> ask(const Session& session, std::string_view question);

}  // namespace waggle::cli::demo

#endif  // WAGGLE_CLI_DEMO_QUESTIONS_H
