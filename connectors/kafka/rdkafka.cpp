#include "connectors/kafka/rdkafka.hpp"

#include "config/settings/kafka_properties.hpp"
#include "state/base/log.hpp"

#include <algorithm>
#include <array>
#include <mutex>
#include <string_view>

namespace calsync::rdkafka {

struct Client::Ear {
  void* opaque = nullptr;
  void (*delivered)(rd_kafka_t*, const rd_kafka_message_t*, void*) = nullptr;
  mutable std::mutex mutex;
  std::string last;  // guarded by mutex
};

namespace {

// Only these C callbacks know that `opaque` is an Ear.
template <class Ear>
void on_error(rd_kafka_t* /*handle*/, int code, const char* reason, void* opaque) {
  auto* ear = static_cast<Ear*>(opaque);
  const std::scoped_lock lock(ear->mutex);
  if (code != RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN || ear->last.empty()) ear->last = reason;
}

template <class Ear>
void on_delivery(rd_kafka_t* handle, const rd_kafka_message_t* message, void* opaque) {
  const auto* ear = static_cast<const Ear*>(opaque);
  if (ear->delivered != nullptr) ear->delivered(handle, message, ear->opaque);
}

// "Current transaction failed in state …: Topic authorization failed": what librdkafka tells its caller of it is only
// that messages were purged.
template <class Ear>
void on_log(const rd_kafka_t* handle, int level, const char* facility, const char* text) {
  if (std::string_view(facility) == "CONFWARN") return;  // a producer's setting given to a reader: meant so
  if (auto* ear = static_cast<Ear*>(rd_kafka_opaque(handle));
      ear != nullptr && std::string_view(facility) == "TXNERR") {
    const std::scoped_lock lock(ear->mutex);
    ear->last = text;
  }
  if (level <= 4) {
    log::warning("kafka client: " + std::string(text), {log::field("facility", facility)});
  } else {
    log::debug("kafka client: " + std::string(text), {log::field("facility", facility)});
  }
}

Result<void> set_text(rd_kafka_conf_t* conf, const std::string& name, const char* value) {
  std::array<char, 512> why{};
  if (rd_kafka_conf_set(conf, name.c_str(), value, why.data(), why.size()) == RD_KAFKA_CONF_OK) return {};
  return Error{Errc::rejected,
               kafka_property_may_be_secret(name) ? "librdkafka does not take it" : std::string(why.data())};
}
}  // namespace

Result<void> set(rd_kafka_conf_t* conf, const std::string& name, const Secret& value) {
  return set_text(conf, name, value.reveal().data());  // a whole std::string: it ends with 0
}

Result<void> set(rd_kafka_conf_t* conf, const std::string& name, const std::string& value) {
  return set_text(conf, name, value.c_str());
}

int CallLimit::left_ms() const {
  const auto left =
      std::chrono::duration_cast<std::chrono::milliseconds>(until_ - std::chrono::steady_clock::now());
  return std::max(1, static_cast<int>(left.count()));
}

Client::Client() = default;
Client::Client(Client&& other) noexcept
    : handle_(std::exchange(other.handle_, nullptr)), ear_(std::move(other.ear_)) {}
Client& Client::operator=(Client&& other) noexcept {
  std::swap(handle_, other.handle_);
  std::swap(ear_, other.ear_);
  return *this;
}
Client::~Client() {
  // Nobody waits for messages here: what is not committed is sent again by the next instance.
  if (handle_ != nullptr) rd_kafka_destroy_flags(handle_, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
}

Result<Client> Client::open(rd_kafka_type_t type, const KafkaOptions& options, const OwnProperties& own,
                            void* opaque, void (*delivered)(rd_kafka_t*, const rd_kafka_message_t*, void*)) {
  Client client;
  client.ear_ = std::make_unique<Ear>();
  client.ear_->opaque = opaque;
  client.ear_->delivered = delivered;
  Conf conf(rd_kafka_conf_new());
  OwnProperties ours{{"client.id", "calsyncd"},
                     {"socket.keepalive.enable", "true"},
                     {"reconnect.backoff.ms", "50"},
                     {"reconnect.backoff.max.ms", "2000"},
                     {"allow.auto.create.topics", "false"}};
  for (const auto& [name, value] : own) ours.insert_or_assign(name, value);
  // A later value wins: the administrator's over ours.
  for (const auto& [name, value] : ours)
    CALSYNC_CHECK("kafka.properties." + name, set(conf.get(), name, value));
  for (const auto& [name, value] : options.properties)
    CALSYNC_CHECK("kafka.properties." + name, set(conf.get(), name, value));
  CALSYNC_CHECK("kafka.bootstrap_servers", set(conf.get(), "bootstrap.servers", options.bootstrap_servers));
  rd_kafka_conf_set_opaque(conf.get(), client.ear_.get());
  rd_kafka_conf_set_error_cb(conf.get(), &on_error<Ear>);
  rd_kafka_conf_set_log_cb(conf.get(), &on_log<Ear>);
  if (delivered != nullptr) rd_kafka_conf_set_dr_msg_cb(conf.get(), &on_delivery<Ear>);
  std::array<char, 512> why{};
  client.handle_ = rd_kafka_new(type, conf.get(), why.data(), why.size());
  if (client.handle_ == nullptr) {
    // Only what it was given is a person's mistake; no thread or no memory passes.
    const bool mistaken = rd_kafka_last_error() == RD_KAFKA_RESP_ERR__INVALID_ARG;
    return Error{mistaken ? Errc::rejected : Errc::unavailable,
                 (mistaken ? "" : "kafka client: ") + std::string(why.data())};
  }
  static_cast<void>(conf.release());  // the handle owns it now
  return client;
}

std::string Client::last_word() const {
  if (ear_ == nullptr) return {};
  if (rd_kafka_type(handle_) == RD_KAFKA_PRODUCER) rd_kafka_poll(handle_, 0);
  const std::scoped_lock lock(ear_->mutex);
  return ear_->last.empty() ? "" : ": " + ear_->last;
}

Result<Topic> Client::topic(const std::string& name) const {
  Topic topic(rd_kafka_topic_new(handle_, name.c_str(), nullptr));
  if (topic == nullptr) return to_result(rd_kafka_last_error(), "topic " + name);
  return topic;
}

Result<int> Client::partition_count(rd_kafka_topic_t* topic, const CallLimit& limit) const {
  const rd_kafka_metadata_t* found = nullptr;
  const auto code = rd_kafka_metadata(handle_, 0, topic, &found, limit.left_ms());
  const std::unique_ptr<const rd_kafka_metadata_t, Destroy<rd_kafka_metadata_destroy>> metadata(found);
  const std::string what = std::string("metadata of ") + rd_kafka_topic_name(topic);
  if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
    Error error = to_result(code, what);
    error.what += last_word();
    return error;
  }
  if (metadata->topic_cnt != 1) return Error{Errc::unavailable, what + ": no answer about it"};
  if (metadata->topics[0].err != RD_KAFKA_RESP_ERR_NO_ERROR) return to_result(metadata->topics[0].err, what);
  return metadata->topics[0].partition_cnt;
}

KafkaError to_error(rd_kafka_error_t* error) {
  const CallError held(error);
  if (held == nullptr) return {};
  return classify_call(rd_kafka_error_code(error),
                       {rd_kafka_error_is_fatal(error) != 0, rd_kafka_error_is_retriable(error) != 0,
                        rd_kafka_error_txn_requires_abort(error) != 0},
                       rd_kafka_error_string(error));
}

Error to_result(rd_kafka_resp_err_t code, const std::string& what) {
  const std::string line = what + ": " + rd_kafka_err2str(code) + " (" + rd_kafka_err2name(code) + ")";
  switch (code) {
    case RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART:
    case RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC:
    case RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION:
      return {Errc::not_found, line};
    case RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED:
    case RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED:
      return {Errc::unauthorised, line};
    case RD_KAFKA_RESP_ERR__TIMED_OUT:
      return {Errc::timeout, line};
    default:
      return {Errc::unavailable, line};
  }
}

}  // namespace calsync::rdkafka
