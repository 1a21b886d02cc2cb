#include "connectors/calcom/sandbox/world.hpp"

#include <charconv>

namespace calsync::sandbox {

namespace {

std::string decoded(std::string_view text, bool plus_is_space) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned code = 0;
    const char* digits = text.data() + i + 1;
    if (text[i] == '%' && i + 2 < text.size() &&
        std::from_chars(digits, digits + 2, code, 16).ptr == digits + 2) {
      out += static_cast<char>(code);
      i += 2;
    } else {
      out += plus_is_space && text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

}  // namespace

Request request_for(std::string method, std::string target) {
  Request request{std::move(method), std::move(target), {}, {}, {}, {}, nullptr};
  const std::string_view sent = request.target;
  const auto mark = sent.find('?');
  request.path = decoded(sent.substr(0, mark), false);
  std::string_view rest = mark == std::string_view::npos ? std::string_view{} : sent.substr(mark + 1);
  while (!rest.empty()) {
    const auto end = rest.find('&');
    const auto pair = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
    const auto equals = pair.find('=');
    const auto value = equals == std::string_view::npos ? std::string_view{} : pair.substr(equals + 1);
    if (!pair.empty()) request.query[decoded(pair.substr(0, equals), true)] = decoded(value, true);
  }
  return request;
}

}  // namespace calsync::sandbox
