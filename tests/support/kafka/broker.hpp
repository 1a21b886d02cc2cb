// A real Apache Kafka broker for one test program, through the kafka_broker script. Dies with the program.
#pragma once
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <unistd.h>

namespace calsync::tests {

class KafkaBroker {
 public:
  KafkaBroker()
      : folder_(std::filesystem::temp_directory_path() / ("calsync-kafka." + std::to_string(::getpid()))) {
    start();
  }
  KafkaBroker(const KafkaBroker&) = delete;
  KafkaBroker& operator=(const KafkaBroker&) = delete;
  ~KafkaBroker() {
    run("kill");
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }

  // One broker for all tests of the program, started when the first of them asks; tests keep apart by topic
  // prefix.
  static KafkaBroker& shared() {
    static KafkaBroker broker;
    return broker;
  }

  void start() {  // also after kill() or stop(): the same port, the same data
    address_ = run("start", " --owner " + std::to_string(::getpid()));
    ASSERT_FALSE(address_.empty()) << "no broker: see " << folder_ / "broker.log";
  }
  void stop() { run("stop"); }
  void kill() { run("kill"); }  // kill -9
  void freeze() { run("freeze"); }
  void thaw() { run("thaw"); }
  [[nodiscard]] const std::string& address() const { return address_; }

 private:
  std::string run(const std::string& what, const std::string& more = "") const {
    const std::string command = std::string(CALSYNC_SOURCE_DIR) + "/tests/support/kafka/kafka_broker " +
                                what + " '" + folder_.string() + "'" + more;
    std::string out;
    FILE* pipe = ::popen(command.c_str(), "re");
    if (pipe == nullptr) return out;
    for (int c = std::fgetc(pipe); c != EOF; c = std::fgetc(pipe)) {
      if (c != '\n') out.push_back(static_cast<char>(c));
    }
    if (::pclose(pipe) != 0) ADD_FAILURE() << "kafka_broker " << what << " failed";
    return out;
  }

  std::filesystem::path folder_;
  std::string address_;
};

}  // namespace calsync::tests
