// arguments_test.cc: what is special to shells, parsers and CLI11, and must not be special here.

#include "cli/arguments.h"

#include <gtest/gtest.h>

namespace waggle::cli {
namespace {

// A command with one of everything.
struct Sample {
  std::string agent;
  std::string value;
  std::optional<std::string> extra;
  std::optional<std::int64_t> number;
  std::optional<std::string> text;
  std::vector<std::string> many;
  bool flag = false;

  std::optional<Failure> parse(const std::vector<std::string>& words) {
    Arguments arguments("waggle sample", "A sample");
    arguments.positional({"AGENT", "", ""}, agent);
    arguments.positional({"VALUE", "", ""}, value);
    arguments.positional({"EXTRA", "", ""}, extra);
    arguments.option({"-n,--number", "N", ""}, number);
    arguments.option({"--text", "T", ""}, text);
    arguments.option({"--many", "M", ""}, many);
    arguments.flag({"-f,--flag", "", ""}, flag);
    std::optional<Failure> failure = arguments.parse(words);
    help = arguments.help_wanted();
    return failure;
  }

  bool help = false;
};

TEST(Arguments, TakesOptionsAnywhere) {
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
           {"-n", "5", "a", "v"}, {"a", "-n5", "v"}, {"a", "v", "--number=5"}, {"a", "--number", "5", "v"}, {"-n", "5", "--", "a", "v"}}) {
    Sample sample;
    ASSERT_FALSE(sample.parse(words));
    EXPECT_EQ(sample.number, 5);
    EXPECT_EQ(sample.agent + sample.value, "av");
  }
}

TEST(Arguments, TakesPositionalsAsTheyAre) {
  for (const char* odd : {"", "{}", "[]", "[1,2]", "%%", "++", "-", "a,b", "a=b", "sample", "a b", "'\"", "{\"a\":1}"}) {
    Sample sample;
    ASSERT_FALSE(sample.parse({"a", odd})) << odd;
    EXPECT_EQ(sample.value, odd);
  }
}

TEST(Arguments, TakesValuesOfOptionsAsTheyAre) {
  for (const char* odd : {"", "{}", "[1,2]", "--", "-5", "--flag", "-h", "++", "a,b", "x=y"}) {
    Sample sample;
    ASSERT_FALSE(sample.parse({"a", "v", "--text", odd})) << odd;
    EXPECT_EQ(sample.text, odd);
    Sample attached;
    ASSERT_FALSE(attached.parse({std::string("--text=") + odd, "a", "v"})) << odd;
    EXPECT_EQ(attached.text, odd);
    Sample several;
    ASSERT_FALSE(several.parse({"--many", odd, "a", "v", "--many", odd})) << odd;
    EXPECT_EQ(several.many, (std::vector<std::string>{odd, odd}));
  }
}

TEST(Arguments, EndsOptionsAtTwoDashes) {
  Sample sample;
  ASSERT_FALSE(sample.parse({"--flag", "--", "--help", "-5", "--"}));
  EXPECT_EQ(sample.agent, "--help");
  EXPECT_EQ(sample.value, "-5");
  EXPECT_EQ(sample.extra, "--");
  EXPECT_TRUE(sample.flag);
  EXPECT_FALSE(sample.help);
}

TEST(Arguments, KeepsPositionalsApartFromRepeatableOptions) {
  Sample sample;
  ASSERT_FALSE(sample.parse({"--many", "x", "a", "--many", "y", "v"}));
  EXPECT_EQ(sample.many, (std::vector<std::string>{"x", "y"}));
  EXPECT_EQ(sample.agent + sample.value, "av");
}

TEST(Arguments, LetsTheLastOfARepeatedOptionCount) {
  Sample sample;
  ASSERT_FALSE(sample.parse({"a", "v", "-n", "1", "-n", "2"}));
  EXPECT_EQ(sample.number, 2);
}

TEST(Arguments, RefusesWhatDoesNotFit) {
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{{},
                                                                                     {"a"},
                                                                                     {"a", "v", "e", "more"},
                                                                                     {"a", "v", "--bogus"},
                                                                                     {"a", "v", "-z"},
                                                                                     {"a", "-5"},
                                                                                     {"a", "v", "--text"},
                                                                                     {"a", "v", "--flag=yes"},
                                                                                     {"a", "v", "-fn5"}}) {
    Sample sample;
    const std::optional<Failure> failure = sample.parse(words);
    ASSERT_TRUE(failure);
    EXPECT_EQ(failure->code, "usage");
    EXPECT_EQ(failure->exit_status, 2);
  }
}

