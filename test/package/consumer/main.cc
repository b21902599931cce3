// main.cc: the smallest program that needs all of Waggle: it stores a memory in the database named by its argument and reads it back.
#include <waggle/waggle.h>

#include <cstdio>

int main(int, char** arguments) {
  auto database = waggle::Database::open({.path = arguments[1], .open_mode = waggle::OpenMode::kCreateNew});
  if (!database) return std::fprintf(stderr, "%s\n", database.error().describe().c_str()), 1;
  const waggle::Session bee = (*database)->as("bee-1");
  const auto stored = bee.memory().put({.agent_id = "bee-1", .key = "nectar", .value = waggle::Json(R"({"where":"east"})")});
  if (!stored) return std::fprintf(stderr, "%s\n", stored.error().describe().c_str()), 1;
  const auto found = bee.memory().get({"bee-1", "nectar"});
  if (!found) return std::fprintf(stderr, "%s\n", found.error().describe().c_str()), 1;
  std::printf("%s remembers %s = %s\n", found->agent_id.c_str(), found->key.c_str(), found->value.text.c_str());
}
