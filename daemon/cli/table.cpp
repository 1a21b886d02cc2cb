#include "daemon/cli/table.hpp"

namespace calsync::cli {

namespace {
constexpr std::size_t rows_that_set_widths = 500;
constexpr std::size_t elastic_least = 8;
constexpr std::string_view gap = "  ";
bool continues(char c) {
  return (static_cast<unsigned char>(c) & 0xC0U) == 0x80;
}
}  // namespace

std::size_t columns_of(std::string_view text) {
  std::size_t count = 0;
  for (const char c : text) count += continues(c) ? 0 : 1;
  return count;
}

std::string cut(std::string_view text, std::size_t columns) {
  if (columns_of(text) <= columns) return std::string(text);
  std::size_t end = 0;
  for (std::size_t kept = 0; end < text.size(); ++end) {
    if (continues(text[end])) continue;
    if (kept + 1 >= columns) break;
    ++kept;
  }
  return std::string(text.substr(0, end)) + "…";
}

void Table::row(std::vector<Cell> cells) {
  for (auto& cell : cells) cell.text = printable(cell.text);
  if (!widths_.empty()) return print(cells, false);
  waiting_.push_back(std::move(cells));
  if (waiting_.size() >= rows_that_set_widths) settle();
}

void Table::end() {
  if (widths_.empty() && !waiting_.empty()) settle();
}

void Table::settle() {
  std::size_t total = 0;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    std::size_t width = columns_of(columns_[i].name);
    for (const auto& cells : waiting_) width = std::max(width, columns_of(cells[i].text));
    widths_.push_back(width);
    total += width + (i == 0 ? 0 : gap.size());
  }
  const std::size_t room = console_.out_is_terminal() ? console_.width() : total;
  for (std::size_t i = columns_.size(); i-- > 0 && total > room;) {
    if (!columns_[i].elastic) continue;
    const std::size_t least = std::max(elastic_least, columns_of(columns_[i].name));
    const std::size_t spare = widths_[i] > least ? std::min(widths_[i] - least, total - room) : 0;
    widths_[i] -= spare;
    total -= spare;
  }
  std::vector<Cell> heading;
  for (const auto& column : columns_) heading.push_back({column.name, Paint::dim});
  print(heading, true);
  for (const auto& cells : std::exchange(waiting_, {})) print(cells, false);
}

void Table::print(const std::vector<Cell>& cells, bool heading) {
  std::string line;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const bool fits = console_.out_is_terminal() && (columns_[i].elastic || heading);
    const std::string text = fits ? cut(cells[i].text, widths_[i]) : cells[i].text;
    const std::size_t width = columns_of(text);
    const std::string pad(widths_[i] > width ? widths_[i] - width : 0, ' ');
    const bool last = i + 1 == columns_.size();
    if (columns_[i].right) line += pad;
    line += console_.paint(cells[i].paint, text);
    if (!columns_[i].right && !last) line += pad;
    if (!last) line += gap;
  }
  console_.line(line);
}

}  // namespace calsync::cli
