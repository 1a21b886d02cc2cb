// The value of X-Cal-Signature-256, from the request's head to the answer whether the body is signed.
#include "connectors/webhook/admission.hpp"
#include "tests/fuzz/oracle.hpp"

#include <algorithm>
#include <string>

using namespace calsync;

namespace {

constexpr std::string_view body = "{}";

const SourceTable& sources() {
  static const auto table = SourceTable::of({{SourceId{"main"}, {Secret{"secret"}, Secret{"ключ"}}}});
  return **table;
}

std::string trimmed(std::string_view text) {
  const auto from = text.find_first_not_of(" \t");
  return from == std::string_view::npos
             ? ""
             : std::string(text.substr(from, text.find_last_not_of(" \t") - from + 1));
}

bool is_digest(const std::string& text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdefABCDEF") == std::string::npos;
}

bool is_right(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return text == to_hex(HmacKey("secret").sign(body)) || text == to_hex(HmacKey("ключ").sign(body));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string value(fuzz::text_of(data, std::min<std::size_t>(size, 4096)));
  if (value == "GOOD") value = to_hex(HmacKey("secret").sign(body));
  const std::string head = "POST /hooks/main HTTP/1.1\r\nHost: h\r\nX-Cal-Signature-256:" + value +
                           "\r\nContent-Length: 2\r\n\r\n";
  RequestHead parsed;
  Admitted admitted;
  if (admit(head, RequestRules{}, sources(), parsed, admitted)) return 0;
  const bool verified = admitted.source->verify(admitted.signature, body);
  fuzz::must(!verified || admitted.signature, "nothing is signed without a signature");
  if (value.find_first_of("\r\n") != std::string::npos)
    return 0;  // further fields, perhaps further signatures
  fuzz::must(admitted.signature.has_value() == is_digest(trimmed(value)),
             "a signature is exactly 64 hex digits");
  fuzz::must(verified == is_right(trimmed(value)),
             "and verified only where it is the body's, by one of the secrets");
  return 0;
}
