// NAME=value lines, as docker compose, direnv and the dotenv libraries read them: `export` in front is
// ignored, # begins a comment after white space, 'single' quotes keep every byte, "double" quotes know \n \r
// \t \" \\ \$, the last line wins. No ${NAME} is filled in: a secret that holds $ must not change.
#include "connectors/secrets/places.hpp"

#include <optional>

namespace calsync::secret_places {
namespace {

constexpr std::string_view blank = " \t";

std::string_view trim(std::string_view text) {
  const std::size_t first = text.find_first_not_of(blank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

// The text behind "NAME=", or nothing where the line is not about `name`.
std::optional<std::string_view> value_part(std::string_view line, std::string_view name) {
  line = trim(line);
  if (line.starts_with("export") && line.size() > 6 && blank.find(line[6]) != std::string_view::npos)
    line = trim(line.substr(6));
  if (!line.starts_with(name)) return std::nullopt;
  line = trim(line.substr(name.size()));
  if (!line.starts_with('=')) return std::nullopt;
  return trim(line.substr(1));
}

char unescaped(char c) {
  switch (c) {
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return c;
  }
}

bool is_escape(char c) {
  return std::string_view("nrt\"\\$`").find(c) != std::string_view::npos;
}

// Behind the closing quote only a comment may stand.
bool ends_well(std::string_view rest) {
  rest = trim(rest);
  return rest.empty() || rest.front() == '#';
}

std::optional<Secret> unquote(std::string_view value) {
  const char quote = value.front();
  std::string out;
  out.reserve(value.size());  // never grows, so no unwiped copy stays behind
  for (std::size_t i = 1; i < value.size(); ++i) {
    if (value[i] == quote)
      return ends_well(value.substr(i + 1)) ? std::optional<Secret>(Secret(std::move(out))) : std::nullopt;
    const bool escaped = quote == '"' && value[i] == '\\' && i + 1 < value.size() && is_escape(value[i + 1]);
    out.push_back(escaped ? unescaped(value[++i]) : value[i]);
  }
  return std::nullopt;
}

std::string_view without_comment(std::string_view value) {
  for (std::size_t i = 0; i < value.size(); ++i)
    if (value[i] == '#' && (i == 0 || blank.find(value[i - 1]) != std::string_view::npos))
      return trim(value.substr(0, i));
  return value;
}

std::optional<Secret> parse_value(std::string_view value) {
  if (!value.empty() && (value.front() == '"' || value.front() == '\'')) return unquote(value);
  return Secret(std::string(without_comment(value)));
}

}  // namespace

Result<Secret> find_in_dotenv(std::string_view text, std::string_view name) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  std::optional<std::string_view> found;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (const auto value = value_part(line, name)) found = value;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  if (!found) return Error{Errc::not_found, "no line sets this name"};
  auto secret = parse_value(*found);
  if (!secret) return Error{Errc::rejected, "its value's quotes do not close on the same line"};
  return *std::move(secret);
}

Result<Secret> read_dotenv(const SecretRef& ref) {
  CALSYNC_TRY(text, "dotenv", read_small_file(ref.name, ref.text()));
  auto secret = find_in_dotenv(text.reveal(), ref.field);
  if (!secret) return Error{secret.error().code, ref.text() + ": " + secret.error().what};
  return secret;
}

}  // namespace calsync::secret_places
