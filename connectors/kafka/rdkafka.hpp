// librdkafka's handles with their ends. Private to this folder: no header that others include shows these
// types.
#pragma once
#include "connectors/kafka/kafka_error.hpp"
#include "connectors/kafka/kafka_options.hpp"
#include "state/base/error.hpp"

#include <librdkafka/rdkafka.h>

#include <chrono>
#include <map>
#include <memory>
#include <string>

namespace calsync::rdkafka {

template <auto destroy>
struct Destroy {
  template <class T>
  void operator()(T* handle) const {
    destroy(handle);
  }
};
using Topic = std::unique_ptr<rd_kafka_topic_t, Destroy<rd_kafka_topic_destroy>>;
using Queue = std::unique_ptr<rd_kafka_queue_t, Destroy<rd_kafka_queue_destroy>>;
using Event = std::unique_ptr<rd_kafka_event_t, Destroy<rd_kafka_event_destroy>>;
using AdminOptions = std::unique_ptr<rd_kafka_AdminOptions_t, Destroy<rd_kafka_AdminOptions_destroy>>;
using NewTopic = std::unique_ptr<rd_kafka_NewTopic_t, Destroy<rd_kafka_NewTopic_destroy>>;
using ConfigResource = std::unique_ptr<rd_kafka_ConfigResource_t, Destroy<rd_kafka_ConfigResource_destroy>>;
using CallError = std::unique_ptr<rd_kafka_error_t, Destroy<rd_kafka_error_destroy>>;
using Conf = std::unique_ptr<rd_kafka_conf_t, Destroy<rd_kafka_conf_destroy>>;
using ReceivedMessage = std::unique_ptr<rd_kafka_message_t, Destroy<rd_kafka_message_destroy>>;

// What is left of the time that one call of Broker may take altogether: its steps share it, since nobody who
// waits for the call can end it.
class CallLimit {
 public:
  [[nodiscard]] int left_ms() const;  // at least 1: to ask without waiting is no use
  [[nodiscard]] bool over() const { return std::chrono::steady_clock::now() >= until_; }

 private:
  std::chrono::steady_clock::time_point until_ = std::chrono::steady_clock::now() + std::chrono::seconds{5};
};

using OwnProperties = std::map<std::string, std::string>;  // what calsync itself sets: nothing secret

// A client, and the last thing that it said about its brokers ("Connect to … failed"): a timeout alone
// explains nothing.
class Client {
 public:
  Client();
  ~Client();
  Client(Client&&) noexcept;
  Client& operator=(Client&&) noexcept;

  // `opaque` comes back in the delivery callback. `own`: of this kind of client; the options' go on top of them.
  static Result<Client> open(rd_kafka_type_t type, const KafkaOptions& options, const OwnProperties& own,
                             void* opaque = nullptr,
                             void (*delivered)(rd_kafka_t*, const rd_kafka_message_t*, void*) = nullptr);

  [[nodiscard]] rd_kafka_t* get() const { return handle_; }
  [[nodiscard]] std::string last_word() const;  // ": Connect to … failed" or empty
  // Learns the topic's partitions and leaders now: else the first use of it stalls for a second (MEASURED).
  // Fails: not_found, unavailable.
  Result<int> partition_count(rd_kafka_topic_t* topic, const CallLimit& limit) const;
  Result<Topic> topic(const std::string& name) const;

 private:
  struct Ear;
  rd_kafka_t* handle_ = nullptr;
  std::unique_ptr<Ear> ear_;
};

Result<void> set(rd_kafka_conf_t* conf, const std::string& name, const Secret& value);
Result<void> set(rd_kafka_conf_t* conf, const std::string& name, const std::string& value);
KafkaError to_error(rd_kafka_error_t* error);  // takes it over; nullptr: ok
Error to_result(rd_kafka_resp_err_t code, const std::string& what);

}  // namespace calsync::rdkafka
