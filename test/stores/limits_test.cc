// limits_test.cc: documents are stored as normal JSON up to their limit, in every store.

#include "stores/limits.h"

#include <gtest/gtest.h>

#include "support/store_fixture.h"
#include "waggle/agents.h"
#include "waggle/swarms.h"
#include "waggle/tasks.h"

namespace waggle::stores {
namespace {

// A document of so many bytes.
Json of_bytes(std::size_t bytes) { return Json::string(std::string(bytes - 2, 'x')); }

template <typename T>
Code code_of(const Result<T>& result) {
  EXPECT_FALSE(result) << "expected an error";
  return result ? Code::kInternal : result.error().code();
}

TEST(Limits, ADocumentIsNormalJsonUpToItsLimit) {
  EXPECT_EQ(checked_document("the thing", Json(R"({ "a" : 1.50 })")).value(), R"({"a":1.50})");
  EXPECT_EQ(code_of(checked_document("the thing", Json("{bad"))), Code::kInvalidArgument);
  EXPECT_EQ(checked_document("the thing", of_bytes(kDocumentBytesMax)).value().size(), kDocumentBytesMax);
  const auto over = checked_document("the thing", of_bytes(kDocumentBytesMax + 1));
  EXPECT_EQ(code_of(over), Code::kInvalidArgument);
  EXPECT_NE(over.error().message().find("the thing"), std::string::npos) << over.error().message();
}

class DocumentLimits : public test::StoreTest {
 protected:
  const Json over_ = of_bytes(kDocumentBytesMax + 1);
};

TEST_F(DocumentLimits, HoldForSwarmsAndTasks) {
  SwarmStore swarms(scope_);
  EXPECT_EQ(code_of(swarms.create({.name = "hive", .config = over_})), Code::kInvalidArgument);
  swarms.create({.name = "hive", .id = "hive"}).value();
  EXPECT_EQ(code_of(swarms.update("hive", {.config = over_})), Code::kInvalidArgument);
  TaskStore tasks(scope_);
  tasks.create({.description = "d", .id = "t"}).value();
  const Task held = tasks.claim({.agent = "ann"}).value().at(0);
  EXPECT_EQ(code_of(tasks.complete({"t", *held.lease_token}, over_)), Code::kInvalidArgument);
  EXPECT_EQ(tasks.get("t").value().status, TaskStatus::kRunning);
}

TEST_F(DocumentLimits, HoldForMetadataThatGrowsByMerging) {
  AgentStore agents(scope_);
  EXPECT_EQ(code_of(agents.register_agent({.agent_type = "t", .metadata = over_})), Code::kInvalidArgument);
  agents.register_agent({.id = "ann", .agent_type = "t"}).value();
  EXPECT_EQ(code_of(agents.merge_metadata("ann", over_)), Code::kInvalidArgument);
  const std::string half = of_bytes(kDocumentBytesMax / 2).text;
  agents.merge_metadata("ann", Json(R"({"a":)" + half + "}")).value();
  EXPECT_EQ(code_of(agents.merge_metadata("ann", Json(R"({"b":)" + half + "}"))), Code::kExhausted);
  EXPECT_EQ(agents.merge_metadata("ann", Json(R"({"a":null,"b":1})")).value().metadata.text, R"({"b":1})");
}

}  // namespace
}  // namespace waggle::stores