TEST(Arguments, NamesTheOptionWhoseValueIsWrong) {
  Sample sample;
  const std::optional<Failure> failure = sample.parse({"a", "v", "-n", "many"});
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->code, "invalid_argument");
  EXPECT_EQ(failure->message, "--number: is not a whole number in range");
}

TEST(Arguments, DoesNotRepeatValuesOfUnknownOptions) {
  Sample sample;
  const std::optional<Failure> failure = sample.parse({"a", "v", "--pasword=hunter2"});
  ASSERT_TRUE(failure);
  EXPECT_EQ((failure->message + failure->hint).find("hunter2"), std::string::npos);
}

TEST(Arguments, TakesHelpBeforeAnyError) {
  Sample sample;
  EXPECT_FALSE(sample.parse({"--help", "--bogus"}));
  EXPECT_TRUE(sample.help);
  Sample value;
  EXPECT_FALSE(value.parse({"a", "v", "--text", "--help"}));
  EXPECT_FALSE(value.help);
}

TEST(Arguments, TakesSeveralOfTheLastPositional) {
  Arguments arguments("waggle ack", "");
  std::string agent;
  std::vector<std::string> ids;
  arguments.positional({"AGENT", "", ""}, agent);
  arguments.positional({"ID", "", ""}, ids);
  EXPECT_FALSE(arguments.parse({"a", "[x,y]", "", "z"}));
  EXPECT_EQ(ids, (std::vector<std::string>{"[x,y]", "", "z"}));
}

TEST(Arguments, NeedsOneOfTheLastPositional) {
  Arguments arguments("waggle ack", "");
  std::string agent;
  std::vector<std::string> ids;
  arguments.positional({"AGENT", "", ""}, agent);
  arguments.positional({"ID", "", ""}, ids);
  EXPECT_TRUE(arguments.parse({"a"}));
}

TEST(Arguments, NeedsRequiredOptions) {
  Arguments arguments("waggle x", "");
  std::string type;
  arguments.required({"--type", "T", ""}, type);
  const std::optional<Failure> failure = arguments.parse({});
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->message, "missing: --type is required");
}

TEST(Arguments, LetsTheCommandsOwnOptionWin) {
  Arguments arguments("waggle x", "");
  std::optional<std::string> own;
  std::optional<std::string> shared;
  arguments.option({"--agent", "ID", ""}, own);
  arguments.start_shared_group("Global options");
  arguments.option({"--agent", "ID", ""}, shared);
  EXPECT_FALSE(arguments.parse({"--agent", "ann"}));
  EXPECT_EQ(own, "ann");
  EXPECT_EQ(shared, std::nullopt);
}

TEST(Arguments, MeasuresOptions) {
  Arguments arguments("waggle", "");
  std::optional<std::string> database;
  bool quiet = false;
  arguments.option({"-d,--db", "FILE", ""}, database);
  arguments.flag({"-q", "", ""}, quiet);
  EXPECT_EQ(arguments.option_length({"--db", "x"}, 0), 2U);
  EXPECT_EQ(arguments.option_length({"--db=x"}, 0), 1U);
  EXPECT_EQ(arguments.option_length({"-dx"}, 0), 1U);
  EXPECT_EQ(arguments.option_length({"-q", "x"}, 0), 1U);
  EXPECT_EQ(arguments.option_length({"--db"}, 0), 1U);
  EXPECT_EQ(arguments.option_length({"memory"}, 0), 0U);
  EXPECT_EQ(arguments.option_length({"--"}, 0), 0U);
}

TEST(Arguments, ExplainsItself) {
  Arguments arguments("waggle memory put", "Store a value");
  std::string agent;
  std::optional<Duration> ttl;
  arguments.positional({"AGENT", "", "Whose memory"}, agent);
  arguments.option({"--ttl", "DUR", "It expires after this"}, ttl);
  arguments.note("A note.");
  arguments.example("waggle memory put ann k 1", "stores 1");
  const std::string help = arguments.help();
  for (const char* part : {"Store a value", "waggle memory put", "AGENT (required)", "--ttl DUR", "A note.", "Examples:", "stores 1"}) {
    EXPECT_NE(help.find(part), std::string::npos) << part;
  }
  EXPECT_EQ(arguments.option_names(), (std::vector<std::string>{"-h", "--help", "--ttl"}));
  EXPECT_EQ(arguments.valued_option_names(), std::vector<std::string>{"--ttl"});
}

}  // namespace
}  // namespace waggle::cli
