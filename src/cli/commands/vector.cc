// vector.cc: `waggle vector ...`, collections and the vectors in them. Whole files of vectors: vector_data.cc.

#include <array>

#include "cli/commands/commands.h"
#include "cli/commands/vector_data.h"
#include "cli/commands/vector_search.h"
#include "cli/embedder_choice.h"
#include "cli/show.h"
#include "cli/vector_reader.h"

namespace waggle::cli {

namespace {

constexpr auto kColumns = std::to_array<std::string_view>({"name", "dimensions", "metric", "model", "index", "count", "created_at"});

void declare_collection(Arguments& arguments, std::string& name) { arguments.positional({"NAME", "", "The collection"}, name); }

struct Named {
  std::string collection;
  std::string id;
};

void declare_vector(Arguments& arguments, Named& named) {
  declare_collection(arguments, named.collection);
  arguments.positional({"ID", "", "The vector's id in its collection"}, named.id);
}

Action create(Arguments& arguments) {
  struct Given {
    NewCollection collection;
    std::optional<std::string> embedder;
  };
  const auto given = Arguments::keep<Given>();
  arguments.positional({"NAME", "", "Its name, without '/'"}, given->collection.name);
  arguments.option({"--dimensions", "N", "How many numbers each vector has, 1 to 16,000"}, given->collection.dimensions);
  arguments.option({"--embedder", "E", "For texts: takes dimensions and model from it; waggle embedder list"}, given->embedder);
  arguments.option({"--metric", "cosine|dot|l2", "What is near; cosine by default"}, given->collection.metric);
  arguments.option({"--model", "M", "The model that makes its vectors; named in errors"}, given->collection.model);
  arguments.option({"--index", "auto|exact|hnsw", "How it is searched; auto by default"}, given->collection.index);
  arguments.option({"--storage", "f32|f16|bf16|int8", "As what the index holds numbers; f32 by default"}, given->collection.storage);
  arguments.option({"-M", "N", "Links of a vector in the graph, 4 to 64; 20 by default"}, given->collection.connectivity);
  arguments.option({"--ef-construction", "N", "Beam while the graph is built, 8 to 2,000; 128 by default"}, given->collection.ef_construction);
  arguments.note(
      "One of --dimensions and --embedder is needed. exact misses nothing and looks at every vector. hnsw looks at a few hundred of them, by\n"
      "a graph. auto is exact until searches have cost so much that a graph pays.");
  arguments.example("waggle vector create docs --dimensions 384 --model all-MiniLM-L6-v2", "for the vectors of that model");
  arguments.example("waggle vector create notes --embedder hashing", "for texts, which waggle makes vectors of");
  return [given](Call& call) -> Ending {
    if (given->embedder.has_value() == (given->collection.dimensions != 0)) {
      return usage_failure("one of --dimensions and --embedder is needed", "waggle vector create --help");
    }
    if (given->embedder) {
      WAGGLE_ASSIGN_OR_RETURN(const EmbedderFolder folder, EmbedderFolder::of(call.settings()));
      WAGGLE_ASSIGN_OR_RETURN(const std::unique_ptr<Embedder> embedder, embedder_of_name(folder, *given->embedder));
      given->collection.dimensions = embedder->dimensions();
      given->collection.model = embedder->model();
    }
    WAGGLE_ASSIGN_OR_RETURN(const Session session, call.session());
    return show(call, session.vectors().create(given->collection));
  };
}

Action add(Arguments& arguments) {
  struct Given {
    Named named;
    VectorSource source;
    PutVector put;
  };
  const auto given = Arguments::keep<Given>();
  declare_vector(arguments, given->named);
  arguments.option({"--vector", "JSON|@FILE", "Its numbers, or a .npy, .fvecs or .jsonl file with one vector"}, given->source.vector);
  arguments.option({"--text", "TEXT", "The text, of which the collection's embedder makes them"}, given->source.text);
  arguments.option({"--content", "TEXT", "The text that --vector stands for"}, given->put.content);
  arguments.option({"--metadata", "JSON", "An object, for filters to look into"}, given->put.metadata);
  arguments.note("A vector of this id that is there already is replaced.");
  arguments.example("waggle vector add docs readme --vector '[0.1,0.7,-0.2]' --content 'Read me' --metadata '{\"lang\":\"en\"}'", "adds one vector");
  arguments.example("waggle vector add notes bees --text 'The swarm left the old hive'", "to a collection made with --embedder");
  return [given](Call& call) -> Ending {
    WAGGLE_TRY(given->source.check());
    if (given->source.text) {
      WAGGLE_ASSIGN_OR_RETURN(const Session session, call.session());
      WAGGLE_ASSIGN_OR_RETURN(const std::unique_ptr<Embedder> embedder, embedder_for(call, session, given->named.collection));
      const PutText text{.id = given->named.id, .content = *given->source.text, .metadata = given->put.metadata};
      return show(call, session.vectors().in(given->named.collection).upsert_text(*embedder, text));
    }
    WAGGLE_ASSIGN_OR_RETURN(std::vector<std::vector<float>> vectors, read_vectors(*given->source.vector));
    if (vectors.size() != 1)
      return usage_failure("--vector: the file has " + std::to_string(vectors.size()) + " vectors", "use waggle vector import");
    given->put.id = given->named.id;
    given->put.embedding = std::move(vectors.front());
    WAGGLE_ASSIGN_OR_RETURN(const Session session, call.session());
    return show(call, session.vectors().in(given->named.collection).upsert(given->put));
  };
}

Action get(Arguments& arguments) {
  struct Given {
    Named named;
    bool with_embedding = false;
  };
  const auto given = Arguments::keep<Given>();
  declare_vector(arguments, given->named);
  arguments.flag({"--with-embedding", "", "With its numbers"}, given->with_embedding);
  return [given](Call& call) -> Ending {
    WAGGLE_ASSIGN_OR_RETURN(const Session session, call.session());
    const Embedding embedding = given->with_embedding ? Embedding::kIncluded : Embedding::kLeftOut;
    return show(call, session.vectors().in(given->named.collection).get(given->named.id, embedding));
  };
}

Action remove(Arguments& arguments) {
  const auto given = Arguments::keep<Named>();
  declare_vector(arguments, *given);
  return [given](Call& call) -> Ending {
    WAGGLE_ASSIGN_OR_RETURN(const Session session, call.session());
    return show(call, session.vectors().in(given->collection).remove(given->id));
  };
}

Action reindex(Arguments& arguments) {
  const auto name = Arguments::keep<std::string>();
  declare_collection(arguments, *name);
  arguments.note("There is no need to: an index follows its vectors, and one that is missing or damaged is made anew when searches need it.");
  arguments.example("waggle vector reindex docs", "builds the graph now, on all cores, and saves it beside the database");
  return [name](Call& call) -> Ending {
    WAGGLE_ASSIGN_OR_RETURN(const Session session, call.session());
    return show(call, build_index(call, session.vectors().in(*name), Reindex::From::kScratch));
  };
}

Action reembed(Arguments& arguments) {
  struct Given {
    std::string name;
    std::string embedder;
  };
  const auto given = Arguments::keep<Given>();
  declare_collection(arguments, given->name);
  arguments.required({"--embedder", "E", "Whose vectors they will be; waggle embedder list"}, given->embedder);
  arguments.note("Of each vector's content a new one is made. The old ones are searched until all are made. Stopped, it goes on where it ended.");
  arguments.example("waggle vector reembed notes --embedder wordllama", "from whichever model it had");
  return [given](Call& call) -> Ending {
    WAGGLE_ASSIGN_OR_RETURN(const EmbedderFolder folder, EmbedderFolder::of(call.settings()));
    WAGGLE_ASSIGN_OR_RETURN(const std::unique_ptr<Embedder> embedder, embedder_of_name(folder, given->embedder));
    WAGGLE_ASSIGN_OR_RETURN(const Session session, call.session());
    return show(call, reembed_all(call, session.vectors().in(given->name), *embedder));
  };
}

Action list(Arguments& arguments) {
  const auto paging = Arguments::keep<Paging>();
  declare_paging(arguments, *paging);
  return [paging](Call& call) -> Ending {
    WAGGLE_ASSIGN_OR_RETURN(const Session session, call.session());
    return show_pages(call, *paging, kColumns, [&](const PageRequest& page) { return session.vectors().list(page); });
  };
}

Action stats(Arguments& arguments) {
  const auto name = Arguments::keep<std::string>();
  declare_collection(arguments, *name);
  return [name](Call& call) -> Ending {
    WAGGLE_ASSIGN_OR_RETURN(const Session session, call.session());
    return show(call, session.vectors().get(*name));
  };
}

Action drop(Arguments& arguments) {
  struct Given {
    std::string name;
    bool yes = false;
  };
  const auto given = Arguments::keep<Given>();
  declare_collection(arguments, given->name);
  arguments.flag({"-y,--yes", "", "Do not ask"}, given->yes);
  return [given](Call& call) -> Ending {
    if (!given->yes) {
      if (Ending refused = call.confirm("Drop the collection " + given->name + " with all of its vectors?"); refused.failure()) return refused;
    }
    WAGGLE_ASSIGN_OR_RETURN(const Session session, call.session());
    return show(call, session.vectors().drop(given->name));
  };
}

constexpr Verb kVerbs[] = {{"create", "Make a collection", create},
                           {"add", "Add or replace a vector", add},
                           {"get", "Show a vector", get},
                           {"remove", "Remove a vector", remove},
                           {"search", "Find vectors by nearness, by words, or both", search_vectors},
                           {"import", "Add the vectors of a file", import_vectors},
                           {"export", "Write the vectors into a file", export_vectors},
                           {"list", "List the collections", list},
                           {"stats", "Show a collection", stats},
                           {"reindex", "Make a collection's index anew", reindex},
                           {"reembed", "Give a collection another model", reembed},
                           {"drop", "Remove a collection with its vectors", drop}};

}  // namespace

const Noun kVector = {"vector", "Vectors, found by nearness", kVerbs};

}  // namespace waggle::cli
