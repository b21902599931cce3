// call_test.cc: what a running command works with.

#include "cli/call.h"

#include "cli/runner.h"

namespace waggle::test {
namespace {

class CallTest : public CliTest {
 protected:
  // A call on the test's database whose stdin holds `input`; out and err are /dev/null.
  cli::Call make_call(cli::Settings settings, std::string_view input = {}) {
    std::ofstream(runner_.file("input"), std::ios::binary) << input;
    in_ = ::open(runner_.file("input").c_str(), O_RDONLY | O_CLOEXEC);
    null_ = ::open("/dev/null", O_RDWR | O_CLOEXEC);
    if (settings.database.empty()) settings.database = runner_.file("waggle.db");
    return cli::Call(std::move(settings), {{in_, null_, null_}, clock_});
  }
  ~CallTest() override {
    ::close(in_);
    ::close(null_);
  }

  base::SystemClock clock_;
  int in_ = -1;
  int null_ = -1;
};

TEST_F(CallTest, NamesTheMissingFileAndHowToMakeIt) {
  cli::Call call = make_call({.database = runner_.file("none.db")});
  const Result<Database*> database = call.database();
  ASSERT_FALSE(database);
  EXPECT_EQ(database.error().code(), Code::kNotFound);
  EXPECT_TRUE(holds(database.error().message(), "none.db"));
  EXPECT_TRUE(holds(database.error().hint(), "waggle init"));
  EXPECT_FALSE(std::filesystem::exists(runner_.file("none.db")));
}

TEST_F(CallTest, OpensOnce) {
  cli::Call call = make_call({});
  Database* const first = call.database().value();
  EXPECT_EQ(call.database().value(), first);
}

TEST_F(CallTest, ActsAsTheAgentOfTheSettingsOrOfTheCommand) {
  cli::Call natural = make_call({});
  EXPECT_EQ(natural.session("ann")->memory().put({.agent_id = "x", .key = "k", .value = Json("1")})->writer, "ann");
  cli::Call told = make_call({.agent = "boss"});
  EXPECT_EQ(told.session("ann")->memory().put({.agent_id = "x", .key = "k", .value = Json("1")})->writer, "boss");
  cli::Call nobody = make_call({});
  EXPECT_EQ(nobody.session()->memory().put({.agent_id = "x", .key = "k", .value = Json("1")})->writer, std::nullopt);
}

TEST_F(CallTest, ReadsTextFromStdinOnlyWhenAsked) {
  cli::Call call = make_call({}, "from stdin\n");
  EXPECT_EQ(call.text_or_stdin("given").value(), "given");
  EXPECT_EQ(call.text_or_stdin("-").value(), "from stdin\n");
  cli::Call bad = make_call({}, "\x80");
  EXPECT_EQ(bad.text_or_stdin("-").error().code(), Code::kInvalidArgument);
}

TEST_F(CallTest, AsksNobodyWithoutATerminal) {
  const cli::Call call = make_call({}, "y\n");
  const cli::Ending ending = call.confirm("Really?");
  ASSERT_TRUE(ending.failure());
  EXPECT_EQ(ending.failure()->code, "refused");
  EXPECT_EQ(ending.exit_status(), 4);
}

TEST_F(CallTest, StopsBySignal) {
  cli::Call call = make_call({});
  EXPECT_EQ(call.signal_status(), 0);
  EXPECT_FALSE(call.stop().stop_possible());
  call.catch_signals();
  EXPECT_TRUE(call.stop().stop_possible());
}

}  // namespace
}  // namespace waggle::test
