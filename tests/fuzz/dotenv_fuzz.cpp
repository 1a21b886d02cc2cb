// A .env file of somebody else's making.
#include "connectors/secrets/places.hpp"
#include "tests/fuzz/oracle.hpp"

using namespace calsync;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  const auto secret = secret_places::find_in_dotenv(text, "CALSYNC");
  if (secret) fuzz::must(secret->size() <= text.size(), "a value is part of the file");
  return 0;
}
