// The cursor record, as some Kafka topic may hold it.
#include "connectors/kafka/cursor.hpp"
#include "tests/fuzz/oracle.hpp"

using namespace calsync;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto cursor = decode_cursor(fuzz::text_of(data, size));
  if (!cursor) return 0;
  const auto again = decode_cursor(encode(*cursor));
  fuzz::must(again && *again == *cursor, "a cursor that was read is written and read as the same");
  return 0;
}
