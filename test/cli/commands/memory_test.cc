// memory_test.cc: `waggle memory ...`.

#include "cli/runner.h"

namespace waggle::test {
namespace {

class MemoryCommand : public CliTest {};

TEST_F(MemoryCommand, KeepsValuesAsTheyAre) {
  for (const std::string value : {"null", "-5", "{}", "[]", "[1,2]", "\"\"", "123456789012345678901234567890", R"({"z":1.0,"a":"é\u0000"})"}) {
    json({"memory", "put", "ann", "k", "--", value});
    EXPECT_TRUE(holds(json({"memory", "get", "ann", "k"}), "\"value\":" + value + ",\"metadata\"")) << value;
  }
  EXPECT_EQ(run({"memory", "put", "ann", "k", "{"}).status, 2);
}

TEST_F(MemoryCommand, TakesTextAndStdin) {
  EXPECT_TRUE(holds(json({"memory", "put", "ann", "k", "say \"x\"\n", "--text"}), R"("value":"say \"x\"\n")"));
  EXPECT_TRUE(holds(json({"memory", "put", "ann", "k", "-", "--text"}, "ends in a newline\n"), R"("value":"ends in a newline\n")"));
  EXPECT_TRUE(holds(json({"memory", "put", "ann", "k", "-"}, " { \"a\" : 1 } \n"), R"("value":{"a":1})"));
  EXPECT_TRUE(holds(run({"memory", "put", "ann", "k", "-"}, "\"\x80\"").err, "(invalid_argument)"));
}

TEST_F(MemoryCommand, GuardsVersionsAndExpires) {
  EXPECT_TRUE(
      holds(json({"memory", "put", "ann", "k", "1", "--if-version", "0", "--ttl", "1h", "--metadata", "{\"t\":1}"}), R"("ttl_s":3600,"version":1)"));
  EXPECT_EQ(run({"memory", "put", "ann", "k", "2", "--if-version", "0"}).status, 7);
  EXPECT_TRUE(holds(json({"memory", "touch", "ann", "k", "--ttl", "2500ms"}), R"("ttl_s":2.5)"));
  EXPECT_TRUE(holds(json({"memory", "touch", "ann", "k"}), R"("ttl_s":null)"));
}

TEST_F(MemoryCommand, FindsAndRemoves) {
  for (const char* key : {"a%1", "a%2", "ab"}) json({"memory", "put", "ann", key, "1"});
  EXPECT_FALSE(holds(json({"memory", "query", "ann", "a%", "--prefix"}), R"("key":"ab")"));
  EXPECT_TRUE(holds(json({"memory", "query", "ann", "b"}), R"("key":"ab")"));
  EXPECT_TRUE(holds(json({"memory", "remove", "ann", "ab"}), R"("key":"ab")"));
  const Outcome refused = run({"memory", "remove-prefix", "ann", "a%"}, "y\n");
  EXPECT_EQ(refused.status, 4);
  EXPECT_TRUE(holds(refused.err, "(refused)"));
  EXPECT_EQ(json({"memory", "remove-prefix", "ann", "a%", "--yes"}), "{\"removed\":2}\n");
  EXPECT_EQ(json({"memory", "list", "ann"}), "{\"items\":[],\"next\":null}\n");
}

TEST_F(MemoryCommand, CountsAndLimits) {
  json({"memory", "put", "ann", "k", "1"});
  EXPECT_TRUE(json({"memory", "stats", "ann"}).starts_with(R"({"entries":1,"bytes":)"));
  EXPECT_TRUE(holds(json({"memory", "stats"}), R"("agents":1)"));
  EXPECT_EQ(json({"memory", "quota", "ann", "--entries", "1"}), "{\"entries\":1,\"bytes\":null}\n");
  EXPECT_EQ(json({"memory", "quota", "ann"}), "{\"entries\":1,\"bytes\":null}\n");
  EXPECT_TRUE(holds(run({"memory", "put", "ann", "k2", "1"}).err, "(exhausted)"));
  EXPECT_EQ(json({"memory", "quota", "ann", "--none"}), "{\"entries\":null,\"bytes\":null}\n");
  EXPECT_EQ(run({"memory", "quota", "ann", "--none", "--bytes", "1"}).status, 2);
}

}  // namespace
}  // namespace waggle::test
