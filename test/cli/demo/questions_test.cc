// questions_test.cc: answers from memory.

#include "cli/demo/questions.h"

#include <gtest/gtest.h>

#include "cli/demo/small_swarm.h"

namespace waggle::cli::demo {
namespace {

TEST(DemoQuestions, QuotesThePassageThatSpeaksOfIt) {
  const Session session = test::finished_swarm().session();
  const Answer grant = ask(session, "Patent grant").value();
  EXPECT_EQ(grant.passages, 1);
  ASSERT_EQ(grant.quotes.size(), 1U);
  EXPECT_EQ(grant.quotes[0].file, "Wasp");
  EXPECT_EQ(grant.quotes[0].paragraph, 2);
  EXPECT_TRUE(grant.quotes[0].text.starts_with("1. Grant of Patent License."));
  EXPECT_EQ(ask(session, "warranty disclaimer").value().quotes.at(0).file, "Wasp");
}

TEST(DemoQuestions, NothingIsRememberedOfOtherThings) {
  const Answer answer = ask(test::finished_swarm().session(), "honey").value();
  EXPECT_EQ(answer.passages, 0);
  EXPECT_TRUE(answer.quotes.empty());
}

TEST(DemoQuestions, TheClearerPassageOfATextAndTheClearerTextGoFirst) {
  test::SmallSwarm swarm;
  const Session session = swarm.session();
  const auto remember = [&](const std::string& key, std::string_view text) {
    session.memory().put({.agent_id = "library", .key = key, .value = Json::string(text)}).value();
  };
  remember("passage/a/0001 [patent grant]", "a patent license");
  remember("passage/a/0007 [patent grant] [termination]", "patent patent grant");
  remember("passage/b/0003 [patent grant]", "Grant of Patent License: it hereby grants you a royalty-free patent license");
  remember("passage/c/0001 [termination]", "patent license, but that is not its topic");
  const Answer answer = ask(session, "patent grant").value();
  EXPECT_EQ(answer.passages, 3);
  ASSERT_EQ(answer.quotes.size(), 2U);
  EXPECT_EQ(answer.quotes[0].file, "b");
  EXPECT_EQ(answer.quotes[1].file, "a");
  EXPECT_EQ(answer.quotes[1].paragraph, 1);
}

}  // namespace
}  // namespace waggle::cli::demo
