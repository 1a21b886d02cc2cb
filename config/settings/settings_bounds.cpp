#include "config/settings/settings_bounds.hpp"

#include "config/settings/addresses.hpp"

#include <algorithm>
#include <charconv>

namespace calsync::bounds {
namespace {

template <class T>
Bounds<T> in_range(T least, T most) {
  const std::string text = show_value(least) + " .. " + show_value(most);
  return {text, [least, most, text](const T& value) {
            return value < least || value > most ? "is out of bounds: must be " + text : std::string();
          }};
}

std::string_view next_part(std::string_view& rest, char separator) {
  const std::size_t end = std::min(rest.find(separator), rest.size());
  const std::string_view part = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return part;
}

bool is_name_character(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
         c == '-';
}

bool is_no_control(char c) {
  return static_cast<unsigned char>(c) >= 0x20 && c != 0x7f;
}

bool is_plain(char c) {
  return static_cast<unsigned char>(c) > 0x20 && c != 0x7f;
}

// [PROTOCOL://]HOST[:PORT], as librdkafka reads it; 9092 where no port is named.
bool is_broker(std::string_view text) {
  if (const std::size_t scheme = text.find("://"); scheme != std::string_view::npos)
    text.remove_prefix(scheme + 3);
  const std::size_t bracket = text.find(']');
  const std::size_t colon = text.find(':', bracket == std::string_view::npos ? 0 : bracket);
  const std::string_view host = text.substr(0, colon);
  if (host.empty() || !std::ranges::all_of(text, is_plain)) return false;
  if (colon == std::string_view::npos) return true;
  std::uint16_t port = 0;
  const auto [end, status] = std::from_chars(text.data() + colon + 1, text.data() + text.size(), port);
  return status == std::errc{} && end == text.data() + text.size() && port > 0;
}

}  // namespace

Bounds<Milliseconds> between(Milliseconds least, Milliseconds most) {
  return in_range(least, most);
}
Bounds<std::int64_t> whole(std::int64_t least, std::int64_t most) {
  return in_range(least, most);
}
Bounds<double> share() {
  return in_range(0.0, 1.0);
}

// The system reads a path up to its first NUL: it would be another one than the file says.
Bounds<std::string> file_path(bool may_be_empty) {
  return {may_be_empty ? "" : "not empty", [may_be_empty](const std::string& value) {
            if (value.empty() && !may_be_empty) return std::string("must not be empty");
            return std::string(std::ranges::all_of(value, is_no_control)
                                   ? ""
                                   : "must not hold a NUL, an end of line or another control character");
          }};
}

Bounds<std::string> https_url(bool may_be_empty) {
  return {"https, or http to loopback", [may_be_empty](const std::string& value) {
            return may_be_empty && value.empty() ? std::string() : https_url_problem(value);
          }};
}

Bounds<std::string> git_remote() {
  return {"https, ssh, file, or http to loopback",
          [](const std::string& value) { return value.empty() ? std::string() : git_remote_problem(value); }};
}

Bounds<std::string> listen_address() {
  return {"HOST:PORT", [](const std::string& value) {
            const auto address = parse_listen_address(value);
            return address ? std::string() : address.error().what;
          }};
}

// Kafka's rule for topic names; room is left for the longest of ours.
Bounds<std::string> topic_prefix() {
  return {
      "A-Z a-z 0-9 . _ -, up to 200", [](const std::string& value) {
        const bool good = value.size() <= 200 && std::ranges::all_of(value, is_name_character);
        return std::string(good ? "" : "is not legal in a topic name: use up to 200 of A-Z a-z 0-9 . _ -");
      }};
}

Bounds<std::string> bootstrap_servers() {
  return {
      "HOST:PORT,...", [](const std::string& value) {
        std::string_view rest = value;
        bool good = !rest.empty() && rest.back() != ',';
        while (good && !rest.empty()) good = is_broker(next_part(rest, ','));
        return std::string(good ? "" : "is not a list of brokers: write HOST:PORT,HOST:PORT without spaces");
      }};
}

// The part of git-check-ref-format(1) that matters: no option, no revision syntax.
Bounds<std::string> git_branch() {
  return {"a branch name", [](const std::string& value) {
            const bool good = !value.empty() && value.size() <= 200 && value.front() != '-' &&
                              value.front() != '/' && value.back() != '/' && value.back() != '.' &&
                              value.find("..") == std::string::npos &&
                              value.find("@{") == std::string::npos && std::ranges::all_of(value, is_plain) &&
                              value.find_first_of("~^:?*[\\") == std::string::npos;
            return std::string(good ? "" : "is not a branch name");
          }};
}

Bounds<std::string> inside_repository() {
  return {"inside the repository", [](const std::string& value) {
            bool good = !value.empty() && value.front() != '/' && std::ranges::all_of(value, is_no_control);
            for (std::string_view rest = value; good && !rest.empty();) good = next_part(rest, '/') != "..";
            return std::string(good ? "" : "must be a path inside the repository, such as . or calcom");
          }};
}

Bounds<std::string> retention() {
  return {"forever, or a duration of at least 1d", [](const std::string& value) {
            if (value == "forever") return std::string();
            const auto duration = parse_duration(value);
            const bool good = duration && *duration >= std::chrono::hours{24};
            return std::string(good ? "" : "must be forever, or a duration of at least 1d, such as 400d");
          }};
}

Bounds<Texts> networks() {
  return {"addresses or networks", [](const Texts& values) {
            for (const std::string& value : values)
              if (!is_address_or_network(value))
                return std::string(
                    "holds what is neither an address nor a network: write 10.0.0.1, 10.0.0.0/8 or fd00::/8");
            return std::string();
          }};
}

Bounds<Texts> host_names() {
  return {"host names", [](const Texts& values) {
            const auto is_name = [](const std::string& value) {
              return !value.empty() && value.size() <= 253 && std::ranges::all_of(value, [](unsigned char c) {
                return std::isalnum(c) != 0 || c == '.' || c == '-';
              });
            };
            return std::ranges::all_of(values, is_name)
                       ? std::string()
                       : "holds what is no host name: write metrics.example.org, without scheme and port";
          }};
}

}  // namespace calsync::bounds
