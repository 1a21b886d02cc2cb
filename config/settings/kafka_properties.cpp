#include "config/settings/kafka_properties.hpp"

#include "config/settings/secret_ref.hpp"

#include <algorithm>
#include <charconv>

namespace calsync {
namespace {

struct Owned {
  std::string_view name;
  std::string_view why;
};
constexpr Owned owned[] = {
    {"transactional.id", "calsync makes it from the log's id: another would not fence an older instance"},
    {"enable.idempotence", "must be on: a repeated send would double events"},
    {"acks", "must be all: with less a broker's fall loses committed events"},
    {"request.required.acks", "must be all: with less a broker's fall loses committed events"},
    {"partitioner", "is fixed: another would move keys to other partitions and break their order"},
    {"sticky.partitioning.linger.ms", "is fixed: every event has a key"},
    {"isolation.level", "is fixed: the cursor must be read as read_committed"},
    {"max.in.flight", "is fixed: more than 5 may reorder events"},
    {"max.in.flight.requests.per.connection", "is fixed: more than 5 may reorder events"},
    {"enable.gapless.guarantee", "is fixed: transactions give more"},
    {"allow.auto.create.topics",
     "use kafka.create_topics: a topic made by accident has the wrong partitions"},
    {"bootstrap.servers", "use kafka.bootstrap_servers"},
    {"metadata.broker.list", "use kafka.bootstrap_servers"},
    {"group.id", "is fixed: the cursor is read without a group"},
    {"group.instance.id", "is fixed: the cursor is read without a group"},
    {"enable.auto.commit", "is fixed: the cursor lives in its own topic"},
    {"enable.auto.offset.store", "is fixed: the cursor lives in its own topic"},
    {"auto.offset.reset", "is fixed: the cursor's place is computed"},
    {"enable.partition.eof", "is fixed: the cursor's reader needs it"},
    {"delivery.report.only.error", "is fixed: a transaction counts what was delivered"},
    {"test.mock.num.brokers", "use kafka.mode: embedded for the demo broker"},
    {"plugin.library.paths", "is not allowed: it would load foreign code into the daemon"},
    {"interceptors", "is not allowed: it would load foreign code into the daemon"},
    {"default.topic.config", "is not allowed: set properties by name"},
    {"opaque", "is not a text property"},
};

struct Limited {
  std::string_view name;
  std::int64_t least;
  std::int64_t most;
  std::string_view why;
};
constexpr Limited limited[] = {
    {"transaction.timeout.ms", 10'000, 15'000, "longer would let a dead instance hide events from consumers"},
    {"message.timeout.ms", 1'000, 10'000, "it must end before the transaction does"},
    {"delivery.timeout.ms", 1'000, 10'000, "it must end before the transaction does"},
    {"queue.buffering.max.messages", 2'000, 100'000,
     "a transaction has up to 2,000 events, and memory is bounded"},
    {"queue.buffering.max.kbytes", 8'192, 65'536, "a transaction has up to 4 MiB, and memory is bounded"},
};

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return out;
}

bool is_reference(std::string_view value) {
  return !value.empty() && parse_secret_ref(value).has_value();
}

// Properties that are always a secret: a literal is refused like everywhere else (DESIGN §5).
bool is_secret(std::string_view written) {
  const std::string name = lower(written);
  return name.ends_with("password") || name.ends_with("secret") || name.ends_with("key.pem") ||
         name.find("jaas") != std::string::npos;
}

}  // namespace

std::string owned_kafka_property(std::string_view name) {
  for (const Owned& property : owned)
    if (property.name == name) return "cannot be set here: " + std::string(property.why);
  return {};
}

std::string kafka_property_problem(std::string_view name, std::string_view value) {
  if (std::string ours = owned_kafka_property(name); !ours.empty()) return ours;
  for (const Limited& property : limited) {
    if (property.name != name) continue;
    std::int64_t number = 0;
    const auto [end, status] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (status != std::errc{} || end != value.data() + value.size() || number < property.least ||
        number > property.most)
      return "must be a whole number from " + std::to_string(property.least) + " to " +
             std::to_string(property.most) + ": " + std::string(property.why);
  }
  const bool path = name.ends_with(".location");  // librdkafka reads any value up to its first NUL
  if (std::ranges::any_of(value, [path](char c) {
        return c == '\0' || (path && (static_cast<unsigned char>(c) < 0x20 || c == 0x7f));
      }))
    return "must not hold a NUL or another control character";
  if (is_secret(name) && !value.empty() && !is_reference(value))
    return parse_secret_ref("literal").error().what;
  return {};
}

// Paths of key files are no secrets, their contents are.
bool kafka_property_may_be_secret(std::string_view written) {
  const std::string name = lower(written);
  if (name.ends_with(".location")) return false;
  return std::ranges::any_of(std::initializer_list<std::string_view>{"password", "secret", "key", "token",
                                                                     "oauthbearer", "jaas", ".pem"},
                             [&name](std::string_view part) { return name.find(part) != std::string::npos; });
}

std::string shown_kafka_property(std::string_view name, std::string_view value) {
  const bool hidden = !value.empty() && kafka_property_may_be_secret(name) && !is_reference(value);
  return std::string(hidden ? "***" : value);
}

}  // namespace calsync
