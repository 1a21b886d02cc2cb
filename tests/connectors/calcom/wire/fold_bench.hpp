// A normaliser for tests: bodies in, events out, views in memory.
#pragma once
#include "connectors/calcom/wire/read_delivery.hpp"
#include "state/views/fold.hpp"

#include <chrono>
#include <cstdint>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace calsync {

inline std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw std::runtime_error("cannot read " + path);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}
inline std::string fixture(const std::string& name) {
  return read_file(std::string(CALSYNC_SOURCE_DIR "/tests/fixtures/") + name);
}
inline Instant at(std::string_view text) {
  return *parse_instant(text);
}

class FoldBench {
 public:
  Normalised take(std::string body, Instant received = at("2026-11-21T13:00:00Z"),
                  std::string_view content_type = "application/json") {
    RawRecord record;
    record.sequence = RawSequence{++raw_};
    record.content_type = content_type;
    record.received = received;
    record.body = std::move(body);
    record.noted_version = version;
    ViewTable table(views);
    Normalised out =
        fold(record, read_delivery(*record.body, content_type), table, next(EventSequence{events_}));
    views.apply(table.take());
    events_ += out.events.size();
    return out;
  }
  // The type of the event that came of it, else "".
  std::string type(std::string body, Instant received = at("2026-11-21T13:00:00Z")) {
    const auto out = take(std::move(body), received);
    return out.events.empty() ? std::string() : out.events.front().type;
  }

  MemoryViews views;
  std::uint32_t version = 0;  // by which records are read; 0: the newest

 private:
  std::uint64_t raw_ = 0, events_ = 0;
};

}  // namespace calsync
